import { describe, expect, it } from 'vitest';
import { formatRfc3339, parseMoment, type Moment } from '../../../units/time';
import { distance, formsOf, relativeTo } from './forms';
import { readTime } from './read';
import { formatIn, momentIn } from './zone';

const at = (text: string): Moment => {
  const found = parseMoment(text);
  if (found === null) {
    throw new Error(`not a moment: ${text}`);
  }

  return found;
};
const now = at('2026-08-21T12:00:00Z');
const wall = (year: number, month: number, day: number, hour: number, minute = 0) => ({
  year,
  month,
  day,
  hour,
  minute,
  second: 0,
  nano: 0,
});

describe('reading a time', () => {
  it.each([
    ['0', '1970-01-01T00:00:00Z', 'seconds since 1970 (1 digit)'],
    ['1787306400', '2026-08-21T10:00:00Z', 'seconds since 1970 (10 digits)'],
    ['1787306400.25', '2026-08-21T10:00:00.25Z', 'seconds since 1970 (10 digits and a fraction)'],
    ['-1.5', '1969-12-31T23:59:58.5Z', 'seconds since 1970 (1 digit and a fraction)'],
    ['99999999999', '5138-11-16T09:46:39Z', 'seconds since 1970 (11 digits)'],
    ['100000000000', '1973-03-03T09:46:40Z', 'milliseconds since 1970 (12 digits)'],
    ['1787306400123', '2026-08-21T10:00:00.123Z', 'milliseconds since 1970 (13 digits)'],
    ['1787306400123.5', '2026-08-21T10:00:00.1235Z', 'milliseconds since 1970 (13 digits and a fraction)'],
    ['1787306400123456', '2026-08-21T10:00:00.123456Z', 'microseconds since 1970 (16 digits)'],
    ['"1787306400123456789"', '2026-08-21T10:00:00.123456789Z', 'nanoseconds since 1970 (19 digits)'],
    ['2026-08-21T10:00:00.5Z', '2026-08-21T10:00:00.5Z', 'ISO 8601, UTC'],
    ['2026-08-21t10:00:00z', '2026-08-21T10:00:00Z', 'ISO 8601, UTC'],
    ['2026-08-21 12:00:00,123 +02:00', '2026-08-21T10:00:00.123Z', 'ISO 8601, +02:00 from UTC'],
    ['20260821T100000Z', '2026-08-21T10:00:00Z', 'ISO 8601, UTC'],
    ['20260821', '2026-08-20T22:00:00Z', 'ISO 8601'],
    ['2026-W34-5T10:00Z', '2026-08-21T10:00:00Z', 'ISO 8601, UTC'],
    ['2026-233T10:00Z', '2026-08-21T10:00:00Z', 'ISO 8601, UTC'],
    ['2026-08-21T24:00Z', '2026-08-22T00:00:00Z', 'ISO 8601, UTC'],
    ['2026-08-21T12:00:00[Europe/Vienna]', '2026-08-21T10:00:00Z', 'ISO 8601'],
    ['Fri, 21 Aug 2026 12:00:00 +0200', '2026-08-21T10:00:00Z', 'RFC 2822, +02:00 from UTC'],
    ['21 Aug 26 06:00 EDT', '2026-08-21T10:00:00Z', 'RFC 2822, -04:00 from UTC'],
    ['Friday, 21-Aug-26 10:00:00 GMT', '2026-08-21T10:00:00Z', 'RFC 2822, UTC'],
    ['[21/Aug/2026:12:00:00 +0200]', '2026-08-21T10:00:00Z', 'common log format, +02:00 from UTC'],
    ['Fri Aug 21 10:00:00 UTC 2026', '2026-08-21T10:00:00Z', 'asctime, UTC'],
    ['Fri Aug 21 2026 12:00:00 GMT+0200 (Central European Summer Time)', '2026-08-21T10:00:00Z', 'asctime, +02:00 from UTC'],
    ['Aug 21 12:00:00', '2026-08-21T10:00:00Z', 'syslog (RFC 3164)'],
    ['Dec 24 12:00:00', '2025-12-24T11:00:00Z', 'syslog (RFC 3164)'],
    ['now', '2026-08-21T12:00:00Z', 'relative to now'],
    ['now-15m', '2026-08-21T11:45:00Z', 'relative to now'],
    ['1h 30m ago', '2026-08-21T10:30:00Z', 'relative to now'],
    ['in 2d', '2026-08-23T12:00:00Z', 'relative to now'],
  ])('reads %s', (text, expected, how) => {
    const reading = readTime(text, 'Europe/Vienna', now);
    expect(reading && [formatRfc3339(reading.at), reading.how]).toEqual([expected, how]);
  });

  it.each([
    '',
    'soon',
    '2026-02-30',
    '2026-13-01',
    '2026-08-21T25:00Z',
    '2026-W54-1',
    '2025-366',
    'in the morning',
    '9'.repeat(23),
    '21/Foo/2026:10:00:00',
  ])('does not read %s', (text) => expect(readTime(text, 'UTC', now)).toBeNull());

  it('says what it assumed', () => {
    expect(readTime('2026-08-21T12:00:00', 'Europe/Vienna', now)?.notes).toEqual(['It names no zone: read as Europe/Vienna.']);
    expect(readTime('Mon, 21 Aug 2026 10:00:00 GMT', 'UTC', now)?.notes).toEqual(['It says Mon, but that day is a Friday.']);
    expect(readTime('2026-12-31T23:59:60Z', 'UTC', now)?.notes[0]).toContain('leap second');
    expect(readTime('Fri Aug 21 10:00:00 IST 2026', 'UTC', now)?.notes[0]).toContain('IST');
  });

  it('offers the other units of a number', () =>
    expect(readTime('1787306400', 'UTC', now)?.others.map((other) => [other.how, formatRfc3339(other.at).slice(0, 10)])).toEqual([
      ['milliseconds', '1970-01-21'],
      ['microseconds', '1970-01-01'],
      ['nanoseconds', '1970-01-01'],
    ]));
});

describe('zones', () => {
  it.each([
    ['Europe/Vienna', wall(2026, 8, 21, 12), '2026-08-21T10:00:00Z', ''],
    ['America/New_York', wall(2026, 1, 1, 0), '2026-01-01T05:00:00Z', ''],
    ['Asia/Kathmandu', wall(2026, 1, 1, 5, 45), '2026-01-01T00:00:00Z', ''],
    ['Europe/Vienna', wall(2026, 3, 29, 2, 30), '2026-03-29T01:30:00Z', 'No clock'],
    ['Europe/Vienna', wall(2026, 10, 25, 2, 30), '2026-10-25T00:30:00Z', 'twice'],
  ])('%s %o', (zone, clock, expected, note) => {
    const placed = momentIn(zone, clock);
    expect(formatRfc3339(placed.at)).toBe(expected);
    expect(note === '' ? placed.note : placed.note.includes(note)).toEqual(note === '' ? '' : true);
  });

  it('writes what a clock there shows', () => {
    expect(formatIn('Asia/Kathmandu', at('2026-01-01T00:00:00.123456789Z'), 9)).toBe('2026-01-01T05:45:00.123456789+05:45');
    expect(formatIn('America/St_Johns', at('1969-12-31T23:59:59.5Z'), 3)).toBe('1969-12-31T20:29:59.500-03:30');
  });
});

describe('forms', () => {
  it('writes a moment in every form, which are read back', () => {
    for (const text of ['2026-08-21T10:00:00.123456789Z', '1969-12-31T23:59:58.5Z', '2026-01-01T00:00:00Z']) {
      for (const form of formsOf(at(text)).filter((one) => !/RFC 2822|HTTP|Week/.test(one.name))) {
        // What is small is read as seconds: before 1973 and just after numbers do not tell their unit.
        const reading =
          text.startsWith('1969') && form.name !== 'Seconds since 1970' && !form.name.startsWith('RFC')
            ? null
            : readTime(form.text, 'UTC', now);
        expect(reading === null || formatRfc3339(reading.at) === text).toBe(true);
      }
    }

    expect(formsOf(at('2026-01-01T00:00:00Z')).at(-1)?.text).toBe('Thursday, 2026-W01-4, day 1 of 2026');
    expect(formsOf(at('2027-01-01T00:00:00Z')).at(-1)?.text).toBe('Friday, 2026-W53-5, day 1 of 2027');
  });

  it('says how far apart two are', () => {
    expect(distance(at('2026-08-21T10:00:00Z'), at('2026-08-22T11:00:00.25Z')).map((form) => form.text)).toEqual([
      '1 d 1 h',
      '90000.25',
      '90000250',
      '90000250000000',
      'P1DT1H0.25S',
    ]);
    expect(distance(now, now).at(-1)?.text).toBe('PT0S');
    expect(distance(at('2026-08-21T12:00:01Z'), now).map((form) => form.text)).toEqual(['−1 s', '-1', '-1000', '-1000000000', '-PT1S']);
    expect([relativeTo(now, now), relativeTo(now, at('2026-08-21T11:00:00Z')), relativeTo(now, at('2026-08-21T12:00:20Z'))]).toEqual([
      'now',
      '1 h ago',
      'in 20 s',
    ]);
  });
});
