import { describe, expect, it } from 'vitest';
import { moment } from '../../units/time';
import { fieldsOf } from './fields';
import { logFormOf, logQlOf } from './logForm';
import { baselineOf, baselineRange, comparePatterns } from './novelty';
import { partsOf, variablesOf } from './variables';

describe('the form beside LogQL', () => {
  it.each([
    [{ service: '', level: '', text: '' }, '{service_name=~".+"}'],
    [{ service: 'cart', level: '', text: 'time out' }, '{service_name="cart"} |= `time out`'],
    [{ service: 'a "b"', level: 'error', text: 'x`y' }, '{service_name="a \\"b\\""} |= "x`y" | detected_level="error"'],
    [{ service: '', level: 'warn', text: '' }, '{service_name=~".+"} | detected_level="warn"'],
  ])('%j is %s, and back', (form, query) => {
    expect(logQlOf(form)).toBe(query);
    expect(logFormOf(query)).toEqual(form);
  });

  it.each([
    '{service_name="cart"} | json',
    '{service_name="cart", k8s_pod_name="x"}',
    '{service_name="cart"} |= "a" |= "b"',
    '{service_name="cart"} != "a"',
    'rate({service_name="cart"}[5m])',
    '{service_name="\\x41"}',
    '',
  ])('leaves %s to the language', (query) => expect(logFormOf(query)).toBeNull());
});

describe('fields of lines', () => {
  const line = (labels: Record<string, string>) => ({ type: 'line' as const, time: moment(0n), labels, line: '' });

  it('begin with those that tell lines apart', () => {
    const lines = [0, 1, 2, 3, 4, 5].map((n) =>
      line({ id: `id-${n}`, level: n % 3 === 0 ? 'error' : 'info', region: 'eu', observed_timestamp: String(n) }),
    );
    const fields = fieldsOf(lines);
    expect(fields.map((field) => `${field.name} ${field.lines} ${field.distinct}`)).toEqual(['level 6 2', 'region 6 1', 'id 6 6']);
    expect(fields[0]?.values).toEqual([
      { value: 'info', count: 4 },
      { value: 'error', count: 2 },
    ]);
  });

  it('are bounded', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, 'x']));
    expect(fieldsOf([line(many)])).toHaveLength(200);
    expect(fieldsOf(Array.from({ length: 50 }, (_, index) => line({ id: `i${index}` })))[0]?.values).toHaveLength(8);
  });
});

describe('the variable parts of a pattern', () => {
  it.each([
    ['Order <_> placed for <_> cents', 'Order o-1 placed for 12 cents', ['o-1', '12']],
    ['<_> listens on <_>', 'cart listens on port 80', ['cart', 'port 80']],
    ['done', 'done', []],
    ['done', 'done.', null],
    ['a <_> b', 'a x c', null],
    ['a <_>', 'b x', null],
    ['<_><_> end', 'xy end', ['', 'xy']],
  ])('%s in %s are %j', (pattern, line, parts) => expect(partsOf(pattern, line)).toEqual(parts));

  it('are numbers with a unit, or texts', () => {
    const lines = ['took 10ms in eu', 'took 30ms in eu', 'took 20ms in us', 'something else', 'took 90ms in eu\n  at main'];
    expect(variablesOf('took <_> in <_>', lines)).toEqual([
      {
        before: 'took',
        lines: 4,
        distinct: 4,
        numbers: { least: 10, median: 30, p95: 90, most: 90, unit: 'ms' },
        values: [
          { value: '10ms', count: 1 },
          { value: '20ms', count: 1 },
          { value: '30ms', count: 1 },
          { value: '90ms', count: 1 },
        ],
      },
      {
        before: 'in',
        lines: 4,
        distinct: 2,
        numbers: null,
        values: [
          { value: 'eu', count: 3 },
          { value: 'us', count: 1 },
        ],
      },
    ]);
  });

  it('are quick to find, whatever the line', () => {
    const begun = performance.now();
    partsOf(Array.from({ length: 40 }, () => 'a<_>').join(''), 'a'.repeat(200_000));
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe('patterns against a baseline', () => {
  const counted = (text: string) => text.split(' ').map((one) => ({ pattern: one.split(':')[0] ?? '', total: Number(one.split(':')[1]) }));

  it('are new, vanished, more, fewer or alike', () =>
    expect(
      comparePatterns(counted('fresh:5 same:100 up:90 down:3 little:4'), counted('same:80 up:20 down:60 little:1 gone:7')).map(
        (row) => `${row.pattern} ${row.novelty}`,
      ),
    ).toEqual(['fresh new', 'gone vanished', 'up more', 'down fewer', 'same alike', 'little alike']));

  it.each([
    ['before', 100n, 200n],
    ['day', 200n - 86_400_000_000_000n, 300n - 86_400_000_000_000n],
  ] as const)('%s is as long as what is looked at', (baseline, start, end) =>
    expect(baselineRange(moment(200n), moment(300n), baseline)).toEqual({ start, end }),
  );

  it('are of a known kind', () => {
    expect(baselineOf('week')).toBe('week');
    expect(baselineOf('constructor')).toBeNull();
    expect(baselineOf(undefined)).toBeNull();
  });
});
