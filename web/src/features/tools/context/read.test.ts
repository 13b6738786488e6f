import { describe, expect, it } from 'vitest';
import { disagreements, readContexts, readHeaders, writtenAs } from './read';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const span = '00f067aa0ba902b7';
const read = (text: string) => readContexts(readHeaders(text)).contexts;
const wrong = (text: string) =>
  read(text).flatMap((context) => context.fields.filter((one) => one.judgement === 'wrong').map((one) => `${one.name}: ${one.note}`));

describe('headers as people paste them', () => {
  it.each([
    ['a line', `traceparent: 00-${trace}-${span}-01`],
    ['any case', `TraceParent:00-${trace}-${span}-01`],
    ['only the value', `00-${trace}-${span}-01`],
    ["curl's", `curl https://shop.example/ -H 'traceparent: 00-${trace}-${span}-01' \\`],
    ['JSON', `{"Traceparent": "00-${trace}-${span}-01"}`],
    ['JSON with lists', `{"traceparent": ["00-${trace}-${span}-01"]}`],
    ["a line of a program's map", `  "traceparent": "00-${trace}-${span}-01",`],
    ['a log', `traceparent="00-${trace}-${span}-01"`],
  ])('%s', (_, text) => expect(readHeaders(text)).toEqual([{ name: 'traceparent', value: `00-${trace}-${span}-01` }]));
});

describe('what a header says', () => {
  it.each([
    [`traceparent: 00-${trace}-${span}-01`, { traceId: trace, spanId: span, sampled: true }],
    [`traceparent: 00-${trace}-${span}-02`, { traceId: trace, spanId: span, sampled: false }],
    [`traceparent: cc-${trace}-${span}-01-what-comes`, { traceId: trace, spanId: span, sampled: true }],
    [`b3: ${trace}-${span}-1-05e3ac9a4f6e3b90`, { traceId: trace, spanId: span, sampled: true }],
    [`b3: ${trace.slice(16)}-${span}`, { traceId: trace.slice(16).padStart(32, '0'), spanId: span }],
    ['b3: 0', { sampled: false }],
    [`x-b3-traceid: ${trace}\nx-b3-spanid: ${span}\nx-b3-flags: 1`, { traceId: trace, spanId: span, sampled: true }],
    [`x-b3-traceid: ${trace}\nx-b3-spanid: ${span}\nx-b3-sampled: false`, { traceId: trace, spanId: span, sampled: false }],
    [`uber-trace-id: ${trace}%3A${span}%3A0%3A1`, { traceId: trace, spanId: span, sampled: true }],
    ['uber-trace-id: abc:12:0:0', { traceId: 'abc'.padStart(32, '0'), spanId: '12'.padStart(16, '0'), sampled: false }],
    [
      'X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
      { traceId: '5759e988bd862e3fe1be46a994272793', spanId: '53995c3f42cd8ad8', sampled: true },
    ],
    [`X-Cloud-Trace-Context: ${trace}/67667974448284343;o=1`, { traceId: trace, spanId: span, sampled: true }],
    [
      'x-datadog-trace-id: 11803532876627986230\nx-datadog-parent-id: 67667974448284343\nx-datadog-sampling-priority: 2\nx-datadog-tags: _dd.p.tid=4bf92f3577b34da6,_dd.p.dm=-4',
      { traceId: trace, spanId: span, sampled: true },
    ],
    [
      'x-datadog-trace-id: 11803532876627986230\nx-datadog-sampling-priority: -1',
      { traceId: trace.slice(16).padStart(32, '0'), isLowHalf: true, sampled: false },
    ],
  ])('%s', (text, expected) => {
    const [context] = read(text);
    expect(context).toMatchObject(expected);
    expect(wrong(text)).toEqual([]);
  });

  it.each([
    [`traceparent: 00-${trace}-${span}`, ['trace-flags: Must be two']],
    [`traceparent: 00-${trace.toUpperCase()}-${span}-01`, ['trace-id: Must be in lower case']],
    [`traceparent: 00-${'0'.repeat(32)}-${span}-01`, ['trace-id: All zeros']],
    [`traceparent: 00-${trace.slice(1)}-${span}-01`, ['trace-id: Has 31 digits; must have 32']],
    [`traceparent: ff-${trace}-${span}-01`, ['version: ff is forbidden']],
    [`traceparent: 00-${trace}-${span}-01-more`, ['more: Version 00 has four fields']],
    [
      `traceparent: 00-${trace}-${span}-01\ntraceparent: 00-${trace}-${span}-01`,
      ['header: The header stands', 'header: The header stands'],
    ],
    [
      `traceparent: 00-${trace}-${span}-01\ntracestate: A=1,b=1,b=2,c`,
      ['A: The key must', 'b: The key stands twice', 'c: Expected key=value'],
    ],
    ['tracestate: dd=s:1', ['tracestate: Without a traceparent']],
    ['baggage: user id=7, a=b c, d', ['user id: The key must', 'a: Write characters', 'd: Expected key=value']],
    ['b3: nonsense', ['b3: Expected trace-span']],
    [`b3: ${trace}-${span}-2`, ['sampling state: Must be 1, 0 or d']],
    [`x-b3-traceid: ${trace}`, ['span id: Trace id and span id only come together']],
    ['uber-trace-id: 1:2:3', ['uber-trace-id: Expected four fields']],
    ['X-Amzn-Trace-Id: Parent=53995c3f42cd8ad8', ['Root: Absent']],
    ['X-Amzn-Trace-Id: Root=2-5759e988-bd862e3fe1be46a994272793;Sampled=yes', ['Root: Must be 1-', 'Sampled: Must be']],
    ['x-datadog-trace-id: 99999999999999999999', ['x-datadog-trace-id: Must be a decimal']],
    [`x-cloud-trace-context: ${trace}/x;o=2`, ['span id: Must be', 'o: Must be']],
  ])('says what is wrong: %s', (text, expected) => {
    const found = wrong(text);
    expect(found.map((one, index) => one.startsWith(expected[index] ?? '?'))).toEqual(expected.map(() => true));
  });

  it('reads what vendors put into tracestate, and baggage', () => {
    const [, state] = read(`traceparent: 00-${trace}-${span}-01\ntracestate: ot=th:c;rv:123, dd=s:1, tenant@nr=x`);
    expect(state?.fields.map((one) => one.note.split(':')[0])).toEqual(['OpenTelemetry', 'Datadog', 'New Relic']);
    expect(state?.fields[0]?.note).toContain('probability 0.25');
    const [baggage] = read('baggage: user.name=Ada%20L, key=1;ttl=5, key=2');
    expect(baggage?.fields.map((one) => [one.name, one.value, one.judgement])).toEqual([
      ['user.name', 'Ada L', 'good'],
      ['key', '1', 'good'],
      ['key', '2', 'odd'],
    ]);
  });

  it('names what is not about tracing', () =>
    expect(readContexts(readHeaders('host: shop\nuberctx-user: u%201\nb3: 1')).others).toEqual(['host']));

  it('bears with anything', () => {
    for (const text of [
      '',
      ':',
      '{',
      '{"traceparent": 7}',
      'traceparent:',
      'baggage: %',
      'uber-trace-id: %zz:::',
      `b3: ${'-'.repeat(1_000)}`,
      '='.repeat(10_000),
    ]) {
      expect(() => disagreements(read(text))).not.toThrow();
    }
  });
});

describe('several contexts at once', () => {
  it('finds that they disagree', () => {
    expect(disagreements(read(`traceparent: 00-${trace}-${span}-01\nb3: ${trace}-${span}-1`))).toEqual([]);
    expect(disagreements(read(`traceparent: 00-${trace}-${span}-01\nb3: ${trace.slice(16)}-${span}-1`))[0]).toContain('lower 64 bits');
    const both = disagreements(read(`traceparent: 00-${trace}-${span}-01\nb3: ${'a'.repeat(32)}-${span}-0`));
    expect(both[0]).toContain('different traces');
    expect(both[1]).toContain('disagree about sampling');
  });

  it('writes one as the other', () => {
    for (const header of writtenAs({ traceId: trace, spanId: span, sampled: false })) {
      expect(read(`${header.name}: ${header.value}`)[0]).toMatchObject({ traceId: trace, spanId: span, sampled: false });
    }
  });
});
