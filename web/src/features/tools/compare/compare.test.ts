import { describe, expect, it } from 'vitest';
import { align, ascending } from './align';
import { compare, differingPart } from './compare';
import { readSide } from './value';

const differences = (left: string, right: string, ignore: readonly string[] = []) =>
  compare(readSide(left).value, readSide(right).value, ignore).differences.map(
    (one) => `${one.kind} ${one.path}: ${one.before ?? ''} → ${one.after ?? ''}`,
  );

describe('comparing by structure', () => {
  it.each([
    ['{"a":1,"b":2}', '{"b":2,"a":1}', []],
    ['{"a":1}', '{"a":2}', ['changed a: 1 → 2']],
    ['{"a":{"b":1}}', '{"a":{"c":1}}', ['removed a.b: 1 → ', 'added a.c:  → 1']],
    ['{"a":1}', '{"a":"1"}', ['changed a: 1 → "1"']],
    ['{"id":1787306400123456789}', '{"id":1787306400123456788}', ['changed id: 1787306400123456789 → 1787306400123456788']],
    ['[1,2,3]', '[0,1,2,3]', ['added [0]:  → 0']],
    ['["a","b","c"]', '["b","c","a"]', ['moved [2]: from [0] → "a"']],
    ['[{"id":1,"v":1},{"id":2,"v":2}]', '[{"id":2,"v":2},{"id":1,"v":3}]', ['changed [id=1].v: 1 → 3', 'moved [id=1]: place 1 → place 2']],
    ['[{"id":1}]', '[{"id":2}]', ['removed [id=1]: {"id":1} → ', 'added [id=2]:  → {"id":2}']],
    ['[{"a":1,"b":1}]', '[{"a":1,"b":2}]', ['changed [0].b: 1 → 2']],
    ['{"a":[1]}', '{"a":{"0":1}}', ['changed a: [1] → {"0":1}']],
    ['"x"', '"y"', ['changed the whole: "x" → "y"']],
    ['{"m":1}\n{"m":2}', '{"m":1}\n{"m":2}\n{"m":3}', ['added [2]:  → {"m":3}']],
  ])('%s and %s', (left, right, expected) => expect(differences(left, right)).toEqual(expected));

  it('knows requests: headers whatever their case and order, parameters one by one, the body by its kind', () => {
    const left = 'POST /pay?id=7&dry=1 HTTP/1.1\nHost: shop\nContent-Type: application/json\nX-Request-Id: a\n\n{"sum": 10, "to": "x"}';
    const right =
      'POST /pay?dry=1&id=8 HTTP/1.1\r\ncontent-type: application/json\r\nHOST: shop\r\nx-request-id: b\r\nAccept: */*\r\n\r\n{"to":"x","sum":12}';
    expect(readSide(left).form).toBe('HTTP');
    expect(differences(left, right)).toEqual([
      'changed query.id: 7 → 8',
      "changed headers['x-request-id']: a → b",
      'added headers.accept:  → */*',
      'changed body.sum: 10 → 12',
    ]);
    expect(differences(left, right, ['*id', 'accept', 'body.*'])).toEqual(["changed headers['x-request-id']: a → b"]);
    expect(differences(left, right, ['query', 'headers*', 'body'])).toEqual([]);
  });

  it('knows answers, also as curl prints them', () =>
    expect(differences('< HTTP/1.1 200 OK\n< server: a\n< \nfine', 'HTTP/1.1 503 Unavailable\nserver: a\n\nfine')).toEqual([
      'changed status: 200 → 503',
    ]));

  it('compares logs line by line', () => {
    expect(
      differences(
        'started\npaid order 17 in 20 ms\nclosed connection',
        'started\npaid order 18 in 400 ms\nretry after error from upstream\nclosed connection',
      ),
    ).toEqual(['changed line 2: paid order 17 in 20 ms → paid order 18 in 400 ms', 'added line 3:  → retry after error from upstream']);
    expect(differences('alpha one two\nbeta\ngamma', 'beta\ngamma\nalpha one two')).toEqual(['moved line 3: from line 1 → alpha one two']);
    expect(readSide('{"a":').note).toContain('no JSON: Line 1, column 6');
  });

  it('counts what is the same and what was left out', () =>
    expect(compare(readSide('{"a":1,"b":[1,2],"t":1}').value, readSide('{"a":1,"b":[1,2],"t":2}').value, ['t'])).toMatchObject({
      same: 3,
      leftOut: 1,
      differences: [],
    }));

  it('tells nothing of equal documents, and the same number either way round', () => {
    let seed = 3;
    const random = (below: number) => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 1) % below;
    const list = () => Array.from({ length: random(30) }, () => String(random(9)));
    for (let round = 0; round < 200; round++) {
      const [a, b] = [JSON.stringify(list()), JSON.stringify(list())];
      expect(differences(a, a)).toEqual([]);
      const [there, back] = [differences(a, b), differences(b, a)];
      const count = (all: string[], kind: string) => all.filter((one) => one.startsWith(kind)).length;
      expect(count(there, 'added') - count(there, 'removed')).toBe(count(back, 'removed') - count(back, 'added'));
    }
  });
});

describe('aligning', () => {
  it('pairs equal entries only, ascending', () => {
    const a = 'the quick brown fox jumps'.split(' ');
    const b = 'a quick red fox jumps high'.split(' ');
    expect(align(a, b)).toEqual([
      [1, 1],
      [3, 3],
      [4, 4],
    ]);
    expect(ascending([3, 1, 2, 5, 4])).toEqual([1, 2, 4]);
  });

  it('goes through tens of thousands of lines', () => {
    const a = Array.from({ length: 20_000 }, (_, i) => `line ${i}`);
    const b = a.filter((_, i) => i % 7 !== 0).flatMap((line, i) => (i % 11 === 0 ? [`new ${i}`, line] : [line]));
    const pairs = align(a, b);
    expect(pairs.length).toBe(a.filter((_, i) => i % 7 !== 0).length);
    expect(pairs.every(([i, j]) => a[i] === b[j])).toBe(true);
  });

  it('finds the part that differs', () =>
    expect(differingPart('paid 17 ms', 'paid 400 ms')).toEqual({ start: 5, endBefore: 7, endAfter: 8 }));
});
