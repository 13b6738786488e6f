import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { attributeSchema, momentSchema } from './common';
import { ask } from './http';

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
