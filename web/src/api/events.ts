import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { momentSchema } from './common';
import { ask, send, type Parameters } from './http';

const changesSchema = v.object({
  changes: v.array(
    v.object({
      id: v.optional(v.string(), ''),
      time: momentSchema,
      kind: v.string(),
      service: v.optional(v.string(), ''),
      summary: v.string(),
      version: v.optional(v.string(), ''),
      author: v.optional(v.string()),
      link: v.optional(v.string()),
      attributes: v.optional(v.record(v.string(), v.string()), {}),
    }),
  ),
});

export type Change = v.InferOutput<typeof changesSchema>['changes'][number];

/** What somebody records by hand; the server makes the id and, without a time, takes its own. */
export interface NewChange {
  readonly kind: string;
  readonly service: string;
  readonly summary: string;
  readonly version: string;
  readonly author: string;
  readonly link: string;
  readonly time: string;
  readonly diff: string;
}

/** As the API takes it: without what was left empty. */
export const changeDocument = (change: NewChange): Record<string, string> =>
  Object.fromEntries(Object.entries(change).filter(([, value]: [string, string]) => value.trim() !== ''));

export const recordChange = (change: NewChange) => send(v.object({ ids: v.array(v.string()) }), '/api/changes', changeDocument(change));

export const changesQuery = (parameters: Parameters) =>
  queryOptions({ queryKey: ['changes', parameters], queryFn: ({ signal }) => ask(changesSchema, '/api/changes', parameters, signal) });

const alertsSchema = v.object({
  alerts: v.array(
    v.object({
      status: v.string(),
      startsAt: momentSchema,
      endsAt: v.optional(momentSchema),
      source: v.optional(v.string(), ''),
      name: v.string(),
      severity: v.optional(v.string(), ''),
      service: v.optional(v.string(), ''),
      summary: v.optional(v.string(), ''),
      fingerprint: v.string(),
    }),
  ),
});

export const alertsQuery = (parameters: Parameters) =>
  queryOptions({ queryKey: ['alerts', parameters], queryFn: ({ signal }) => ask(alertsSchema, '/api/alerts', parameters, signal) });

const incidentsSchema = v.object({
  incidents: v.array(
    v.object({
      id: v.string(),
      status: v.string(),
      onset: momentSchema,
      noticedAt: momentSchema,
      endsAt: v.optional(momentSchema),
      severity: v.string(),
      service: v.string(),
      summary: v.string(),
      verdict: v.optional(v.string()),
      headline: v.optional(v.string()),
      cause: v.optional(v.string()),
    }),
  ),
});

/** What the server noticed by itself. */
export const incidentsQuery = (parameters: Parameters) =>
  queryOptions({
    queryKey: ['incidents', parameters],
    queryFn: ({ signal }) => ask(incidentsSchema, '/api/incidents', parameters, signal),
  });
