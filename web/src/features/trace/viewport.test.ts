import { describe, expect, it } from 'vitest';
import { ticks, viewportOf } from './viewport';

describe('the part of a trace that is shown', () => {
  it.each([
    [100, undefined, undefined, { from: 0, to: 100 }],
    [100, 20, 40, { from: 20, to: 40 }],
    [100, 40, 20, { from: 0, to: 100 }],
    [100, 20, 900, { from: 20, to: 100 }],
    [0, undefined, undefined, { from: 0, to: 1 }],
  ])('of %d ns from %s to %s', (duration, from, to, expected) => expect(viewportOf(duration, from, to)).toEqual(expected));

  it.each([
    [0, 100, [0, 20, 40, 60, 80]],
    [0, 3_100_000_000, [0, 1e9, 2e9, 3e9]],
    [37, 61, [40, 45, 50, 55, 60]],
  ])('has round ticks from %d to %d', (from, to, expected) => expect(ticks({ from, to })).toEqual(expected));
});
