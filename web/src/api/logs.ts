import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { formatRfc3339, moment, type Moment } from '../units/time';
import { attributeSchema, momentSchema } from './common';
import { ask } from './http';
import type { LogLine } from './query';

const logListSchema = v.object({
  logs: v.array(
    v.object({
      time: momentSchema,
      service: v.string(),
      severity: v.number(),
      severityText: v.optional(v.string(), ''),
      body: v.optional(v.unknown()),
      traceId: v.optional(v.string()),
      spanId: v.optional(v.string()),
      attributes: v.array(attributeSchema),
    }),
  ),
  limit: v.number(),
});

export const spanLogsQuery = (traceId: string, spanId: string) =>
  queryOptions({
    queryKey: ['span-logs', traceId, spanId],
    queryFn: ({ signal }) => ask(logListSchema, `/api/traces/${traceId}/spans/${spanId}/logs`, {}, signal),
    staleTime: 60_000,
  });

const streamsSchema = v.object({
  data: v.object({
    result: v.array(
      v.object({
        stream: v.record(v.string(), v.string()),
        values: v.array(v.looseTuple([v.pipe(v.string(), v.regex(/^\d+$/)), v.string()])),
      }),
    ),
  }),
});

/** Lines of a stream before and after a moment, that many of each, oldest first; those of the moment itself are among the later ones. */
export const contextQuery = (selector: string, at: Moment, count: number) =>
  queryOptions({
    queryKey: ['context', selector, String(at), count],
    queryFn: async ({ signal }): Promise<LogLine[]> => {
      const hour = 3_600_000_000_000n;
      const lines = async (parameters: Record<string, string>): Promise<LogLine[]> => {
        const answer = await ask(streamsSchema, '/loki/api/v1/query_range', { query: selector, ...parameters }, signal);
        return answer.data.result
          .flatMap(({ stream, values }) =>
            values.map(([time, line]) => ({ type: 'line' as const, time: moment(BigInt(time)), labels: stream, line })),
          )
          .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
      };
      const [before, after] = await Promise.all([
        lines({ direction: 'backward', limit: String(count), start: formatRfc3339(moment(at - hour)), end: formatRfc3339(at) }),
        lines({ direction: 'forward', limit: String(count + 1), start: formatRfc3339(at), end: formatRfc3339(moment(at + hour)) }),
      ]);
      return [...before, ...after];
    },
    staleTime: 60_000,
  });
