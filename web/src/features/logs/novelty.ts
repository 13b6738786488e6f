import { add, between, nanos, type Moment } from '../../units/time';

/** Stretches of time to compare with, by their name in the address. */
export const baselines = {
  before: 'the time just before',
  day: 'the same time a day earlier',
  week: 'the same time a week earlier',
} as const;
export type Baseline = keyof typeof baselines;

export const baselineOf = (text: string | undefined): Baseline | null =>
  text !== undefined && Object.hasOwn(baselines, text) ? (text as Baseline) : null;

const shifts = { day: 86_400e9, week: 7 * 86_400e9 } as const;

export function baselineRange(start: Moment, end: Moment, baseline: Baseline): { start: Moment; end: Moment } {
  const shift = nanos(-(baseline === 'before' ? between(start, end) : shifts[baseline]));
  return { start: add(start, shift), end: add(end, shift) };
}

interface Counted {
  readonly pattern: string;
  readonly total: number;
}

export type Novelty = 'new' | 'vanished' | 'more' | 'fewer' | 'alike';

export interface ComparedPattern<T extends Counted> {
  readonly pattern: string;
  readonly now: T | undefined;
  readonly before: T | undefined;
  readonly novelty: Novelty;
}

/** Changes below these are not told apart from chance: three times as many, and ten lines more or fewer. */
const [leastRatio, leastDifference] = [3, 10];

/** Patterns of two stretches of time of the same length beside each other: new and vanished ones first, then what changed most. */
export function comparePatterns<T extends Counted>(now: readonly T[], before: readonly T[]): ComparedPattern<T>[] {
  const old = new Map(before.map((one) => [one.pattern, one]));
  const rows = now.map((one): ComparedPattern<T> => {
    const known = old.get(one.pattern);
    old.delete(one.pattern);
    return { pattern: one.pattern, now: one, before: known, novelty: known ? changeOf(one.total, known.total) : 'new' };
  });
  const vanished = [...old.values()].map((one): ComparedPattern<T> => ({
    pattern: one.pattern,
    now: undefined,
    before: one,
    novelty: 'vanished',
  }));
  const rank: Record<Novelty, number> = { new: 0, vanished: 1, more: 2, fewer: 3, alike: 4 };
  const size = (row: ComparedPattern<T>) => Math.max(row.now?.total ?? 0, row.before?.total ?? 0);
  return [...rows, ...vanished].sort((a, b) => rank[a.novelty] - rank[b.novelty] || size(b) - size(a));
}

function changeOf(now: number, before: number): Novelty {
  if (Math.abs(now - before) < leastDifference) {
    return 'alike';
  }

  return now >= before * leastRatio ? 'more' : before >= now * leastRatio ? 'fewer' : 'alike';
}
