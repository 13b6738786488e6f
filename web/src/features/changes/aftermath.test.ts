import { describe, expect, it } from 'vitest';
import { nanos, parseMoment } from '../../units/time';
import { curlLine, moved, windows, type OperationCounts } from './aftermath';

const operation = (name: string, spanCount: number, errorCount: number, p95: number): OperationCounts => ({
  name,
  kind: 'server',
  spanCount,
  errorCount,
  p95DurationNanos: nanos(p95 * 1e6),
});

describe('what moved after a change', () => {
  it.each([
    [operation('a', 100, 0, 10), operation('a', 100, 0, 11), []],
    [operation('a', 100, 0, 10), operation('a', 100, 5, 10), ['fails more']],
    [operation('a', 100, 10, 10), operation('a', 100, 2, 10), ['fails less']],
    [operation('a', 100, 0, 10), operation('a', 100, 0, 16), ['slower']],
    [operation('a', 100, 0, 0.1), operation('a', 100, 0, 0.3), []],
    [operation('a', 100, 0, 30), operation('a', 100, 0, 10), ['faster']],
    [operation('a', 10, 0, 10), operation('a', 10, 9, 90), []],
    [operation('a', 100, 0, 10), null, ['stopped']],
    [null, operation('a', 100, 0, 10), ['new']],
    [operation('a', 100, 0, 10), operation('a', 300, 30, 30), ['fails more', 'slower', 'more calls']],
  ])('%o to %o', (before, after, expected) =>
    expect(moved(before ? [before] : [], after ? [after] : []).map((row) => row.what)).toEqual([expected]),
  );

  it('tells first what stands out', () =>
    expect(
      moved(
        [operation('big', 900, 0, 1), operation('small', 50, 0, 10)],
        [operation('big', 900, 0, 1), operation('small', 50, 20, 10)],
      ).map((row) => row.name),
    ).toEqual(['small', 'big']));

  it('looks ten minutes before and after', () => {
    const at = parseMoment('2026-08-21T10:00:00Z');
    expect(at === null ? null : windows(at)).toEqual({
      before: { start: '2026-08-21T09:50:00Z', end: '2026-08-21T10:00:00Z' },
      after: { start: '2026-08-21T10:00:00Z', end: '2026-08-21T10:10:00Z' },
    });
  });

  it('writes a line that a shell takes as it is', () =>
    expect(curlLine('http://clew:2539', { summary: "it's new" })).toBe(
      `curl -fsS 'http://clew:2539/api/changes' -H 'Content-Type: application/json' -d '{"summary":"it'\\''s new"}'`,
    ));
});
