import { add, moment, momentOfMillis, nanos, parseDuration, type Moment } from '../../../units/time';
import { isZone, momentIn, offsetText, utcOf, type WallClock } from './zone';

/** What a text says about time. */
export interface Reading {
  readonly at: Moment;
  /** How it was read, for example "milliseconds since 1970 (13 digits)". */
  readonly how: string;
  /** What was assumed, or is odd. */
  readonly notes: readonly string[];
  /** The same digits in the other units. */
  readonly others: readonly { readonly how: string; readonly at: Moment }[];
}

/** Beyond these years browsers do not know dates: ±100,000,000 days. */
const furthest = 8_640_000_000_000_000n * 1_000_000n;

const epochUnits = [
  { name: 'seconds', size: 1_000_000_000n, below: 10n ** 11n },
  { name: 'milliseconds', size: 1_000_000n, below: 10n ** 14n },
  { name: 'microseconds', size: 1_000n, below: 10n ** 17n },
  { name: 'nanoseconds', size: 1n, below: null },
] as const;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Zones that RFC 2822 names; minutes to add to UTC. */
const namedOffsets = new Map([
  ['UT', 0],
  ['GMT', 0],
  ['UTC', 0],
  ['Z', 0],
  ['EST', -300],
  ['EDT', -240],
  ['CST', -360],
  ['CDT', -300],
  ['MST', -420],
  ['MDT', -360],
  ['PST', -480],
  ['PDT', -420],
]);

/**
 * Reads a point in time however it is written. Sizes of numbers tell their unit as in the API: below 10^11 seconds, below 10^14 milliseconds, below
 * 10^17 microseconds, else nanoseconds. A text without a zone is read in `zone`, one without a year in the latest that lies not in the future.
 */
export function readTime(text: string, zone: string, now: Moment): Reading | null {
  const wanted = text.trim().replace(/^(?:"(.*)"|'(.*)'|\[(.*)\]|\((.*)\))$/, '$1$2$3$4');
  if (!wanted || wanted.length > 200) {
    return null;
  }

  const reading =
    readEpoch(wanted) ??
    readRelative(wanted, now) ??
    readIso(wanted, zone) ??
    readMail(wanted, zone) ??
    readLogDate(wanted, zone) ??
    readAsctime(wanted, zone) ??
    readSyslog(wanted, zone, now);
  return reading && reading.at <= furthest && reading.at >= -furthest ? reading : null;
}

function readEpoch(text: string): Reading | null {
  const parts = /^([+-]?)(\d{1,22})(?:[.,](\d{1,18}))?$/.exec(text.replace(/(?<=\d)[ _](?=\d{3})/g, ''));
  if (!parts || (parts[2]?.length === 8 && /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(parts[2]) && !parts[3])) {
    return null; // Eight digits that are a date are one: 20260821.
  }

  const [, sign = '', whole = '', fraction = ''] = parts;
  const size = BigInt(whole);
  const at = (unit: bigint): Moment => {
    const part = fraction === '' ? 0n : (BigInt(fraction.padEnd(18, '0')) * unit) / 10n ** 18n;
    return moment((size * unit + part) * (sign === '-' ? -1n : 1n));
  };
  const guessed = epochUnits.find((unit) => unit.below === null || size < unit.below) ?? epochUnits[3];
  return {
    at: at(guessed.size),
    how: `${guessed.name} since 1970 (${whole.length} ${whole.length === 1 ? 'digit' : 'digits'}${fraction ? ' and a fraction' : ''})`,
    notes: [],
    others: epochUnits
      .filter((unit) => unit !== guessed)
      .map((unit) => ({ how: unit.name, at: at(unit.size) }))
      .filter((other) => other.at <= furthest && other.at >= -furthest),
  };
}

function readRelative(text: string, now: Moment): Reading | null {
  const parts = /^(?:now\s*(?:([+-])\s*(\S+))?|in\s+(.+)|(.+?)\s+ago)$/i.exec(text);
  if (!parts) {
    return null;
  }

  const [, sign, shift, ahead, ago] = parts;
  const length = parseDuration((shift ?? ahead ?? ago ?? '0s').replace(/\s+/g, ''));
  return length === null
    ? null
    : {
        at: add(now, nanos(sign === '-' || ago !== undefined ? -1 * length : length)),
        how: 'relative to now',
        notes: [],
        others: [],
      };
}

const wallOf = (year: number, month: number, day: number, hour = 0, minute = 0, second = 0, nano = 0): WallClock | null => {
  const isValid =
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    hour <= 24 &&
    minute <= 59 &&
    second <= 60 &&
    new Date(utcOf(year, month, day, 0, 0, 0)).getUTCDate() === day &&
    (hour < 24 || (minute === 0 && second === 0));
  return isValid ? { year, month, day, hour, minute, second, nano } : null;
};

/** At an offset as it was written, or in the zone when none was. */
function placed(
  wall: WallClock | null,
  offset: string | undefined,
  zone: string,
  how: string,
  notes: readonly string[] = [],
  isZoneNamed = false,
): Reading | null {
  if (!wall) {
    return null;
  }

  const more = offset === undefined && !isZoneNamed ? [...notes, `It names no zone: read as ${zone}.`] : [...notes];
  if (wall.second === 60) {
    more.push('The second 60 is a leap second; clocks that count from 1970 show it as the next one.');
  }

  if (wall.hour === 24) {
    more.push('24:00 is the midnight at the end of the day.');
  }

  const minutes = offset === undefined ? null : minutesOf(offset);
  if (minutes === undefined) {
    return null;
  }

  if (minutes === null) {
    const { at, note } = momentIn(zone, wall);
    return { at, how, notes: [...more, ...(note ? [note] : [])], others: [] };
  }

  const millis = utcOf(wall.year, wall.month, wall.day, wall.hour, wall.minute, wall.second) - minutes * 60_000;
  return {
    at: moment(BigInt(millis) * 1_000_000n + BigInt(wall.nano)),
    how: minutes === 0 ? `${how}, UTC` : `${how}, ${offsetText(minutes * 60_000)} from UTC`,
    notes: offset === '-0000' || offset === '-00:00' ? [...more, 'The offset -00:00 says that the local zone is not known.'] : more,
    others: [],
  };
}

/** Undefined for what is no offset. */
function minutesOf(offset: string): number | undefined {
  const named = namedOffsets.get(offset.toUpperCase());
  const parts = /^([+-])(\d{2}):?(\d{2})?$/.exec(offset);
  if (named !== undefined || !parts) {
    return named;
  }

  const [, sign, hours, minutes = '0'] = parts;
  return Number(minutes) > 59 || Number(hours) > 23 ? undefined : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

const nanoOf = (fraction = ''): number => Number(fraction.slice(0, 9).padEnd(9, '0'));

function readIso(text: string, zone: string): Reading | null {
  const parts =
    /^([+-]\d{6}|\d{4})(?:-?(\d{2})-?(\d{2})|-?W(\d{2})-?([1-7])|-?(\d{3}))(?:[Tt ]+(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?\s*(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?(?:\[([\w/+-]+)\])?)?$/.exec(
      text,
    );
  if (!parts) {
    return null;
  }

  const [, yearText = '', month, day, week, weekday, ordinal, hour = '0', minute = '0', second = '0', fraction, offset, namedZone] = parts;
  const year = Number(yearText);
  let date = { month: Number(month), day: Number(day), year };
  if (week !== undefined) {
    // ISO 8601: week 1 has the year's first Thursday.
    const fourth = utcOf(year, 1, 4, 0, 0, 0);
    const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * 86_400_000;
    const found = new Date(monday + ((Number(week) - 1) * 7 + Number(weekday) - 1) * 86_400_000);
    date = { year: found.getUTCFullYear(), month: found.getUTCMonth() + 1, day: found.getUTCDate() };
    if (Number(week) < 1 || Number(week) > 53) {
      return null;
    }
  } else if (ordinal !== undefined) {
    const found = new Date(utcOf(year, 1, Number(ordinal), 0, 0, 0));
    if (Number(ordinal) < 1 || found.getUTCFullYear() !== year) {
      return null;
    }

    date = { year, month: found.getUTCMonth() + 1, day: found.getUTCDate() };
  }

  if (namedZone !== undefined && !isZone(namedZone)) {
    return null;
  }

  const notes = fraction !== undefined && fraction.length > 9 ? ['Digits beyond nanoseconds were left out.'] : [];
  return placed(
    wallOf(date.year, date.month, date.day, Number(hour), Number(minute), Number(second), nanoOf(fraction)),
    offset,
    namedZone ?? zone,
    'ISO 8601',
    notes,
    namedZone !== undefined,
  );
}

/** RFC 2822 and 850, and HTTP's dates. */
function readMail(text: string, zone: string): Reading | null {
  const parts =
    /^(?:([A-Za-z]{3,9}),\s*)?(\d{1,2})[\s-]([A-Za-z]{3})[a-z]*[\s-](\d{2}|\d{4})\s+(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?\s*([A-Za-z]{1,3}|[+-]\d{2}:?\d{2})?(?:\s*\([^)]*\))?$/.exec(
      text,
    );
  const month = months.indexOf(parts?.[3]?.toLowerCase() ?? '') + 1;
  if (!parts || month === 0) {
    return null;
  }

  const [, weekday, day, , yearText = '', hour, minute, second = '0', fraction, offset] = parts;
  const short = Number(yearText);
  const year = yearText.length === 4 ? short : short < 50 ? 2000 + short : 1900 + short;
  const wall = wallOf(year, month, Number(day), Number(hour), Number(minute), Number(second), nanoOf(fraction));
  const notes: string[] = [];
  if (wall && weekday) {
    const real = new Date(utcOf(year, month, wall.day, 0, 0, 0)).toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
    if (!real.toLowerCase().startsWith(weekday.toLowerCase().slice(0, 3))) {
      notes.push(`It says ${weekday}, but that day is a ${real}.`);
    }
  }

  return placed(wall, offset, zone, 'RFC 2822', notes);
}

/** As web servers log: 21/Aug/2026:10:00:00 +0200. */
function readLogDate(text: string, zone: string): Reading | null {
  const parts = /^(\d{2})\/([A-Za-z]{3})\/(\d{4})[: ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?\s*([+-]\d{4})?$/.exec(text);
  const month = months.indexOf(parts?.[2]?.toLowerCase() ?? '') + 1;
  if (!parts || month === 0) {
    return null;
  }

  const [, day, , year, hour, minute, second, fraction, offset] = parts;
  return placed(
    wallOf(Number(year), month, Number(day), Number(hour), Number(minute), Number(second), nanoOf(fraction)),
    offset,
    zone,
    'common log format',
  );
}

/** As `date` and asctime print: Fri Aug 21 10:00:00 CEST 2026. */
function readAsctime(text: string, zone: string): Reading | null {
  const parts =
    /^[A-Za-z]{3}\s+([A-Za-z]{3})\s+(\d{1,2})\s+(?:(\d{4})\s+)?(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:\s+([A-Z]{1,5}|(?:GMT)?[+-]\d{4}))?(?:\s+(\d{4}))?(?:\s*\([^)]*\))?$/.exec(
      text,
    );
  const month = months.indexOf(parts?.[1]?.toLowerCase() ?? '') + 1;
  const yearText = parts?.[3] ?? parts?.[9];
  if (!parts || month === 0 || yearText === undefined) {
    return null;
  }

  const [, , day, , hour, minute, second, fraction, zoneText] = parts;
  const offset = zoneText?.replace(/^GMT(?=[+-])/, '');
  const isKnown = offset === undefined || minutesOf(offset) !== undefined;
  return placed(
    wallOf(Number(yearText), month, Number(day), Number(hour), Number(minute), Number(second), nanoOf(fraction)),
    isKnown ? offset : undefined,
    zone,
    'asctime',
    isKnown ? [] : [`The abbreviation ${offset} stands for several zones and was passed over.`],
  );
}

/** As syslog writes (RFC 3164): Aug 21 10:00:00, without a year. */
function readSyslog(text: string, zone: string, now: Moment): Reading | null {
  const parts = /^([A-Za-z]{3})\s+(\d{1,2})\s+(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?$/.exec(text);
  const month = months.indexOf(parts?.[1]?.toLowerCase() ?? '') + 1;
  if (!parts || month === 0) {
    return null;
  }

  const [, , day, hour, minute, second, fraction] = parts;
  const thisYear = new Date(Number(now / 1_000_000n)).getUTCFullYear();
  for (const year of [thisYear, thisYear - 1, thisYear - 2, thisYear - 3, thisYear - 4]) {
    const reading = placed(
      wallOf(year, month, Number(day), Number(hour), Number(minute), Number(second), nanoOf(fraction)),
      undefined,
      zone,
      'syslog (RFC 3164)',
      [`It names no year: read as ${year}, the latest that is not in the future.`],
    );
    if (reading && reading.at <= add(now, nanos(86_400e9))) {
      return reading;
    }
  }

  return null;
}

/** Now, for callers that have no clock of their own. */
export const currentMoment = (): Moment => momentOfMillis(Date.now());
