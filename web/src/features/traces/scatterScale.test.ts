import { describe, expect, it } from 'vitest';
import { moment, nanos } from '../../units/time';
import { durationTicks, nearest, scatterScale } from './scatterScale';

const traces = [
  { startTime: moment(1_000_000_000n), durationNanos: nanos(1e6) },
  { startTime: moment(2_000_000_000n), durationNanos: nanos(1e9) },
];

describe('the scatter plot', () => {
  it('keeps every dot within its edges', () => {
    for (const set of [traces, traces.slice(0, 1), [{ startTime: moment(5n), durationNanos: nanos(0) }]]) {
      for (const { x, y } of scatterScale(set).points) {
        expect(x).toBeGreaterThan(0);
        expect(x).toBeLessThan(1);
        expect(y).toBeGreaterThan(0);
        expect(y).toBeLessThan(1);
      }
    }
  });

  it('finds the dot that is meant, and none far away', () => {
    const { points } = scatterScale(traces);
    expect(nearest(points, points[1] ?? { x: 0, y: 0 }, 5)).toBe(1);
    expect(nearest(points, { x: 0.5, y: 0.5 }, 5)).toBeNull();
  });
});

it.each([
  [512, 8.59e9, [1e4, 1e6, 1e8]],
  [2e6, 4e9, [1e7, 1e8, 1e9]],
  [2e6, 4e6, []],
  [0, 0, []],
  [0, 1e9, []],
])('from %d to %d ns are marked %j', (low, high, expected) =>
  expect(durationTicks(low, high).map(({ value }) => Number(value))).toEqual(expected),
);
