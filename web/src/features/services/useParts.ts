import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { queryQuery } from '../../api/query';
import type { Window } from '../metrics/window';
import { partsOf, type Part } from './breakdown';

/** Spans that fulfil a condition, by attributes: how many, how many failed, how long. The conditions and names are TraceQL's. */
export function useParts(
  condition: string,
  by: readonly string[],
  window: Window,
): { parts: readonly Part[]; queries: readonly string[]; isPending: boolean; error: Error | null } {
  const group = `by (${by.join(', ')})`;
  const queries = [
    `{ ${condition} } | count_over_time() ${group}`,
    `{ ${condition} && status = error } | count_over_time() ${group}`,
    `{ ${condition} } | quantile_over_time(duration, .95) ${group}`,
  ];
  return useQueries({
    queries: queries.map((query) => ({ ...queryQuery('traceql', query, window.parameters), placeholderData: keepPreviousData })),
    combine: ([counts, errors, quantiles]) => ({
      parts: partsOf(by, counts?.data?.series ?? [], errors?.data?.series ?? [], quantiles?.data?.series ?? []),
      queries,
      isPending: counts?.isPending === true,
      error: counts?.error ?? null,
    }),
  });
}

/** A text as TraceQL writes it. */
export const quoted = (text: string): string => JSON.stringify(text);
