import { describe, expect, it } from 'vitest';
import { JsonError, readJson } from './document';

const paths = (text: string) => {
  const read = readJson(text);
  return Array.from(
    { length: read.size },
    (_, node) => `${read.path(node)} ${read.kind(node)}${read.isContainer(node) ? '' : ` ${read.value(node)}`}`,
  );
};

describe('reading JSON', () => {
  it.each([
    ['{}', ['$ object']],
    [' [ ] ', ['$ array']],
    ['"a\\u00e9\\n"', ['$ string aé\n']],
    [
      '{"a":1,"b c":[true,null,-0.5e3]}',
      ['$ object', '$.a number 1', "$['b c'] array", "$['b c'][0] boolean true", "$['b c'][1] null null", "$['b c'][2] number -0.5e3"],
    ],
    ['{"id":1787306400123456789}', ['$ object', '$.id number 1787306400123456789']],
    ['{"a":1,"a":2}', ['$ object', '$.a number 1', '$.a number 2']],
    ['{"it\'s":1}', ['$ object', "$['it\\'s'] number 1"]],
    ['{"a":1}\n{"a":2}\n', ['$ array', '$[0] object', '$[0].a number 1', '$[1] object', '$[1].a number 2']],
    ['1 2', ['$ array', '$[0] number 1', '$[1] number 2']],
    ['\uFEFF{"a":[[],{}]}', ['$ object', '$.a array', '$.a[0] array', '$.a[1] object']],
  ])('%s', (text, expected) => expect(paths(text)).toEqual(expected));

  it.each([
    ['', 1, 1, 'nothing to read'],
    ['{"a":1,}', 1, 8, 'A comma before "}"'],
    ['[1,\n 2,\n x]', 3, 2, 'Expected a value, found "x"'],
    ["{'a':1}", 1, 2, "Expected a member's name in double quotes or"],
    ['{"a" 1}', 1, 6, 'Expected ":" after the name "a"'],
    ['[1 2]', 1, 4, 'Expected "," or "]"'],
    ['{"a":"b', 1, 6, 'not closed'],
    ['["a\tb"]', 1, 4, 'control character'],
    ['["\\x"]', 1, 3, 'an escape that JSON does not have'],
    ['[01]', 1, 2, 'Not a number'],
    ['[-]', 1, 2, 'needs digits'],
    ['tru', 1, 1, 'Expected true'],
    ['[', 1, 2, 'the end of the text'],
    ['{"a":1},{"b":2}', 1, 8, 'documents in a list'],
    ['['.repeat(1_001), 1, 1_001, 'levels of nesting'],
  ])('says what is wrong with %j', (text, line, column, reason) => {
    let thrown: unknown;
    try {
      readJson(text);
    } catch (error) {
      thrown = error;
    }

    expect(thrown).toBeInstanceOf(JsonError);
    expect(thrown).toMatchObject({ line, column });
    expect((thrown as JsonError).reason).toContain(reason);
  });

  it('agrees with JSON.parse on documents made at random', () => {
    let seed = 17;
    const random = (below: number) => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 1) % below;
    const make = (depth: number): unknown => {
      switch (depth > 4 ? 2 + random(4) : random(6)) {
        case 0:
          return Object.fromEntries(Array.from({ length: random(4) }, (_, i) => [`k${i} "\\é`, make(depth + 1)]));
        case 1:
          return Array.from({ length: random(4) }, () => make(depth + 1));
        case 2:
          return ['', 'a"b\\', '\u0001\u2028', 'ünï'][random(4)];
        case 3:
          return (random(2_000) - 1_000) / (1 + random(7));
        case 4:
          return random(2) === 0;
        default:
          return null;
      }
    };
    for (let round = 0; round < 300; round++) {
      const made = make(0);
      const read = readJson(JSON.stringify(made, null, round % 3));
      const back = (node: number): unknown =>
        read.kind(node) === 'object'
          ? Object.fromEntries(read.children(node).map((child) => [read.key(child) ?? '', back(child)]))
          : read.kind(node) === 'array'
            ? read.children(node).map(back)
            : JSON.parse(read.text(node));
      expect(back(0)).toEqual(made);
      expect(read.indented()).toBe(JSON.stringify(made, null, 2));
    }
  });

  it('indents without touching digits or lines', () => {
    expect(readJson('{"id":1787306400123456789}').indented()).toBe('{\n  "id": 1787306400123456789\n}');
    expect(readJson('{"a":1}\n[]').indented()).toBe('{\n  "a": 1\n}\n[]');
  });

  it('shows, hides and finds', () => {
    const read = readJson('{"a":{"b":[1,2]},"c":"needle","needle":0}');
    expect([...read.visible(() => false)]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...read.visible((node) => node === 1)]).toEqual([0, 1, 5, 6]);
    expect(read.find('NEEDLE').map((node) => read.path(node))).toEqual(['$.c', '$.needle']);
    expect(read.find('')).toEqual([]);
  });
});
