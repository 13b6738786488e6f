import { expect, it } from 'vitest';
import type { Series } from '../../api/query';
import { moment } from '../../units/time';
import { oddity, partsOf, type Part } from './breakdown';

const series = (version: string, value: number): Series => ({
  type: 'series',
  labels: { version },
  points: [[moment(0n), value]],
  partial: undefined,
});

it('joins what was asked in three ways', () => {
  expect(partsOf(['version', 'zone'], [series('1', 10), series('2', 30)], [series('2', 3)], [series('1', 0.5)])).toEqual([
    { key: ['2', ''], calls: 30, errors: 3, p95: null },
    { key: ['1', ''], calls: 10, errors: 0, p95: 0.5 },
  ]);
});

const part = (calls: number, errors: number, p95: number | null = null): Part => ({ key: [], calls, errors, p95 });

it.each([
  [part(100, 10), [part(100, 1)], 'fails more than the others'],
  [part(100, 10), [part(100, 9)], null],
  [part(100, 0, 2), [part(100, 0, 1)], 'slower than the others'],
  [part(100, 0, 1.4), [part(100, 0, 1)], null],
  [part(9, 9), [part(100, 0)], null],
  [part(100, 50), [], null],
])('%j beside %j: %s', (one, others, expected) => expect(oddity(one, [one, ...others])).toBe(expected));
