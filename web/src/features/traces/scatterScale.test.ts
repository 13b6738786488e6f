import { describe, expect, it } from 'vitest';
import { moment, nanos } from '../../units/time';
import { nearest, scatterScale } from './scatterScale';

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
