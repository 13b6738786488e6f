import type { Series } from '../../api/query';

/** Requests of one combination of values: of an instance and a version, of a statement. Durations in seconds. */
export interface Part {
  readonly key: readonly string[];
  readonly calls: number;
  readonly errors: number;
  readonly p95: number | null;
}

/** Joins the answers of three questions with the same grouping: how many, how many failed, how long. */
export function partsOf(
  labels: readonly string[],
  counts: readonly Series[],
  errors: readonly Series[],
  quantiles: readonly Series[],
): Part[] {
  const keyOf = (series: Series) => labels.map((label) => series.labels[label] ?? '');
  const last = (series: Series) => series.points.at(-1)?.[1] ?? 0;
  const by = (all: readonly Series[]) => new Map(all.map((one) => [JSON.stringify(keyOf(one)), last(one)]));
  const [failed, slow] = [by(errors), by(quantiles)];
  return counts
    .map((one) => {
      const key = keyOf(one);
      const text = JSON.stringify(key);
      return { key, calls: last(one), errors: failed.get(text) ?? 0, p95: slow.get(text) ?? null };
    })
    .sort((a, b) => b.calls - a.calls);
}

/** Fewer requests tell too little to accuse anybody. */
const least = 10;

/** Why a part differs from the others taken together, in words; null when it does not. */
export function oddity(part: Part, all: readonly Part[]): string | null {
  const others = all.filter((one) => one !== part);
  const calls = others.reduce((sum, one) => sum + one.calls, 0);
  if (part.calls < least || calls < least) {
    return null;
  }

  const share = part.errors / part.calls;
  const usual = others.reduce((sum, one) => sum + one.errors, 0) / calls;
  if (share >= 0.01 && share > 2 * usual) {
    return 'fails more than the others';
  }

  const slow = others.reduce((most, one) => Math.max(most, one.p95 ?? 0), 0);
  return part.p95 !== null && slow > 0 && part.p95 > 1.5 * slow ? 'slower than the others' : null;
}
