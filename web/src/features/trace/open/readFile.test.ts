import { describe, expect, it } from 'vitest';
import { assemble, tracesOf } from './assemble';
import { readTraces } from './readFile';
import { FileError, fileLimits } from './spans';

const trace = '5b8efff798038103d269b633813fc60c';
const [a, b] = ['eee19b7ec3c1b174', 'eee19b7ec3c1b175'];
const micros = 1_700_000_000_000_000;

/** The same two spans, gateway calls pay which fails, as each format writes them. */
const otlpSpans = [
  {
    resource: { attributes: [{ key: 'service.name', value: { stringValue: 'gateway' } }] },
    scopeSpans: [
      {
        scope: { name: 'web', version: '1' },
        spans: [
          {
            traceId: trace,
            spanId: a,
            name: 'POST /pay',
            kind: 2,
            startTimeUnixNano: `${micros}000`,
            endTimeUnixNano: `${micros + 100}000`,
          },
        ],
      },
    ],
  },
  {
    resource: { attributes: [{ key: 'service.name', value: { stringValue: 'pay' } }] },
    scopeSpans: [
      {
        spans: [
          {
            traceId: trace.toUpperCase(),
            spanId: b,
            parentSpanId: a,
            name: 'charge',
            kind: 'SPAN_KIND_SERVER',
            startTimeUnixNano: `${micros + 10}000`,
            endTimeUnixNano: `${micros + 60}000`,
            status: { code: 'STATUS_CODE_ERROR', message: 'no money' },
            attributes: [
              { key: 'amount', value: { intValue: '9007199254740993' } },
              { key: 'list', value: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'x' }] } } },
            ],
            events: [{ timeUnixNano: `${micros + 20}000`, name: 'exception' }],
          },
        ],
      },
    ],
  },
];
const base64 = (hex: string) => btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16))));
const tempo = {
  batches: otlpSpans.map((one) => ({
    ...one,
    scopeSpans: one.scopeSpans.map((group) => ({
      ...group,
      spans: group.spans.map((span) => ({
        ...span,
        traceId: base64(trace),
        spanId: base64(span.spanId),
        ...('parentSpanId' in span && { parentSpanId: base64(a) }),
      })),
    })),
  })),
};
const jaeger = {
  data: [
    {
      traceID: trace,
      processes: { p1: { serviceName: 'gateway' }, p2: { serviceName: 'pay', tags: [{ key: 'host', type: 'string', value: 'h1' }] } },
      spans: [
        {
          traceID: trace,
          spanID: a,
          operationName: 'POST /pay',
          startTime: micros,
          duration: 100,
          processID: 'p1',
          references: [],
          tags: [{ key: 'span.kind', type: 'string', value: 'server' }],
        },
        {
          traceID: trace,
          spanID: b,
          operationName: 'charge',
          startTime: micros + 10,
          duration: 50,
          processID: 'p2',
          references: [{ refType: 'CHILD_OF', traceID: trace, spanID: a }],
          tags: [
            { key: 'span.kind', type: 'string', value: 'server' },
            { key: 'error', type: 'bool', value: true },
            { key: 'otel.status_description', type: 'string', value: 'no money' },
          ],
          logs: [{ timestamp: micros + 20, fields: [{ key: 'event', type: 'string', value: 'exception' }] }],
        },
      ],
    },
  ],
};
const zipkin = [
  { traceId: trace, id: a, name: 'POST /pay', kind: 'SERVER', timestamp: micros, duration: 100, localEndpoint: { serviceName: 'gateway' } },
  {
    traceId: trace,
    id: b,
    parentId: a,
    name: 'charge',
    kind: 'SERVER',
    timestamp: micros + 10,
    duration: 50,
    localEndpoint: { serviceName: 'pay', ipv4: '10.0.0.1' },
    annotations: [{ timestamp: micros + 20, value: 'exception' }],
    tags: { error: 'no money' },
  },
];
const clew = {
  traceId: trace,
  resources: [
    { service: 'gateway', attributes: [] },
    { service: 'pay', attributes: [] },
  ],
  scopes: [{ name: 'web', attributes: [] }],
  spans: [
    {
      spanId: a,
      service: 'gateway',
      name: 'POST /pay',
      kind: 'server',
      status: 'unset',
      startTime: '2023-11-14T22:13:20.000000000Z',
      durationNanos: 100_000,
      resourceIndex: 0,
      scopeIndex: 0,
      attributes: [],
      events: [],
      links: [],
    },
    {
      spanId: b,
      parentSpanId: a,
      service: 'pay',
      name: 'charge',
      kind: 'server',
      status: 'error',
      statusMessage: 'no money',
      startTime: '2023-11-14T22:13:20.000010000Z',
      durationNanos: 50_000,
      resourceIndex: 1,
      scopeIndex: 0,
      attributes: [],
      events: [{ time: '2023-11-14T22:13:20.000020000Z', name: 'exception', attributes: [] }],
      links: [],
    },
  ],
};

describe('a file of traces', () => {
  it.each([
    ['OTLP', { resourceSpans: otlpSpans }],
    ['OTLP', [{ resourceSpans: otlpSpans }]],
    ['OTLP', { result: { resourceSpans: otlpSpans } }],
    ['Tempo', tempo],
    ['Tempo', { trace: { resourceSpans: otlpSpans } }],
    ['Jaeger', jaeger],
    ['Jaeger', jaeger.data[0]],
    ['Jaeger', jaeger.data],
    ['Zipkin', zipkin],
    ['Zipkin', [zipkin]],
    ['Clew', clew],
  ])('of %s says the same (%#)', (format, content) => {
    const file = readTraces(JSON.stringify(content));
    expect(file.format).toBe(format);
    expect(file.problems).toEqual([]);
    expect(tracesOf(file)).toEqual([{ traceId: trace, spans: 2 }]);
    const { outline, spans } = assemble(file, trace);
    expect(outline).toMatchObject({
      rootService: 'gateway',
      rootName: 'POST /pay',
      durationNanos: 100_000,
      errorCount: 1,
      partial: false,
      warnings: [],
    });
    expect(outline.spans).toMatchObject({
      id: [a, b],
      parent: [-1, 0],
      kind: [2, 2],
      status: [0, 2],
      start: [0, 10_000],
      duration: [100_000, 50_000],
      self: [50_000, 50_000],
      critical: [50_000, 50_000],
      flags: [1, 9],
    });
    const [charge] = spans(b).spans;
    expect(charge).toMatchObject({ service: 'pay', kind: 'server', status: 'error', statusMessage: 'no money', parentSpanId: a });
    expect(charge?.events.map((event) => [event.name, event.time - outline.startTime])).toEqual([['exception', 20_000n]]);
  });

  it('may have a request per line, as the Collector writes it', () => {
    const lines = otlpSpans.map((one) => JSON.stringify({ resourceSpans: [one] })).join('\n');
    expect(readTraces(`${lines}\n`).spans).toHaveLength(2);
  });

  it('keeps integers that a number cannot hold', () => {
    expect(readTraces(JSON.stringify({ resourceSpans: otlpSpans })).spans[1]?.attributes).toEqual([
      { key: 'amount', type: 'int', value: '9007199254740993' },
      { key: 'list', type: 'array', value: [1, 'x'] },
    ]);
  });

  it('keeps what is good of a file and says what is not', () => {
    const broken = [...zipkin, { traceId: 'xyz', id: '1', name: 'lost' }, { traceId: trace, id: '0', name: 'zero' }, 7];
    const file = readTraces(JSON.stringify(broken));
    expect(file.spans).toHaveLength(2);
    expect(file.problems).toHaveLength(3);
    expect(file.problems[0]).toBe('A span “lost” of unknown_service was left out: its traceId is missing or malformed.');
  });

  it('bounds what one span may have', () => {
    const tags = Object.fromEntries(Array.from({ length: fileLimits.perSpan + 5 }, (_, index) => [`tag${index}`, 'x']));
    const file = readTraces(JSON.stringify([{ ...zipkin[0], tags }]));
    expect(file.spans[0]?.attributes).toHaveLength(fileLimits.perSpan);
    expect(file.problems).toEqual([`Span ${a}: the first 1,000 of 1,005 tags.`]);
  });

  it('tells the first problems one by one and counts the others', () => {
    const broken = [zipkin[0], ...Array.from({ length: 50 }, () => ({ traceId: 'no' }))];
    const { problems } = readTraces(JSON.stringify(broken));
    expect(problems).toHaveLength(fileLimits.problems + 1);
    expect(problems.at(-1)).toBe('And 30 more problems like these.');
  });

  it.each([
    ['', /is empty/],
    ['hello', /is not JSON/],
    ['{"a":1,"b":2}', /an object with a, b/],
    ['7', /a single value/],
    ['[]', /list without anything in it/],
    ['[{"x":1}]', /list of something else/],
    ['{"resourceSpans":[]}', /OTLP JSON and holds no span/],
    ['{"data":[{"spans":[{"spanID":"1"}]}]}', /none of its spans can be read.*traceID/],
    ['{"spans":{"id":["a"]}}', /outline/],
    ['{"resourceSpans":[]}\n{"resourceSpans":', /Line 2 of the file/],
    ['null', /a single value/],
  ])('that holds %j is refused with a reason', (content, reason) => {
    expect(() => readTraces(content)).toThrow(FileError);
    expect(() => readTraces(content)).toThrow(reason);
  });

  it('never throws anything else, whatever is cut or replaced in it', () => {
    // A generator by rule (xorshift), so that a failure can be repeated.
    let state = 2_463_534_242;
    const next = (below: number) => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % below;
    };
    const odd = ['null', '-1', '{}', '[]', '""', '1e400', '"\\u0000"', 'true', '99999999999999999999999'];
    for (let round = 0; round < 600; round++) {
      const text = JSON.stringify([{ resourceSpans: otlpSpans }, tempo, jaeger, zipkin, clew][next(5)]);
      const values = [...text.matchAll(/"[^"]*"(?!:)|\d+|\[|\{/g)];
      const hit = values[next(values.length)];
      const at = hit?.index ?? 0;
      const changed =
        next(4) === 0
          ? text.slice(0, next(text.length))
          : text.slice(0, at) + (odd[next(odd.length)] ?? '') + text.slice(at + (hit?.[0].length ?? 0));
      try {
        const file = readTraces(changed);
        for (const { traceId } of tracesOf(file)) {
          const { outline, spans } = assemble(file, traceId, next(2) === 0);
          expect(outline.spans.id).toHaveLength(outline.spanCount);
          expect(spans(outline.spans.id[0] ?? '').spans.length).toBeGreaterThan(0);
        }
      } catch (error) {
        expect(error, changed).toBeInstanceOf(FileError);
      }
    }
  });
});
