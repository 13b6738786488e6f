import { describe, expect, it } from 'vitest';
import { formatBytes, formatCompact, formatCount, formatShare } from './number';

describe('numbers', () => {
  it.each([
    [0, '0 %'],
    [0.0004, '<0.1 %'],
    [0.0123, '1.2 %'],
    [0.5, '50 %'],
    [0.9999, '>99.9 %'],
    [1, '100 %'],
  ])('writes the share %d as %s', (share, expected) => expect(formatShare(share)).toBe(expected));

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [5 * 1024 ** 3, '5 GiB'],
  ])('writes %d bytes as %s', (bytes, expected) => expect(formatBytes(bytes)).toBe(expected));

  it('counts', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
    expect(formatCompact(1234567)).toBe('1.23M');
  });
});
