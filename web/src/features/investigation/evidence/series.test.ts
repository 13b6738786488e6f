import { describe, expect, it } from 'vitest';
import { moment, type Moment } from '../../../units/time';
import { spread, strokes } from './series';

const points = (...values: number[]) => values.map((value, index) => [moment(BigInt(index)), value] as [Moment, number]);

describe('a line of a chart', () => {
  it('is interrupted where there is no number', () =>
    expect(strokes(points(1, 2, NaN, 4), Number, (value) => value)).toBe('M0.0 1.0L1.0 2.0M3.0 4.0'));

  it('is ordered by how far it moved', () => {
    const window = { start: moment(2n), end: moment(4n) };
    const still = spread({ type: 'series', labels: {}, points: points(5, 5, 5, 5) }, window);
    const moved = spread({ type: 'series', labels: {}, points: points(1, 1, 9, 9) }, window);
    expect(still).toBe(0);
    expect(moved).toBeCloseTo(0.8);
  });
});
