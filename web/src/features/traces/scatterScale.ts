import type { TraceEntry } from '../../api/traces';
import { add, between, moment, nanos, type Moment, type Nanos } from '../../units/time';

/** Shares of the plot's width and height, from its lower left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ScatterScale {
  readonly start: Moment;
  /** Nanoseconds from the left edge to the right one. */
  readonly width: number;
  /** Durations at the lower and the upper edge, nanoseconds. */
  readonly bounds: readonly [low: number, high: number];
  readonly shortest: number;
  readonly longest: number;
  readonly points: readonly Point[];
}

type Dot = Pick<TraceEntry, 'startTime' | 'durationNanos'>;

/** Where traces lie: time to the right, duration upwards on a logarithmic scale, with room at the edges. */
export function scatterScale(traces: readonly Dot[]): ScatterScale {
  const first = traces.reduce((least, trace) => (trace.startTime < least ? trace.startTime : least), traces[0]?.startTime ?? moment(0n));
  const last = traces.reduce((most, trace) => (trace.startTime > most ? trace.startTime : most), first);
  const stretch = Math.max(1_000_000, between(first, last));
  const start = add(first, nanos(-0.03 * stretch));
  const width = 1.06 * stretch;
  const lengths = traces.map((trace) => Math.max(1_000, trace.durationNanos));
  const shortest = lengths.reduce((least, length) => Math.min(least, length), Infinity);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const low = Math.log(shortest) - 0.15;
  const height = Math.max(0.3, Math.log(longest) + 0.15 - low);
  return {
    start,
    width,
    bounds: [Math.exp(low), Math.exp(low + height)],
    shortest,
    longest,
    points: traces.map((trace, index) => ({
      x: between(start, trace.startTime) / width,
      y: (Math.log(lengths[index] ?? 1) - low) / height,
    })),
  };
}

/** Round durations (1 ms, 10 ms …) to write beside a logarithmic scale, with their share of its height; at most four, and none at the edges. */
export function durationTicks(low: number, high: number): { readonly value: Nanos; readonly share: number }[] {
  const height = Math.log(high / low);
  const [first, last] = [Math.ceil(Math.log10(Math.max(1, low))), Math.floor(Math.log10(high))];
  if (!(height > 0) || last < first) {
    return [];
  }

  const step = Math.ceil((last - first + 1) / 4);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
    .filter((power) => power % step === 0)
    .map((power) => ({ value: nanos(10 ** power), share: Math.log(10 ** power / low) / height }))
    .filter(({ share }) => share > 0.12 && share < 0.88);
}

/** The point next to a place, if one is near enough to be meant. */
export function nearest(points: readonly Point[], place: Point, aspect: number, reach = 0.05): number | null {
  let best: number | null = null;
  let least = reach * reach;
  for (const [index, point] of points.entries()) {
    const distance = (point.y - place.y) ** 2 + ((point.x - place.x) * aspect) ** 2;
    if (distance < least) {
      [best, least] = [index, distance];
    }
  }

  return best;
}
