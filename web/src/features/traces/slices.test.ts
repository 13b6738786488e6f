import { describe, expect, it } from 'vitest';
import { conditionOfSlice, confidenceOf } from './slices';

describe('what sets traces apart', () => {
  it.each([
    ['payments: http.response.status_code = 499', { service: ['payments'], attr: ['http.response.status_code=499'] }],
    ['cart: user.name = a b', { service: ['cart'], attr: ['user.name="a b"'] }],
    ["payments 'POST' = fails", null],
    ['orders: a = 1 and payments: b = 2', null],
    ['cart: region = (missing)', null],
    ['cart: size ≥ 100', null],
  ])('%s leads to traces with it', (name, expected) => expect(conditionOfSlice(name)).toEqual(expected));

  it.each([
    [0, 'very high'],
    [0.009, 'high'],
    [0.05, 'fair'],
    [0.2, 'may be chance'],
  ])('is believed at a rate of false discoveries of %d: %s', (rate, expected) => expect(confidenceOf(rate)).toBe(expected));
});
