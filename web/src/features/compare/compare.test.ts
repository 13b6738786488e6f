import { describe, expect, it } from 'vitest';
import type { DiffedSpan } from '../../api/comparison';
import { withCallers } from './diff';

const rows = (text: string): DiffedSpan[] =>
  text.split(' ').map((one) => ({
    depth: Number(one[0]),
    fate: one.endsWith('!') ? 'changed' : 'same',
    service: 's',
    name: one,
    count: 1,
    attributes: [],
  }));

describe('rows that differ', () => {
  it.each([
    ['0a 1b 2c! 1d 2e', '0a 1b 2c!'],
    ['0a 1b 2c 1d! 2e', '0a 1d!'],
    ['0a! 1b 2c', '0a!'],
    ['0a 1b 2c! 1d 2e 3f!', '0a 1b 2c! 1d 2e 3f!'],
    ['0a 1b', ''],
  ])('of %s are shown with their callers: %s', (all, expected) =>
    expect(
      withCallers(rows(all))
        .map((row) => row.name)
        .join(' '),
    ).toBe(expected),
  );
});
