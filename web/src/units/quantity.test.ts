import { describe, expect, it } from 'vitest';
import { formatQuantity } from './quantity';

describe('a value with its unit', () => {
  it.each([
    [0.25, 's', '250 ms'],
    [0, 's', '0 s'],
    [1500, 'ms', '1.5 s'],
    [0.034, '1', '3.4 %'],
    [12, '1', '12'],
    [12, '{request}/s', '12 requests/s'],
    [1_572_864, 'By', '1.5 MiB'],
    [3, '', '3'],
    [55, '%', '55 %'],
    [7, 'W', '7 W'],
  ])('%d %s is %s', (value, unit, expected) => expect(formatQuantity(value, unit)).toBe(expected));
});
