import type { Labels, MetricSeries } from '../../api/prometheus';

/** Series on one grid of times, as charts want them. */
export interface AlignedSeries {
  readonly times: readonly number[];
  readonly series: readonly { readonly name: string; readonly labels: Labels; readonly values: readonly (number | null)[] }[];
}

/** Puts an answer on the grid that was asked for (seconds); a number that is none is a gap. */
export function aligned(series: readonly MetricSeries[], start: number, end: number, step: number): AlignedSeries {
  const count = Math.max(1, Math.floor((end - start) / step + 1e-9) + 1);
  const times = Array.from({ length: count }, (_, i) => start + i * step);
  const names = namesOf(series.map((one) => one.labels));
  return {
    times,
    series: series.map((one, index) => {
      const values = new Array<number | null>(count).fill(null);
      for (const [at, value] of one.points) {
        const place = Math.round((at - start) / step);
        if (place >= 0 && place < count && Number.isFinite(value)) {
          values[place] = value;
        }
      }

      return { name: names[index] ?? '', labels: one.labels, values };
    }),
  };
}

/** A series as PromQL writes it. */
export function selectorOf(labels: Labels): string {
  const { __name__: name = '', ...rest } = labels;
  const inner = Object.entries(rest)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ');
  return inner || !name ? `${name}{${inner}}` : name;
}

/** Names that tell series apart: what all have in common is left out, unless nothing would remain. */
export function namesOf(all: readonly Labels[]): string[] {
  const keys = [...new Set(all.flatMap((labels) => Object.keys(labels)))].sort();
  const differing = keys.filter((key) => all.some((labels) => labels[key] !== all[0]?.[key]));
  return all.map((labels) => {
    const shown = (differing.length > 0 ? differing : keys.filter((key) => key !== '__name__')).filter(
      (key) => labels[key] !== undefined && labels[key] !== '',
    );
    const text =
      shown.length === 1
        ? (labels[shown[0] ?? ''] ?? '')
        : shown.map((key) => (key === '__name__' ? labels[key] : `${key}=${labels[key] ?? ''}`)).join(' ');
    return text || (labels.__name__ ?? 'value');
  });
}

/** Last, smallest, largest and mean value; null when there is none. */
export function summaryOf(values: readonly (number | null)[]): { last: number; least: number; most: number; mean: number } | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) {
    return null;
  }

  return {
    last: known.at(-1) ?? 0,
    least: known.reduce((a, b) => Math.min(a, b)),
    most: known.reduce((a, b) => Math.max(a, b)),
    mean: known.reduce((a, b) => a + b, 0) / known.length,
  };
}
