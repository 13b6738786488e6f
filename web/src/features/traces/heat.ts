import type { DurationBucket } from '../../api/durations';
import { add, between, nanos, type Moment, type Nanos } from '../../units/time';

/** Counts by columns of time and rows of duration, the shortest row first. */
export interface Heat {
  readonly start: Moment;
  readonly step: Nanos;
  readonly columns: number;
  /** Bounds of rows above, in nanoseconds; a row begins at half of it. */
  readonly rows: readonly number[];
  readonly counts: readonly Float64Array[];
  readonly most: number;
  readonly total: number;
}

export function heatOf(buckets: readonly DurationBucket[], start: Moment, end: Moment, step: Nanos): Heat {
  const columns = Math.max(1, Math.ceil(between(start, end) / step));
  const filled = buckets.filter((bucket) => bucket.points.some(([, count]) => count > 0));
  const [low, high] = [filled[0]?.seconds ?? 1, filled.at(-1)?.seconds ?? 1];
  // Rows without any count between others are there, too: a picture of durations has no folds.
  const rows = buckets.filter((bucket) => bucket.seconds >= low && bucket.seconds <= high);
  let [most, total] = [0, 0];
  const counts = rows.map((bucket) => {
    const row = new Float64Array(columns);
    for (const [at, count] of bucket.points) {
      const column = Math.min(columns - 1, Math.max(0, Math.floor(between(start, at) / step)));
      row[column] = (row[column] ?? 0) + count;
      total += count;
    }

    most = row.reduce((highest, count) => Math.max(highest, count), most);
    return row;
  });
  return { start, step, columns, rows: rows.map((bucket) => bucket.seconds * 1e9), counts, most, total };
}

/** A part of the picture in shares of its width and height, from its lower left corner. */
export interface HeatBox {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** The time and durations of a part, whole cells; at least one cell. */
export function cellsOf(heat: Heat, box: HeatBox): { start: Moment; end: Moment; shortest: Nanos; longest: Nanos } {
  const cell = (share: number, count: number) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  const [first, last] = [cell(box.left, heat.columns), cell(box.right, heat.columns)];
  const [low, high] = [cell(box.bottom, heat.rows.length), cell(box.top, heat.rows.length)];
  return {
    start: add(heat.start, nanos(first * heat.step)),
    end: add(heat.start, nanos((last + 1) * heat.step)),
    shortest: nanos(Math.round((heat.rows[low] ?? 0) / 2)),
    longest: nanos(Math.round(heat.rows[high] ?? 0)),
  };
}

const units = [
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
  ['ns', 1],
] as const;

/** A duration as conditions write it, three digits, rounded so that nothing is lost: 1048576 ns is 1.04ms downwards and 1.05ms upwards. */
export function durationWord(length: Nanos, direction: 'down' | 'up'): string {
  const [name, size] = units.find(([, least]) => length >= least) ?? ['ns', 1];
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(1, length / size))));
  const scale = 10 ** (name === 'ns' ? 0 : digits);
  const rounded = (direction === 'down' ? Math.floor : Math.ceil)((length / size) * scale) / scale;
  return `${rounded}${name}`;
}
