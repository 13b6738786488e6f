/** Moments and lengths of time. A moment needs more digits than a number has; a length of up to 104 days does not. */

declare const unit: unique symbol;

/** Nanoseconds since 1970-01-01T00:00:00Z. */
export type Moment = bigint & { readonly [unit]: 'moment' };

/** A length of time in nanoseconds. */
export type Nanos = number & { readonly [unit]: 'nanoseconds' };

export type Zone = 'utc' | 'local';

const nanosPerMilli = 1_000_000n;

export const nanos = (value: number): Nanos => value as Nanos;
export const moment = (value: bigint): Moment => value as Moment;
export const momentOfMillis = (millis: number): Moment => (BigInt(Math.floor(millis)) * nanosPerMilli) as Moment;
export const toMillis = (at: Moment): number => Number(at / nanosPerMilli);
export const add = (at: Moment, length: Nanos): Moment => (at + BigInt(Math.round(length))) as Moment;
export const between = (from: Moment, to: Moment): Nanos => Number(to - from) as Nanos;

const rfc3339 = /^(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?\d*([Zz]|[+-]\d{2}:\d{2})$/;

/** Reads RFC 3339; null when it is something else. */
export function parseMoment(text: string): Moment | null {
  const parts = rfc3339.exec(text);
  if (!parts) {
    return null;
  }

  const [, seconds = '', fraction = '', offset = ''] = parts;
  const millis = Date.parse(seconds.replace(' ', 'T') + offset.toUpperCase());
  return Number.isNaN(millis) ? null : ((BigInt(millis) * nanosPerMilli + BigInt(fraction.padEnd(9, '0') || '0')) as Moment);
}

const digits = (value: number, length = 2): string => String(value).padStart(length, '0');

/** RFC 3339 in UTC with as many decimals as there are, as the API and URLs have it. */
export function formatRfc3339(at: Moment): string {
  const fraction = Number(((at % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  const whole = new Date(Number((at - BigInt(fraction)) / nanosPerMilli)).toISOString().slice(0, 19);
  return fraction === 0 ? `${whole}Z` : `${whole}.${digits(fraction, 9).replace(/0+$/, '')}Z`;
}

/** A moment for reading: date and time, with the decimals asked for (0, 3, 6 or 9). */
export function formatMoment(at: Moment, zone: Zone, decimals = 3): string {
  return `${formatDate(at, zone)} ${formatTime(at, zone, decimals)}`;
}

export function formatDate(at: Moment, zone: Zone): string {
  const date = new Date(toMillis(at));
  return zone === 'utc'
    ? date.toISOString().slice(0, 10)
    : `${digits(date.getFullYear(), 4)}-${digits(date.getMonth() + 1)}-${digits(date.getDate())}`;
}

export function formatTime(at: Moment, zone: Zone, decimals = 3): string {
  const date = new Date(toMillis(at));
  const [hours, minutes, seconds] =
    zone === 'utc'
      ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
      : [date.getHours(), date.getMinutes(), date.getSeconds()];
  const fraction =
    decimals === 0 ? '' : `.${digits(Number(((at % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n), 9).slice(0, decimals)}`;
  return `${digits(hours)}:${digits(minutes)}:${digits(seconds)}${fraction}`;
}

const scales: readonly [size: number, name: string][] = [
  [86_400e9, 'd'],
  [3_600e9, 'h'],
  [60e9, 'min'],
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
];

/** A length of time in the unit that suits its size, three significant digits: "1.25 ms", "2 min 5 s". */
export function formatDuration(length: Nanos): string {
  const size = Math.abs(length);
  const sign = length < 0 ? '−' : '';
  if (size >= 60e9) {
    const index = scales.findIndex(([scale]) => size >= scale);
    const [big, bigName] = scales[index] ?? [1, ''];
    const [small, smallName] = scales[index + 1] ?? [1, ''];
    const whole = Math.floor(size / big);
    const rest = Math.floor((size - whole * big) / small);
    return sign + `${whole} ${bigName}` + (rest > 0 ? ` ${rest} ${smallName}` : '');
  }

  const [scale, name] = scales.find(([least]) => size >= least) ?? [1, 'ns'];
  const value = size / scale;
  return `${sign}${Number(value.toPrecision(value >= 1000 ? 4 : 3))} ${name}`;
}

const units = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['µs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3_600e9],
  ['d', 86_400e9],
]);

/** Reads "250ms", "1.5s", "1h30m", the API's form; null when it is something else. */
export function parseDuration(text: string): Nanos | null {
  const trimmed = text.trim();
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+$/.test(trimmed)) {
    return null;
  }

  let sum = 0;
  for (const [, value = '', name = ''] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g)) {
    sum += Number(value) * (units.get(name) ?? 0);
  }

  return sum as Nanos;
}
