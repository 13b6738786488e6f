import { describe, expect, it } from 'vitest';
import { formatChange, formatScore, growth, headlineOf, headlineParts } from './words';

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

describe('a headline', () => {
  it.each([
    ['Likely: dns is slow.', 'dns is slow.'],
    ['No incident: all is well.', 'all is well.'],
    ['Likely candidates differ.', 'Likely candidates differ.'],
  ])('%s', (headline, expected) => expect(headlineOf(headline)).toBe(expected));
});

describe('a score', () => {
  it.each([
    [1, '1.00'],
    [0.9995, '>0.99'],
    [0.884, '0.88'],
    [0, '0.00'],
  ])('%d is %s', (score, expected) => expect(formatScore(score)).toBe(expected));
});

it.each([
  [
    'Likely: dns is slow (at 10.0.0.53). It began after "forward . 10.0.0.2". Users see 503.',
    'dns is slow (at 10.0.0.53).',
    'It began after "forward . 10.0.0.2". Users see 503.',
  ],
  ['Nothing got worse', 'Nothing got worse', ''],
])('%s is told as a sentence and the rest', (headline, first, rest) => expect(headlineParts(headline)).toEqual([first, rest]));
