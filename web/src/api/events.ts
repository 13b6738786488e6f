import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { momentSchema } from './common';
import { ask, type Parameters } from './http';

const changesSchema = v.object({
  changes: v.array(
    v.object({
      id: v.optional(v.string(), ''),
      time: momentSchema,
      kind: v.string(),
      service: v.optional(v.string(), ''),
      summary: v.string(),
      author: v.optional(v.string()),
      link: v.optional(v.string()),
    }),
  ),
});

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
