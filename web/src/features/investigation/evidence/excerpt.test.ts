import { describe, expect, it } from 'vitest';
import type { TraceOutline } from '../../../api/traces';
import { modelOf } from '../../trace/model';
import { excerptOf } from './excerpt';

/** A trace from rows of [parent, service, duration, self, critical, failed, flags]. */
function trace(rows: readonly (readonly [number, number, number, number, number, boolean, number])[]) {
  const column = (index: number) => rows.map((row) => Number(row[index]));
  return modelOf({
    durationNanos: rows[0]?.[2] ?? 0,
    services: ['gateway', 'orders', 'payments'].map((name) => ({
      name,
      spanCount: 0,
      errorCount: 0,
      selfTimeNanos: 0,
      criticalPathNanos: 0,
    })),
    names: ['x'],
    peers: [],
    criticalPath: [],
    spans: {
      id: rows.map((_, index) => String(index)),
      parent: column(0),
      service: column(1),
      name: rows.map(() => 0),
      peer: rows.map(() => -1),
      kind: rows.map(() => 2),
      status: rows.map((row) => (row[5] ? 2 : 0)),
      start: rows.map(() => 0),
      duration: column(2),
      self: column(3),
      critical: column(4),
      flags: column(6),
    },
  } as unknown as TraceOutline);
}

describe('the excerpt of a trace', () => {
  it('shows where the error starts, with the way to it, and leaves out what says nothing', () => {
    const model = trace([
      [-1, 0, 100, 5, 5, true, 1],
      [0, 1, 90, 5, 5, true, 1],
      [1, 2, 80, 80, 80, true, 9],
      [1, 1, 1, 1, 0, false, 0],
      [0, 0, 1, 1, 0, false, 0],
    ]);
    const { rows, hidden } = excerptOf(model, 'payments');
    expect(rows.map((row) => [row.span, row.depth])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect(hidden).toBe(2);
  });

  it('keeps to its limit in a trace of very many failures', () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => [index === 0 ? -1 : 0, 1, 100, 10, index === 0 ? 100 : 0, true, 8] as const);
    const excerpt = excerptOf(trace(rows), 'orders', 14);
    expect(excerpt.rows).toHaveLength(14);
    expect(excerpt.hidden).toBe(4_986);
  });

  it('says how many spans lie between on a long way down', () => {
    const rows = Array.from({ length: 10 }, (_, index) => [index - 1, index === 9 ? 2 : 0, 100, 0, 0, false, 0] as const);
    const excerpt = excerptOf(trace(rows), 'payments');
    expect(excerpt.rows.map((row) => row.span)).toEqual([0, 1, 7, 8, 9]);
    expect(excerpt.rows.find((row) => row.span === 7)?.hidden).toBe(5);
  });

  it('has nothing of a trace without spans', () => expect(excerptOf(trace([]), 'orders')).toEqual({ rows: [], hidden: 0 }));
});
