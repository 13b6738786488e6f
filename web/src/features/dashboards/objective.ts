import { formatCount, formatShare } from '../../units/number';

/** What was promised: the share of requests that succeed, and the share of them that are faster than a bound. */
export interface Objective {
  /** Of one, such as 0.999. */
  readonly success: number;
  /** Seconds; a bound of the buckets that durations are counted in. */
  readonly faster: number;
}

export const defaultObjective: Objective = { success: 0.999, faster: 0.512 };

/** Bounds of the buckets of span durations (docs/derivation.md): 2 ms and its doubles. */
export const bounds: readonly number[] = Array.from({ length: 14 }, (_, i) => 0.002 * 2 ** i);

export const successes = [0.9, 0.95, 0.99, 0.995, 0.999, 0.9999] as const;

/** Reads what an address says; what makes no sense is as good as absent. */
export function objectiveOf(slo: string | undefined, faster: string | undefined): Objective {
  const success = Number(slo) / 100;
  const seconds = Number(faster) / 1_000;
  return {
    success: success > 0 && success < 1 ? success : defaultObjective.success,
    faster: bounds.find((bound) => Math.abs(bound - seconds) < 1e-9) ?? defaultObjective.faster,
  };
}

/** A bucket's bound as the label `le` has it. */
export const leOf = (bound: number): string => String(Number(bound.toPrecision(12)));

export interface Compliance {
  readonly service: string;
  readonly calls: number;
  readonly errors: number;
  /** Requests within the bound. */
  readonly fast: number;
}

/** How much of the error budget is used up: 1 when exactly as much failed as may fail. */
export const budgetUsed = ({ calls, errors }: Pick<Compliance, 'calls' | 'errors'>, objective: Objective): number =>
  calls === 0 ? 0 : errors / calls / (1 - objective.success);

/** "42 %" of a budget; beyond ten budgets as their number: "833 budgets" says more than 83333 %. */
export const formatBudget = (used: number): string => (used >= 10 ? `${formatCount(Math.round(used))} ×` : formatShare(used));

export const successOf = ({ calls, errors }: Pick<Compliance, 'calls' | 'errors'>): number =>
  calls === 0 ? 1 : 1 - Math.min(1, errors / calls);
export const fastShare = ({ calls, fast }: Pick<Compliance, 'calls' | 'fast'>): number => (calls === 0 ? 1 : Math.min(1, fast / calls));

export const sumUp = (all: readonly Compliance[]): Compliance =>
  all.reduce((sum, one) => ({ service: '', calls: sum.calls + one.calls, errors: sum.errors + one.errors, fast: sum.fast + one.fast }), {
    service: '',
    calls: 0,
    errors: 0,
    fast: 0,
  });
