import { moment, type Moment } from '../../../units/time';

/** A clock's reading without the zone it was read in. */
export interface WallClock {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 to 999,999,999 */
  readonly nano: number;
}

export interface Placed {
  readonly at: Moment;
  /** What is odd about the reading in its zone; empty where nothing is. */
  readonly note: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** True for a name that this browser knows, such as Europe/Vienna. */
export function isZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }

  return format;
}

/** Milliseconds to add to UTC for what a clock in the zone shows. */
export function offsetAt(zone: string, utcMillis: number): number {
  const whole = Math.floor(utcMillis / 1_000) * 1_000;
  const part: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(whole)) {
    part[type] = value;
  }

  const year = Number(part.year);
  const shown = utcOf(
    part.era === 'BC' || part.era === 'B' ? 1 - year : year,
    Number(part.month),
    Number(part.day),
    Number(part.hour),
    Number(part.minute),
    Number(part.second),
  );
  return shown - whole;
}

/** As Date.UTC, but for the years 0 to 99 as well. */
export function utcOf(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, 0);
  return date.getTime();
}

const minute = 60_000;

export function offsetText(millis: number): string {
  const size = Math.abs(millis);
  const seconds = Math.round(size / 1_000) % 60;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${millis < 0 ? '-' : '+'}${two(size / (60 * minute))}:${two((size / minute) % 60)}${seconds > 0 ? `:${two(seconds)}` : ''}`;
}

/** The moment at which a clock in the zone shows this; with a note where clocks are set and it shows it never, or twice. */
export function momentIn(zone: string, wall: WallClock): Placed {
  const shown = utcOf(wall.year, wall.month, wall.day, wall.hour, wall.minute, wall.second);
  // Offsets of a day before and after are all that can hold: clocks are not set more often.
  const offsets = [...new Set([offsetAt(zone, shown - 86_400_000), offsetAt(zone, shown + 86_400_000)])];
  const found = offsets.filter((offset) => offsetAt(zone, shown - offset) === offset);
  const place = (offset: number) => moment(BigInt(shown - offset) * 1_000_000n + BigInt(wall.nano));
  const [first, second] = found;
  if (first === undefined) {
    const before = offsets[0] ?? 0;
    return {
      at: place(before),
      note: `No clock in ${zone} showed this: clocks were set forward over it. Read with the offset before, ${offsetText(before)}.`,
    };
  }

  return {
    at: place(first),
    note:
      second === undefined
        ? ''
        : `Clocks in ${zone} showed this twice, when they were set back: this is with ${offsetText(first)}; with ${offsetText(second)} it is ${offsetText(first - second).replace(/^\+/, '')} later.`,
  };
}

/** Date, time and offset in a zone, as RFC 3339 writes them. */
export function formatIn(zone: string, at: Moment, decimals: number): string {
  const nano = Number(((at % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  const utc = Number((at - BigInt(nano)) / 1_000_000n);
  const offset = offsetAt(zone, utc);
  const text = new Date(utc + offset).toISOString();
  const fraction = decimals === 0 ? '' : `.${String(nano).padStart(9, '0').slice(0, decimals)}`;
  return text.replace(/\.\d+Z$/, '') + fraction + (zone === 'UTC' ? 'Z' : offsetText(offset));
}
