import { expect, it } from 'vitest';
import { bounds, budgetUsed, fastShare, formatBudget, leOf, objectiveOf, successOf, sumUp } from './objective';

it.each([
  ['99', '256', { success: 0.99, faster: 0.256 }],
  [undefined, undefined, { success: 0.999, faster: 0.512 }],
  ['101', '300', { success: 0.999, faster: 0.512 }],
  ['none', '', { success: 0.999, faster: 0.512 }],
])('an objective of %s and %s is %j', (slo, faster, expected) => {
  const { success, faster: seconds } = objectiveOf(slo, faster);
  expect(success).toBeCloseTo(expected.success);
  expect(seconds).toBeCloseTo(expected.faster);
});

it('names buckets as they are labelled', () => {
  expect(bounds.map(leOf).slice(0, 4)).toEqual(['0.002', '0.004', '0.008', '0.016']);
  expect(leOf(bounds.at(-1) ?? 0)).toBe('16.384');
});

it('measures against what was promised', () => {
  const objective = { success: 0.99, faster: 0.5 };
  expect(budgetUsed({ calls: 1_000, errors: 5 }, objective)).toBeCloseTo(0.5);
  expect(budgetUsed({ calls: 0, errors: 0 }, objective)).toBe(0);
  expect(successOf({ calls: 0, errors: 0 })).toBe(1);
  expect(fastShare({ calls: 10, fast: 11 })).toBe(1);
  expect(
    sumUp([
      { service: 'a', calls: 1, errors: 2, fast: 3 },
      { service: 'b', calls: 10, errors: 20, fast: 30 },
    ]),
  ).toEqual({ service: '', calls: 11, errors: 22, fast: 33 });
});

it.each([
  [0.42, '42 %'],
  [9.5, '950 %'],
  [833.33, '833 ×'],
])('a budget used %d times is written as %s', (used, expected) => expect(formatBudget(used)).toBe(expected));
