import { expect, it } from 'vitest';
import { pages } from './pages';

it('has a key and an address of its own for every page', () => {
  expect(new Set(pages.map((page) => page.key)).size).toBe(pages.length);
  expect(new Set(pages.map((page) => page.to)).size).toBe(pages.length);
});
