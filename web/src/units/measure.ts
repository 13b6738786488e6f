import { formatBytes } from './number';
import { formatDuration, nanos } from './time';

/** What numbers of a metric are measured in. */
export interface Measure {
  readonly of: 'seconds' | 'bytes' | 'share' | 'plain';
  readonly perSecond: boolean;
}

export const plain: Measure = { of: 'plain', perSecond: false };

const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 4 });

/** A number with its unit: "1.25 s", "12.5 MiB/s", "0.4 %", "1,250", "3.5/s". */
export function formatMeasure(value: number, { of, perSecond }: Measure): string {
  if (Number.isNaN(value)) {
    return 'not a number';
  }

  if (!Number.isFinite(value)) {
    return value > 0 ? '∞' : '−∞';
  }

  const per = perSecond ? '/s' : '';
  switch (of) {
    case 'seconds':
      return perSecond
        ? `${number(value)} s/s`
        : Math.abs(value) > 1e8
          ? `${number(value)} s`
          : value === 0
            ? '0 s'
            : formatDuration(nanos(value * 1e9));
    case 'bytes':
      return formatBytes(value) + per;
    case 'share':
      return `${digits.format(value * 100).replace('-', '−')} %${per}`;
    case 'plain':
      return number(value) + per;
  }
}

function number(value: number): string {
  const size = Math.abs(value);
  const text = size !== 0 && size < 1e-4 ? value.toExponential(2) : size >= 1e6 ? compact.format(value) : digits.format(value);
  return text.replace('-', '−');
}

/** Steps that people read easily, in seconds. */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400] as const;

/** The step, in seconds, with which a range of so many seconds has about as many points as asked for, and not more. */
export function stepFor(length: number, points = 240): number {
  const exact = length / points;
  return steps.find((step) => step >= exact) ?? Math.ceil(exact / 86_400) * 86_400;
}
