import { describe, expect, it } from 'vitest';
import { levelOf } from './levels';
import { allLogs, isMetric, selectorOf, withLabel, withLine } from './logql';

describe('edits of LogQL', () => {
  it.each([
    [allLogs, 'service_name', '=', 'cart', true, '{service_name="cart"}'],
    ['{service_name="cart"} |= `x`', 'k8s_pod_name', '!=', 'a"b', true, '{service_name="cart", k8s_pod_name!="a\\"b"} |= `x`'],
    ['{a="}"} | json', 'status', '=', '500', false, '{a="}"} | json | status="500"'],
    ['sum(rate({a="b"}[5m]))', 'c', '=', 'd', true, 'sum(rate({a="b"}[5m])) | c="d"'],
  ] as const)('%s with %s%s%s', (query, name, operator, value, isStream, expected) =>
    expect(withLabel(query, name, operator, value, isStream)).toBe(expected),
  );

  it('quotes a line that has a backtick', () => {
    expect(withLine('{a="b"}', '|=', 'x y')).toBe('{a="b"} |= `x y`');
    expect(withLine('{a="b"}', '!=', 'x`y')).toBe('{a="b"} != "x`y"');
  });

  it('knows the selector, and numbers from lines', () => {
    expect(selectorOf('{a="}", b=~`{`} | json')).toBe('{a="}", b=~`{`}');
    expect(selectorOf('rate({a="b"}[5m])')).toBeNull();
    expect(isMetric('{a="b"} |= "x"')).toBe(false);
    expect(isMetric('# note\n{a="b"}')).toBe(false);
    expect(isMetric('sum(rate({a="b"}[5m]))')).toBe(true);
  });
});

describe('levels', () => {
  it.each([
    [{ detected_level: 'error' }, 'error'],
    [{ severity_text: 'Information' }, 'info'],
    [{ severity_number: '17' }, 'error'],
    [{ severity_number: '21' }, 'critical'],
    [{}, 'unknown'],
  ])('of %j', (labels, expected) => expect(levelOf(labels)).toBe(expected));
});
