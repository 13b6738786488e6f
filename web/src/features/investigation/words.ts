import type { Comparison, Verdict } from '../../api/investigations';
import { formatQuantity } from '../../units/quantity';

/** "slow-code" as people say it. */
export const spoken = (word: string): string => word.replaceAll('-', ' ');

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

export const verdicts: Record<Verdict, { readonly name: string; readonly meaning: string }> = {
  CONFIRMED: {
    name: 'Confirmed',
    meaning: 'Independent kinds of evidence agree; it came first, sits deepest and explains what is above it.',
  },
  LIKELY: {
    name: 'Likely',
    meaning: 'The best explanation by some distance, but a part of the chain is inferred. Check the evidence before acting on it.',
  },
  INCONCLUSIVE: {
    name: 'Inconclusive',
    meaning: 'Nothing stands out enough to be named. What stands below is an order of suspicion, not an answer.',
  },
  NO_INCIDENT: { name: 'No incident', meaning: 'Enough was compared, and nothing got worse beyond what is usual.' },
};

/** From 0 to 1; what is not quite certain is not written as such. */
export const formatScore = (score: number): string => (score < 1 && score >= 0.995 ? '>0.99' : score.toFixed(2));

/** A report's sentence beside its verdict, which it need not say again. */
export const headlineOf = (headline: string): string => headline.replace(/^(?:Confirmed|Likely|Inconclusive|No incident): */i, '');

/** The sentence that names the cause, and what else the headline says: when it began and what users see. */
export function headlineParts(headline: string): readonly [first: string, rest: string] {
  const text = headlineOf(headline);
  const end = /[.!?]\s+(?=[A-Z])/.exec(text);
  return end ? [text.slice(0, end.index + 1), text.slice(end.index + end[0].length)] : [text, ''];
}

export const reasons: Readonly<Record<string, string>> = {
  'explained-by-deeper': 'Explained by something deeper',
  'came-later': 'Came later',
  'weaker-evidence': 'Weaker evidence',
  healthy: 'Healthy',
  'does-not-fit-path': 'Not on the path',
  'does-not-fit-time': 'Does not fit in time',
  'does-not-explain': 'Cannot do this',
};

export const factorNames: Readonly<Record<string, string>> = {
  onset: 'Came first',
  depth: 'Sits deepest',
  coverage: 'Shown by the failing requests',
  counterfactual: 'Gone without it',
  exclusivity: 'Distance to the next suspect',
  change: 'A change fits',
  reasons: 'Independent reasons',
  data: 'Enough data',
};

/** "120 ms → 1.4 s"; what is not known is said. */
export function formatChange({ baseline, window, unit }: Comparison): string {
  const one = (value: number | null) => (value === null ? 'unknown' : formatQuantity(value, unit));
  return `${one(baseline)} → ${one(window)}`;
}

/** "×11.7", "+3 points" for shares; nothing where it says nothing. */
export function growth({ baseline, window, unit }: Comparison): string {
  if (baseline === null || window === null || baseline === window) {
    return '';
  }

  if (unit === '1' && Math.abs(baseline) <= 1 && Math.abs(window) <= 1) {
    const points = (window - baseline) * 100;
    return Math.abs(points) < 0.05 ? '' : `${points > 0 ? '+' : '−'}${Number(Math.abs(points).toPrecision(2))} points`;
  }

  if (baseline <= 0) {
    return 'new';
  }

  const factor = window / baseline;
  return factor >= 10 ? `×${Math.round(factor)}` : `×${Number(factor.toPrecision(2))}`;
}
