import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { attributeSchema, momentSchema, nanosSchema } from './common';
import { ask, type Parameters } from './http';

/** What every answer about a whole trace begins with. */
const headerEntries = {
  traceId: v.string(),
  rootService: v.string(),
  rootName: v.string(),
  startTime: momentSchema,
  endTime: momentSchema,
  durationNanos: nanosSchema,
  spanCount: v.number(),
  errorCount: v.number(),
  orphanCount: v.number(),
  partial: v.boolean(),
};

const traceEntrySchema = v.object({
  ...headerEntries,
  services: v.array(v.object({ name: v.string(), spanCount: v.number(), errorCount: v.number() })),
});

export type TraceEntry = v.InferOutput<typeof traceEntrySchema>;

const traceListSchema = v.object({ traces: v.array(traceEntrySchema), limit: v.number() });

export const tracesQuery = (parameters: Parameters) =>
  queryOptions({ queryKey: ['traces', parameters], queryFn: ({ signal }) => ask(traceListSchema, '/api/traces', parameters, signal) });

// A column of 100,000 is looked at in one pass; an issue per element would cost more than reading the answer.
const numbers = v.custom<number[]>(
  (input) => Array.isArray(input) && input.every((one) => typeof one === 'number'),
  'expected a list of numbers',
);
const ids = v.custom<string[]>((input) => Array.isArray(input) && input.every((one) => typeof one === 'string'), 'expected a list of ids');

const outlineSchema = v.object({
  ...headerEntries,
  adjusted: v.optional(v.boolean()),
  warnings: v.array(v.string()),
  criticalPath: v.array(v.object({ spanIndex: v.number(), startTime: momentSchema, durationNanos: nanosSchema })),
  services: v.array(
    v.object({
      name: v.string(),
      spanCount: v.number(),
      errorCount: v.number(),
      selfTimeNanos: nanosSchema,
      criticalPathNanos: nanosSchema,
    }),
  ),
  names: v.array(v.string()),
  peers: v.array(v.string()),
  spans: v.object({
    id: ids,
    parent: numbers,
    service: numbers,
    name: numbers,
    peer: numbers,
    kind: numbers,
    status: numbers,
    start: numbers,
    duration: numbers,
    self: numbers,
    critical: numbers,
    flags: numbers,
  }),
});

export type TraceOutline = v.InferOutput<typeof outlineSchema>;

export const outlineQuery = (traceId: string, adjusted: boolean) =>
  queryOptions({
    queryKey: ['trace', traceId, adjusted],
    queryFn: ({ signal }) =>
      ask(outlineSchema, `/api/traces/${encodeURIComponent(traceId)}`, { format: 'outline', ...(adjusted && { adjusted: true }) }, signal),
    staleTime: 60_000,
  });

const eventSchema = v.object({ time: momentSchema, name: v.string(), attributes: v.array(attributeSchema) });

const spanSchema = v.object({
  spanId: v.string(),
  parentSpanId: v.optional(v.string()),
  service: v.string(),
  name: v.string(),
  kind: v.string(),
  startTime: momentSchema,
  endTime: momentSchema,
  durationNanos: nanosSchema,
  status: v.string(),
  statusMessage: v.optional(v.string()),
  traceState: v.optional(v.string()),
  resourceIndex: v.number(),
  scopeIndex: v.number(),
  attributes: v.array(attributeSchema),
  events: v.array(eventSchema),
  links: v.array(v.object({ traceId: v.string(), spanId: v.string(), attributes: v.array(attributeSchema) })),
  analysis: v.object({
    selfTimeNanos: nanosSchema,
    criticalPathNanos: nanosSchema,
    onCriticalPath: v.boolean(),
    parentMissing: v.boolean(),
    duplicateId: v.boolean(),
    clockSkewNanos: v.optional(v.number()),
    errorOrigin: v.boolean(),
  }),
});

export type SpanDetail = v.InferOutput<typeof spanSchema>;

const resourceSchema = v.object({ service: v.string(), attributes: v.array(attributeSchema) });
const scopeSchema = v.object({ name: v.string(), version: v.optional(v.string()), attributes: v.array(attributeSchema) });
export const spanListSchema = v.object({ spans: v.array(spanSchema), resources: v.array(resourceSchema), scopes: v.array(scopeSchema) });

export type SpanList = v.InferOutput<typeof spanListSchema>;
