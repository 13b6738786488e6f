import { formatBytes, formatCompact, formatShare } from './number';
import { formatDuration, nanos } from './time';

const seconds = new Map([
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
  ['ns', 1],
  ['min', 60e9],
  ['h', 3_600e9],
]);

/** A value with its UCUM unit as OpenTelemetry writes it: "250 ms", "3.4 %", "12 requests/s", "1.5 MiB". A number without a unit that is at most one is a share. */
export function formatQuantity(value: number, unit: string): string {
  const scale = seconds.get(unit);
  if (scale !== undefined) {
    return value === 0 ? '0 s' : formatDuration(nanos(value * scale));
  }

  if (unit === 'By') {
    return formatBytes(value);
  }

  if (unit === '1') {
    return value >= 0 && value <= 1 ? formatShare(value) : formatCompact(value);
  }

  if (unit === '%') {
    return formatShare(value / 100);
  }

  const word = /^\{(.+)\}(.*)$/.exec(unit);
  const name = word ? `${plural(word[1] ?? '')}${word[2] ?? ''}` : unit;
  return name ? `${formatCompact(value)} ${name}` : formatCompact(value);
}

const plural = (word: string): string => (word.endsWith('s') ? word : /(?:sh|ch|x|y)$/.test(word) ? word : `${word}s`);
