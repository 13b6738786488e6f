import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { momentSchema } from './common';
import { ask, send } from './http';

const settingSchema = v.object({
  name: v.string(),
  value: v.string(),
  default: v.string(),
  description: v.string(),
  expected: v.string(),
  variable: v.string(),
});

export type Setting = v.InferOutput<typeof settingSchema>;

const settingsSchema = v.object({ version: v.string(), startedAt: momentSchema, settings: v.array(settingSchema) });

export const settingsQuery = () =>
  queryOptions({ queryKey: ['settings'], queryFn: ({ signal }) => ask(settingsSchema, '/api/settings', {}, signal), staleTime: 60_000 });

const storageSchema = v.object({
  dataDirectory: v.string(),
  bytes: v.number(),
  freeBytes: v.optional(v.number()),
  minFreeBytes: v.number(),
  maxAge: v.optional(v.string()),
  maxBytes: v.optional(v.number()),
  tables: v.array(v.object({ table: v.string(), rows: v.number(), bytes: v.number(), parts: v.number() })),
});

export const storageQuery = () =>
  queryOptions({ queryKey: ['storage'], queryFn: ({ signal }) => ask(storageSchema, '/api/storage', {}, signal) });

const sourceSchema = v.object({
  signal: v.string(),
  protocol: v.string(),
  requests: v.number(),
  refusedRequests: v.number(),
  accepted: v.number(),
  stored: v.number(),
  losses: v.array(v.object({ what: v.string(), reason: v.string(), count: v.number() })),
});

export type Source = v.InferOutput<typeof sourceSchema>;

const sourcesSchema = v.object({ startedAt: momentSchema, now: momentSchema, sources: v.array(sourceSchema) });

export type Sources = v.InferOutput<typeof sourcesSchema>;

export const sourcesQuery = () =>
  queryOptions({ queryKey: ['sources'], queryFn: ({ signal }) => ask(sourcesSchema, '/api/sources', {}, signal) });

const cappedSchema = v.object({
  capped: v.array(
    v.object({
      setting: v.string(),
      service: v.string(),
      metric: v.optional(v.string(), ''),
      known: v.number(),
      limit: v.number(),
      refused: v.number(),
      examples: v.array(v.string()),
    }),
  ),
});

export const cappedQuery = () =>
  queryOptions({ queryKey: ['capped'], queryFn: ({ signal }) => ask(cappedSchema, '/api/limits', {}, signal) });

const previewSchema = v.object({
  changed: v.number(),
  lines: v.array(v.object({ after: v.string(), isChanged: v.boolean(), rules: v.record(v.string(), v.number()) })),
});

export const redactionPreviewQuery = (text: string, key: string, statement: boolean) =>
  queryOptions({
    queryKey: ['redaction', text, key, statement],
    queryFn: ({ signal }) => send(previewSchema, '/api/redaction/preview', { text, key, statement }, signal),
  });

const countsSchema = v.object({
  traces: v.number(),
  keptTraces: v.number(),
  spans: v.number(),
  keptSpans: v.number(),
  bytes: v.number(),
  keptBytes: v.number(),
  errorTraces: v.number(),
  keptErrorTraces: v.number(),
  slowTraces: v.number(),
  keptSlowTraces: v.number(),
});

const simulationSchema = v.object({
  startTime: momentSchema,
  endTime: momentSchema,
  report: v.object({
    total: countsSchema,
    policies: v.array(v.object({ name: v.string(), type: v.string(), matched: v.number(), decided: v.number() })),
    notes: v.array(v.string()),
  }),
});

export type Simulation = v.InferOutput<typeof simulationSchema>;

export const simulateSampling = (policies: string, since: string, signal?: AbortSignal) =>
  send(simulationSchema, '/api/sampling/simulate', { policies, since }, signal);

export const loadDemonstration = (anyway: boolean) =>
  send(
    v.object({ startTime: momentSchema, endTime: momentSchema, incident: momentSchema, traces: v.number(), spans: v.number() }),
    '/api/demonstration',
    anyway ? { anyway } : {},
  );
