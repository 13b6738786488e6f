import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { momentSchema } from './common';
import { askLines, type Parameters } from './http';

const rowSchema = v.variant('type', [
  v.object({
    type: v.literal('series'),
    labels: v.object({ __bucket: v.number() }),
    points: v.array(v.tuple([momentSchema, v.number()])),
  }),
  v.looseObject({ type: v.literal('progress') }),
  v.object({ type: v.literal('end'), complete: v.boolean() }),
  v.object({ type: v.literal('error'), detail: v.string() }),
]);

type Row = v.InferOutput<typeof rowSchema>;

/** How many spans by time and duration: one list of points per bucket, whose bound above is in seconds. */
export interface DurationBucket {
  readonly seconds: number;
  readonly points: Extract<Row, { type: 'series' }>['points'];
}

/** Counts spans that a TraceQL query of one set of braces selects, by steps of time and powers of two of their duration. */
export const durationsQuery = (query: string, parameters: Parameters) =>
  queryOptions({
    queryKey: ['durations', query, parameters],
    queryFn: async ({ signal }): Promise<DurationBucket[]> => {
      const buckets = new Map<number, DurationBucket>();
      const question = { language: 'traceql', query: `${query} | histogram_over_time(duration)`, ...parameters };
      for await (const row of askLines(rowSchema, '/api/query', question, signal)) {
        if (row.type === 'series') {
          // What is partial comes again when more is known.
          buckets.set(row.labels.__bucket, { seconds: row.labels.__bucket, points: row.points });
        } else if (row.type === 'error') {
          throw new Error(row.detail);
        }
      }

      return [...buckets.values()].sort((a, b) => a.seconds - b.seconds);
    },
    staleTime: 30_000,
  });
