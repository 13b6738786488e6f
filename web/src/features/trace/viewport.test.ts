import { describe, expect, it } from 'vitest';
import { bulkOf, ticks, viewportOf } from './viewport';

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

describe('spans far off', () => {
  const ordinary = Array.from({ length: 200 }, (_, i) => 1e12 + i * 1e6);
  const lengths = ordinary.map(() => 5e6);
  const ask = (start: readonly number[], duration: readonly number[], parents: readonly number[] = []) =>
    bulkOf(
      { start, duration },
      start.map((_, i) => (parents.includes(i) ? 1 : 0)),
      Math.max(...start.map((at, i) => at + (duration[i] ?? 0))),
    );

  it.each([
    ['one begins in 1970', [0, ...ordinary], [1e6, ...lengths]],
    ['one never ends', [1e12, ...ordinary], [9e15, ...lengths]],
  ])('are left out of sight where %s', (_, starts, durations) => {
    const found = ask(starts, durations);
    expect(found?.others).toBe(1);
    expect(found?.part.from).toBeGreaterThan(9.9e11);
    expect(found?.part.to).toBeGreaterThanOrEqual(1e12 + 2.03e8);
    expect(found?.part.to).toBeLessThan(1e12 + 3e8);
  });

  it.each([
    ['a trace without them', ordinary.map((start) => start - 1e12), lengths, []],
    ['a long span over all that it called', [0, ...ordinary.map((start) => start - 1e12)], [9e12, ...lengths], [0]],
    ['a few spans only', [0, 1e12], [1, 1], []],
  ])('are not seen in %s', (_, starts, durations, parents) => expect(ask(starts, durations, parents)).toBeNull());
});
