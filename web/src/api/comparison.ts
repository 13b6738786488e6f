import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { nanosSchema } from './common';
import { ask, type Parameters } from './http';

const sideSchema = v.object({ spanId: v.string(), durationNanos: nanosSchema, selfTimeNanos: nanosSchema, isError: v.boolean() });
const diffedTraceSchema = v.object({
  traceId: v.string(),
  rootService: v.string(),
  rootName: v.string(),
  durationNanos: nanosSchema,
  spanCount: v.number(),
  errorCount: v.number(),
});

const traceDiffSchema = v.object({
  a: diffedTraceSchema,
  b: diffedTraceSchema,
  spans: v.array(
    v.object({
      depth: v.number(),
      fate: v.picklist(['same', 'changed', 'removed', 'added']),
      service: v.string(),
      name: v.string(),
      count: v.number(),
      a: v.optional(sideSchema),
      b: v.optional(sideSchema),
      attributes: v.optional(v.array(v.object({ key: v.string(), a: v.optional(v.string()), b: v.optional(v.string()) })), []),
    }),
  ),
  moreSpans: v.optional(v.number(), 0),
  selfTimes: v.array(
    v.object({
      service: v.string(),
      name: v.string(),
      aNanos: nanosSchema,
      bNanos: nanosSchema,
      aCount: v.number(),
      bCount: v.number(),
      differenceNanos: nanosSchema,
    }),
  ),
  findings: v.array(v.string()),
});

export type TraceDiff = v.InferOutput<typeof traceDiffSchema>;
export type DiffedTrace = TraceDiff['a'];
export type DiffedSpan = TraceDiff['spans'][number];

/** Two traces side by side (docs/comparison.md). */
export const diffQuery = (a: string, b: string) =>
  queryOptions({
    queryKey: ['diff', a, b],
    queryFn: ({ signal }) => ask(traceDiffSchema, '/api/diff', { a, b }, signal),
    staleTime: 60_000,
  });

const groupSchema = v.object({
  traces: v.number(),
  durationP50: v.optional(v.nullable(v.number())),
  durationP95: v.optional(v.nullable(v.number())),
  errorRatio: v.optional(v.nullable(v.number())),
  traceIds: v.array(v.string()),
});

const groupComparisonSchema = v.object({
  bad: groupSchema,
  good: groupSchema,
  slices: v.array(
    v.object({
      name: v.string(),
      inBad: v.number(),
      inGood: v.number(),
      badShare: v.number(),
      outside: v.number(),
      riskDifference: v.number(),
      riskLow: v.number(),
      riskHigh: v.number(),
      falseDiscoveryRate: v.number(),
      folded: v.optional(v.array(v.string()), []),
    }),
  ),
  operations: v.array(
    v.object({
      service: v.string(),
      name: v.string(),
      badSeconds: v.optional(v.number()),
      goodSeconds: v.optional(v.number()),
      inBad: v.number(),
      inGood: v.number(),
    }),
  ),
});

export type GroupComparison = v.InferOutput<typeof groupComparisonSchema>;

/** What sets the traces of one TraceQL query apart from those of another, or from others through the same entry points. */
export const compareQuery = (parameters: Parameters) =>
  queryOptions({
    queryKey: ['compare', parameters],
    queryFn: ({ signal }) => ask(groupComparisonSchema, '/api/compare', parameters, signal),
    staleTime: 60_000,
  });
