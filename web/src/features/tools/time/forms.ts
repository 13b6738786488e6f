import { formatDuration, nanos, type Moment } from '../../../units/time';
import { formatIn } from './zone';

export interface Form {
  readonly name: string;
  readonly text: string;
}

const billion = 1_000_000_000n;

/** A whole number of units, with the rest as decimals: 1724234400.5 */
function inUnits(at: Moment, unit: bigint): string {
  const size = at < 0n ? -1n * at : at;
  const rest = size % unit;
  const decimals =
    rest === 0n
      ? ''
      : `.${String(rest)
          .padStart(String(unit).length - 1, '0')
          .replace(/0+$/, '')}`;
  return `${at < 0n ? '-' : ''}${size / unit}${decimals}`;
}

/** The forms in which programs and people write a moment. */
export function formsOf(at: Moment): readonly Form[] {
  const nano = ((at % billion) + billion) % billion;
  const date = new Date(Number((at - nano) / 1_000_000n));
  const decimals = nano === 0n ? 0 : nano % 1_000_000n === 0n ? 3 : nano % 1_000n === 0n ? 6 : 9;
  return [
    { name: 'RFC 3339, UTC', text: formatIn('UTC', at, decimals) },
    { name: 'Seconds since 1970', text: inUnits(at, billion) },
    { name: 'Milliseconds', text: inUnits(at, 1_000_000n) },
    { name: 'Microseconds', text: inUnits(at, 1_000n) },
    { name: 'Nanoseconds', text: at.toString() },
    { name: 'RFC 2822', text: date.toUTCString().replace('GMT', '+0000') },
    { name: 'HTTP date', text: date.toUTCString() },
    { name: 'Week and day', text: weekOf(date) },
  ];
}

/** Day of the week, ISO week, day of the year; in UTC. */
function weekOf(date: Date): string {
  const day = (date.getUTCDay() + 6) % 7;
  const thursday = new Date(date.getTime() + (3 - day) * 86_400_000);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000));
  const ordinal = 1 + Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000);
  const name = date.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
  return `${name}, ${year}-W${String(week).padStart(2, '0')}-${day + 1}, day ${ordinal} of ${date.getUTCFullYear()}`;
}

/** "3 h 5 min ago", "in 20 s", "now". */
export function relativeTo(now: Moment, at: Moment): string {
  const length = at - now;
  const text = formatDuration(nanos(Number(length < 0n ? -length : length)));
  return length === 0n ? 'now' : length < 0n ? `${text} ago` : `in ${text}`;
}

/** What lies between two moments. */
export function distance(from: Moment, to: Moment): readonly Form[] {
  const length = to - from;
  const size = length < 0n ? -length : length;
  return [
    { name: 'Between them', text: (length < 0n ? '−' : '') + formatDuration(nanos(Number(size))) },
    { name: 'Seconds', text: inUnits(length as Moment, billion) },
    { name: 'Milliseconds', text: inUnits(length as Moment, 1_000_000n) },
    { name: 'Nanoseconds', text: length.toString() },
    { name: 'ISO 8601 duration', text: isoDuration(length) },
  ];
}

function isoDuration(length: bigint): string {
  const size = length < 0n ? -length : length;
  const days = size / (86_400n * billion);
  const hours = (size / (3_600n * billion)) % 24n;
  const minutes = (size / (60n * billion)) % 60n;
  const seconds = size % (60n * billion);
  const time =
    (hours > 0n ? `${hours}H` : '') + (minutes > 0n ? `${minutes}M` : '') + (seconds > 0n ? `${inUnits(seconds as Moment, billion)}S` : '');
  const text = (days > 0n ? `${days}D` : '') + (time ? `T${time}` : '');
  return `${length < 0n ? '-' : ''}P${text || 'T0S'}`;
}
