import { describe, expect, it } from 'vitest';
import { between, formatDuration, formatMoment, formatRfc3339, moment, nanos, parseDuration, parseMoment } from './time';

describe('moments', () => {
  it.each([
    ['2026-08-21T10:00:00.000000001Z', 1_787_306_400_000_000_001n],
    ['2026-08-21T12:00:00+02:00', 1_787_306_400_000_000_000n],
    ['1969-12-31T23:59:59.9Z', -100_000_000n],
    ['2026-08-21 10:00:00.5z', 1_787_306_400_500_000_000n],
  ])('reads %s', (text, expected) => expect(parseMoment(text)).toBe(expected));

  it.each(['', 'now', '2026-08-21', '2026-08-21T10:00:00', '2026-13-21T10:00:00Z'])('refuses %j', (text) =>
    expect(parseMoment(text)).toBeNull(),
  );

  it('is written as it was read, to the nanosecond', () => {
    for (const at of [0n, 1n, -1n, 1_787_306_400_000_000_001n, 1_787_306_400_120_000_000n, -62_135_596_800_000_000_000n]) {
      expect(parseMoment(formatRfc3339(moment(at)))).toBe(at);
    }
  });

  it('shows as many decimals as asked for', () => {
    const at = parseMoment('2026-08-21T10:00:00.123456789Z');
    expect(at && formatMoment(at, 'utc', 3)).toBe('2026-08-21 10:00:00.123');
    expect(at && formatMoment(at, 'utc', 9)).toBe('2026-08-21 10:00:00.123456789');
    expect(at && formatMoment(at, 'utc', 0)).toBe('2026-08-21 10:00:00');
  });

  it('subtracts', () => expect(between(moment(5n), moment(1_000_000_005n))).toBe(1e9));
});

describe('lengths of time', () => {
  it.each([
    [0, '0 ns'],
    [999, '999 ns'],
    [1_500, '1.5 µs'],
    [1_250_000, '1.25 ms'],
    [999_999_999, '1000 ms'],
    [3_100_000_000, '3.1 s'],
    [59_900_000_000, '59.9 s'],
    [125_000_000_000, '2 min 5 s'],
    [3_600_000_000_000, '1 h'],
    [90_000_000_000_000, '1 d 1 h'],
    [-1_500_000, '−1.5 ms'],
  ])('writes %d as %s', (length, expected) => expect(formatDuration(nanos(length))).toBe(expected));

  it.each([
    ['250ms', 250e6],
    ['1.5s', 1.5e9],
    ['1h30m', 5_400e9],
    [' 7d ', 604_800e9],
    ['10µs', 10e3],
  ])('reads %s', (text, expected) => expect(parseDuration(text)).toBe(expected));

  it.each(['', '5', 'fast', '1 s', '-1s', '1s1'])('refuses %j', (text) => expect(parseDuration(text)).toBeNull());
});
