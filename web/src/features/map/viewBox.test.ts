import { expect, it } from 'vitest';
import { panned, revealing, whole, zoomed } from './viewBox';

const window = { width: 1_000, height: 500 };

it('shows the whole in the middle, and does not enlarge what is small', () => {
  expect(whole({ width: 2_000, height: 500 }, window)).toEqual({ x: 0, y: -250, width: 2_000, height: 1_000 });
  expect(whole({ width: 100, height: 100 }, window)).toEqual({ x: -450, y: -200, width: 1_000, height: 500 });
});

it('comes closer at a place, up to a limit', () => {
  const box = { x: 0, y: 0, width: 1_000, height: 500 };
  expect(zoomed(box, 0.8, window, { x: 0, y: 1 })).toEqual({ x: 0, y: 100, width: 800, height: 400 });
  expect(zoomed(box, 0.001, window).width).toBe(500);
  expect(zoomed(box, 1_000, window).width).toBe(25_000);
});

it('moves, and only as far as needed', () => {
  const box = { x: 0, y: 0, width: 1_000, height: 500 };
  expect(panned(box, 0.1, -0.2)).toEqual({ x: 100, y: -100, width: 1_000, height: 500 });
  expect(revealing(box, { x: 400, y: 200, width: 100, height: 50 })).toEqual(box);
  expect(revealing(box, { x: 1_200, y: -80, width: 100, height: 50 })).toEqual({ x: 330, y: -110, width: 1_000, height: 500 });
});
