import { describe, expect, it } from 'vitest';
import { moment } from '../../../units/time';
import { assemble } from './assemble';
import type { FileSpan, FileTraces } from './spans';

const trace = 'f'.repeat(32);
const millis = 1_000_000;

/** A span by what matters: id, parent, start and length in ms, and resource; ids are written short. */
interface Short {
  readonly id: string;
  readonly parent?: string;
  readonly at: readonly [start: number, length: number];
  readonly kind?: number;
  readonly status?: number;
  readonly resource?: number;
}

const fileOf = (spans: readonly Short[]): FileTraces => ({
  format: 'OTLP',
  resources: ['one', 'two', 'three'].map((service) => ({ service, attributes: [] })),
  scopes: [],
  problems: [],
  spans: spans.map((span): FileSpan => ({
    traceId: trace,
    id: span.id,
    parent: span.parent ?? '',
    service: ['one', 'two', 'three'][span.resource ?? 0] ?? '',
    name: `op ${span.id}`,
    kind: span.kind ?? 1,
    status: span.status ?? 0,
    statusMessage: '',
    start: moment(BigInt(1_000_000 + span.at[0]) * BigInt(millis)),
    duration: span.at[1] * millis,
    resource: span.resource ?? 0,
    scope: 0,
    attributes: [],
    events: [],
    links: [],
  })),
});

const shapeOf = (spans: readonly Short[], adjusted = false) => {
  const { outline } = assemble(fileOf(spans), trace, adjusted);
  const { id, parent, start, self, critical, flags } = outline.spans;
  return {
    tree: id.map((one, index) => `${one}<${id[parent[index] ?? -1] ?? ''}`),
    start: start.map((value) => value / millis),
    self: self.map((value) => value / millis),
    critical: critical.map((value) => value / millis),
    flags,
    warnings: outline.warnings,
    path: outline.criticalPath.map((part) => `${id[part.spanIndex] ?? ''} ${part.durationNanos / millis}`),
  };
};

describe('a trace of a file', () => {
  it('has a critical path without gaps, and own times that count children at once only once', () => {
    const shape = shapeOf([
      { id: 'root', at: [0, 100] },
      { id: 'a', parent: 'root', at: [10, 40] },
      { id: 'b', parent: 'root', at: [20, 50] },
      { id: 'c', parent: 'root', at: [80, 40] },
    ]);
    expect(shape.tree).toEqual(['root<', 'a<root', 'b<root', 'c<root']);
    expect(shape.self).toEqual([20, 40, 50, 40]);
    // c outlives its parent and is cut; b ran until 70, a was in its shadow but for the time before b began.
    expect(shape.path).toEqual(['root 20', 'b 50', 'root 10', 'c 20']);
    expect(shape.critical.reduce((sum, own) => sum + own, 0)).toBe(100);
  });

  it('gives spans with a missing parent, in a circle, and with a shared id a place', () => {
    const shape = shapeOf([
      { id: 'lost', parent: 'gone', at: [5, 1] },
      { id: 'x', parent: 'y', at: [1, 5] },
      { id: 'y', parent: 'x', at: [2, 3] },
      { id: 'root', at: [0, 10] },
      { id: 'root', at: [0, 10] },
      { id: 'self', parent: 'self', at: [3, 1] },
    ]);
    expect(shape.tree).toEqual(['root<', 'root<', 'x<', 'y<x', 'self<', 'lost<']);
    expect(shape.warnings).toEqual([
      '1 span names a parent that is not in the file.',
      '2 circles of parents were opened at their earliest spans.',
      '1 span is there more than once; its copy counts for nothing.',
    ]);
    expect(shape.flags.map((mark) => mark & 6)).toEqual([0, 4, 0, 0, 0, 2]);
  });

  it('hangs the server’s half of a shared id below the client’s, as Zipkin means it', () => {
    const shape = shapeOf([
      { id: 'root', at: [0, 20], kind: 2 },
      { id: 'call', parent: 'root', at: [1, 10], kind: 3 },
      { id: 'call', parent: 'root', at: [2, 8], kind: 2, resource: 1 },
      { id: 'below', parent: 'call', at: [3, 2], resource: 1 },
    ]);
    expect(shape.tree).toEqual(['root<', 'call<root', 'call<call', 'below<call']);
    expect(shape.self).toEqual([10, 2, 6, 2]);
  });

  it('corrects clocks that cannot be right, and shows times as received unless asked', () => {
    const spans: Short[] = [
      { id: 'root', at: [0, 100], kind: 3 },
      { id: 'early', parent: 'root', at: [-500, 40], kind: 2, resource: 1 },
      { id: 'below', parent: 'early', at: [-490, 10], resource: 1 },
    ];
    const [received, adjusted] = [shapeOf(spans), shapeOf(spans, true)];
    expect(received.start).toEqual([500, 0, 10]);
    expect(adjusted.start).toEqual([0, 30, 40]);
    expect(received.flags.map((mark) => mark & 16)).toEqual([0, 16, 16]);
    expect(received.self).toEqual(adjusted.self);
    expect(received.warnings).toEqual(['2 spans have clocks that differ from their callers’, by up to 530 ms.']);
  });

  it('does not depend on the order of spans in the file', () => {
    const spans: Short[] = Array.from({ length: 60 }, (_, index) => ({
      id: `s${index}`,
      ...(index > 0 && { parent: `s${Math.floor((index * 7) / 11) % index}` }),
      at: [index % 7, 5 + (index % 5)] as const,
    }));
    const expected = shapeOf(spans);
    expect(shapeOf([...spans].reverse())).toEqual(expected);
    expect(shapeOf([...spans.slice(30), ...spans.slice(0, 30)])).toEqual(expected);
  });

  it('is as deep as it has to be, and says where errors start', () => {
    const count = 20_000;
    const { outline } = assemble(
      fileOf(
        Array.from({ length: count }, (_, index) => ({
          id: `s${index}`,
          ...(index > 0 && { parent: `s${index - 1}` }),
          at: [0, count - index] as const,
          status: 2,
        })),
      ),
      trace,
    );
    expect(outline.spanCount).toBe(count);
    expect(outline.spans.flags.filter((mark) => (mark & 8) !== 0)).toHaveLength(1);
    expect((outline.spans.flags.at(-1) ?? 0) & 8).toBe(8);
  });

  it('counts a negative length as none', () => {
    const shape = shapeOf([{ id: 'root', at: [10, -5] }]);
    expect(shape).toMatchObject({ self: [0], path: [], warnings: ['1 span ends before it starts.'] });
  });
});
