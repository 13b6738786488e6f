import { describe, expect, it } from 'vitest';
import { formatMeasure, stepFor, type Measure } from './measure';

const measure = (of: Measure['of'], perSecond = false): Measure => ({ of, perSecond });

describe('numbers with their unit', () => {
  it.each([
    [0.0125, measure('seconds'), '12.5 ms'],
    [0, measure('seconds'), '0 s'],
    [0.5, measure('seconds', true), '0.5 s/s'],
    [1_536, measure('bytes'), '1.5 KiB'],
    [1_536, measure('bytes', true), '1.5 KiB/s'],
    [0.0042, measure('share'), '0.42 %'],
    [12_345.678, measure('plain'), '12,350'],
    [12_345_678, measure('plain'), '12.35M'],
    [0.00001, measure('plain', true), '1.00e−5/s'],
    [-3.5, measure('plain'), '−3.5'],
    [NaN, measure('plain'), 'not a number'],
    [-Infinity, measure('bytes'), '−∞'],
  ])('%d in %j is %s', (value, unit, expected) => expect(formatMeasure(value, unit)).toBe(expected));
});

it.each([
  [60, 1],
  [3_600, 15],
  [86_400, 600],
  [30 * 86_400, 10_800],
  [400 * 86_400, 172_800],
])('a range of %d s has steps of %d s', (length, step) => expect(stepFor(length)).toBe(step));
