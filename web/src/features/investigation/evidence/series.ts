import type { Series } from '../../../api/query';
import type { Moment } from '../../../units/time';

type Point = readonly [at: Moment, value: number];

/** The path of a line; where there is no number the line is interrupted. */
export function strokes(points: readonly Point[], x: (at: Moment) => number, y: (value: number) => number): string {
  let path = '';
  let isDown = false;
  for (const [at, value] of points) {
    if (Number.isFinite(value)) {
      path += `${isDown ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      isDown = true;
    } else {
      isDown = false;
    }
  }

  return path;
}

/** How far a series moved from before the window to within it, relative to its size. */
export function spread(series: Series, window: { readonly start: Moment; readonly end: Moment }): number {
  let [before, beforeCount, during, duringCount] = [0, 0, 0, 0];
  for (const [at, value] of series.points) {
    if (!Number.isFinite(value)) {
      continue;
    }

    if (at < window.start) {
      before += value;
      beforeCount++;
    } else if (at < window.end) {
      during += value;
      duringCount++;
    }
  }

  const [a, b] = [beforeCount > 0 ? before / beforeCount : 0, duringCount > 0 ? during / duringCount : 0];
  return Math.abs(b - a) / (Math.abs(a) + Math.abs(b) || 1);
}
