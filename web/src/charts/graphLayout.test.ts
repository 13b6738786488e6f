import { expect, it } from 'vitest';
import { pathOf } from './graphLayout';

const points = [0, 1, 2, 3, 4].map((x) => ({ x, y: x * 1.04 }));

it.each([
  [[], false, ''],
  [points.slice(0, 3), false, 'M0 0L1 1L2 2.1'],
  [points.slice(0, 4), true, 'M0 0C1 1 2 2.1 3 3.1'],
  [points, true, 'M0 0C1 1 2 2.1 3 3.1L4 4.2'],
])('%j (a spline: %s) are drawn as %s', (path, isSpline, expected) => expect(pathOf(path, isSpline)).toBe(expected));
