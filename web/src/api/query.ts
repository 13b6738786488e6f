import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { momentSchema, nanosSchema } from './common';
import { ask, askLines, type Parameters } from './http';

export type Language = 'traceql' | 'logql' | 'promql';

/** Of spans a label may be a number or a truth, and is null where a span does not have it. */
const labelsSchema = v.record(
  v.string(),
  v.pipe(
    v.nullable(v.union([v.string(), v.number(), v.boolean()])),
    v.transform((value) => (value === null ? '' : String(value))),
  ),
);
const number = v.union([v.number(), v.pipe(v.picklist(['NaN', 'Infinity', '-Infinity']), v.transform(Number))]);

const lineSchema = v.object({ type: v.literal('line'), time: momentSchema, labels: labelsSchema, line: v.string() });
const seriesSchema = v.object({
  type: v.literal('series'),
  labels: labelsSchema,
  points: v.array(v.tuple([momentSchema, number])),
  partial: v.optional(v.boolean()),
});
const traceSchema = v.object({
  type: v.literal('trace'),
  traceId: v.string(),
  start: momentSchema,
  durationNanos: nanosSchema,
  rootService: v.optional(v.string(), ''),
  rootName: v.optional(v.string(), ''),
  spanCount: v.number(),
  spansets: v.optional(v.array(v.object({ matched: v.number(), spans: v.array(v.object({ service: v.string(), name: v.string() })) })), []),
});

const rowSchema = v.variant('type', [
  lineSchema,
  seriesSchema,
  traceSchema,
  v.object({ type: v.literal('progress'), inspected: v.number() }),
  v.object({ type: v.literal('end'), inspected: v.optional(v.number(), 0), complete: v.boolean() }),
  v.object({ type: v.literal('error'), detail: v.string(), limit: v.optional(v.string()) }),
]);

export type LogLine = v.InferOutput<typeof lineSchema>;
export type Series = v.InferOutput<typeof seriesSchema>;
export type TraceRow = v.InferOutput<typeof traceSchema>;

export interface QueryAnswer {
  readonly lines: readonly LogLine[];
  readonly series: readonly Series[];
  readonly traces: readonly TraceRow[];
  readonly inspected: number;
  readonly complete: boolean;
  /** What went wrong after the first rows; they are shown all the same. */
  readonly error: string | null;
}

/** Asks in a query language. */
export async function answerOf(language: Language, query: string, parameters: Parameters, signal: AbortSignal): Promise<QueryAnswer> {
  const lines: LogLine[] = [];
  const series = new Map<string, Series>();
  const traces: TraceRow[] = [];
  let [inspected, complete, isEnded] = [0, false, false];
  let error: string | null = null;
  for await (const row of askLines(rowSchema, '/api/query', { language, query, ...parameters }, signal)) {
    switch (row.type) {
      case 'line':
        lines.push(row);
        break;
      case 'series':
        // What is partial comes again, with the same labels.
        series.set(JSON.stringify(row.labels), row);
        break;
      case 'trace':
        traces.push(row);
        break;
      case 'progress':
        inspected = row.inspected;
        break;
      case 'end':
        [inspected, complete, isEnded] = [row.inspected, row.complete, true];
        break;
      case 'error':
        [error, isEnded] = [row.limit === undefined ? row.detail : `${row.detail} (limit ${row.limit})`, true];
        break;
    }
  }

  return { lines, series: [...series.values()], traces, inspected, complete, error: isEnded ? error : 'The answer was cut off.' };
}

export const queryQuery = (language: Language, query: string, parameters: Parameters) =>
  queryOptions({
    queryKey: ['query', language, query, parameters],
    queryFn: ({ signal }) => answerOf(language, query, parameters, signal),
  });

const completionSchema = v.object({
  functions: v.optional(v.array(v.string()), []),
  keywords: v.optional(v.array(v.string()), []),
  operators: v.optional(v.array(v.string()), []),
  keys: v.optional(v.array(v.object({ scope: v.string(), names: v.array(v.string()) })), []),
  values: v.optional(v.array(v.string()), []),
});

export const completionQuery = (language: Language, parameters: Parameters) =>
  queryOptions({
    queryKey: ['completion', language, parameters],
    queryFn: ({ signal }) => ask(completionSchema, '/api/query/completion', { language, ...parameters }, signal),
    staleTime: 60_000,
  });

const patternsSchema = v.object({ data: v.array(v.object({ pattern: v.string(), samples: v.array(v.tuple([v.number(), v.number()])) })) });

export const patternsQuery = (query: string, parameters: Parameters) =>
  queryOptions({
    queryKey: ['patterns', query, parameters],
    queryFn: ({ signal }) => ask(patternsSchema, '/loki/api/v1/patterns', { query, ...parameters }, signal),
  });
