import { describe, expect, it } from 'vitest';
import { formatChange, growth } from './words';

describe('a quantity before and during', () => {
  it.each([
    [{ baseline: 0.12, window: 1.4, unit: 's' }, '120 ms → 1.4 s', '×12'],
    [{ baseline: 0.004, window: 0.26, unit: '1' }, '0.4 % → 26 %', '+26 points'],
    [{ baseline: null, window: 3, unit: '{call}' }, 'unknown → 3 calls', ''],
    [{ baseline: 0, window: 3, unit: '{call}' }, '0 calls → 3 calls', 'new'],
    [{ baseline: 4, window: 1, unit: '{request}/s' }, '4 requests/s → 1 requests/s', '×0.25'],
    [{ baseline: 2, window: 2, unit: 's' }, '2 s → 2 s', ''],
  ])('%j', (comparison, text, by) => {
    expect(formatChange(comparison)).toBe(text);
    expect(growth(comparison)).toBe(by);
  });
});
