import { describe, expect, it } from 'vitest';
import type { TraceOutline } from '../../api/traces';
import { moment, nanos } from '../../units/time';
import { ancestors, collapsedBelow, collapsedByService, matches, modelOf, timesBy, rowOf, visibleRows } from './model';

// gateway ─ checkout (fails) ─ pay (fails), and a database call inside checkout
//         └ cart
const outline: TraceOutline = {
  traceId: '00000000000000000000000000000001',
  rootService: 'gateway',
  rootName: 'POST /checkout',
  startTime: moment(0n),
  endTime: moment(100n),
  durationNanos: nanos(100),
  spanCount: 5,
  errorCount: 2,
  orphanCount: 0,
  partial: false,
  adjusted: undefined,
  warnings: [],
  criticalPath: [
    { spanIndex: 1, startTime: moment(10n), durationNanos: nanos(2) },
    { spanIndex: 3, startTime: moment(40n), durationNanos: nanos(25) },
    { spanIndex: 1, startTime: moment(65n), durationNanos: nanos(5) },
  ],
  services: ['gateway', 'checkout', 'pay', 'cart'].map((name) => ({
    name,
    spanCount: 1,
    errorCount: 0,
    selfTimeNanos: nanos(0),
    criticalPathNanos: nanos(0),
  })),
  names: ['POST /checkout', 'charge', 'SELECT', 'GET /cart'],
  peers: ['orders-db'],
  spans: {
    id: ['a1', 'b2', 'c3', 'd4', 'e5'],
    parent: [-1, 0, 1, 1, 0],
    service: [0, 1, 1, 2, 3],
    name: [0, 0, 2, 1, 3],
    peer: [-1, -1, 0, -1, -1],
    kind: [2, 2, 3, 2, 2],
    status: [1, 2, 1, 2, 1],
    start: [0, 10, 12, 40, 80],
    duration: [100, 60, 20, 25, 15],
    self: [25, 15, 20, 25, 15],
    critical: [40, 15, 20, 25, 0],
    flags: [1, 1, 1, 9, 0],
  },
};

describe('a trace', () => {
  const model = modelOf(outline);

  it('knows its tree', () => {
    expect([...model.depth]).toEqual([0, 1, 2, 2, 1]);
    expect([...model.subtreeEnd]).toEqual([5, 4, 3, 4, 5]);
    expect([...model.failuresBelow]).toEqual([2, 1, 0, 0, 0]);
    expect(ancestors(model, 3)).toEqual([1, 0]);
  });

  it("knows which stretches of the critical path are a span's own", () => {
    expect(model.criticalParts.get(1)).toEqual([
      { start: 10, duration: 2 },
      { start: 65, duration: 5 },
    ]);
    expect(model.criticalParts.get(2)).toBeUndefined();
  });

  it.each([
    [0, 0],
    [1, 1],
    [4, 2],
    [2, -1],
    [-1, -1],
    [9, -1],
  ])('finds the row of span %i at %i while others are hidden', (span, row) => {
    expect(rowOf(visibleRows(model, new Set([1])), span)).toBe(row);
  });

  it('hides what is below collapsed spans', () => {
    expect([...visibleRows(model, new Set())]).toEqual([0, 1, 2, 3, 4]);
    expect([...visibleRows(model, new Set([1]))]).toEqual([0, 1, 4]);
    expect([...visibleRows(model, new Set([0, 1]))]).toEqual([0]);
    expect([...visibleRows(model, collapsedBelow(model, 1))]).toEqual([0, 1, 4]);
  });

  it('keeps calls between services when it is collapsed by service', () => {
    expect([...collapsedByService(model)]).toEqual([]);
    const inner = modelOf({ ...outline, spans: { ...outline.spans, service: [0, 1, 1, 1, 3] } });
    expect([...collapsedByService(inner)]).toEqual([1]);
  });

  it.each([
    ['pay', [3]],
    ['checkout select', [2]],
    ['ORDERS-DB', [2]],
    ['c3', [2]],
    ['nothing like it', []],
  ])('finds %j', (text, expected) => expect([...(matches(model, text) ?? [])]).toEqual(expected));

  it('looks for nothing when nothing is asked', () => expect(matches(model, '  ')).toBeNull());

  it('adds up operations, what the trace waited for longest first', () => {
    const times = timesBy(model);
    expect(times.map((t) => `${t.service} ${t.name} ${t.count} ${t.errors} ${t.critical}`)).toEqual([
      'gateway POST /checkout 1 0 40',
      'pay charge 1 1 25',
      'checkout SELECT 1 0 20',
      'checkout POST /checkout 1 1 15',
      'cart GET /cart 1 0 0',
    ]);
    expect(times[1]).toMatchObject({ median: 25, longest: 25, longestSpan: 3 });
  });

  it.each([
    ['service', ['gateway  1', 'checkout  2', 'pay  1', 'cart  1']],
    ['kind', [' server 4', ' client 1']],
    ['peer', [' orders-db 1']],
  ] as const)('adds up by %s', (by, expected) =>
    expect(timesBy(model, by).map((t) => `${t.service} ${t.name} ${t.count}`)).toEqual(expected),
  );
});
