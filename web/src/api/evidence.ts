import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { attributeSchema, momentSchema } from './common';
import { ask, type Parameters } from './http';

/** What evidence rests on, as the API answers the check that a report cites. */

const text = v.optional(v.string(), '');

const logsSchema = v.object({
  logs: v.array(
    v.object({
      time: momentSchema,
      service: text,
      severity: v.optional(v.number(), 0),
      severityText: text,
      body: v.optional(v.unknown()),
      traceId: v.optional(v.string()),
      spanId: v.optional(v.string()),
      attributes: v.optional(v.array(attributeSchema), []),
    }),
  ),
});
export type EvidenceLog = v.InferOutput<typeof logsSchema>['logs'][number];

export const evidenceLogsQuery = (parameters: Parameters) =>
  queryOptions({
    queryKey: ['evidence-logs', parameters],
    queryFn: ({ signal }) => ask(logsSchema, '/api/logs', parameters, signal),
    staleTime: 60_000,
  });

const changesSchema = v.object({
  changes: v.array(
    v.object({
      id: text,
      time: momentSchema,
      kind: v.string(),
      service: text,
      summary: v.string(),
      version: text,
      author: text,
      link: text,
      attributes: v.optional(v.record(v.string(), v.string()), {}),
    }),
  ),
});
export type ChangeDetail = v.InferOutput<typeof changesSchema>['changes'][number];

export const evidenceChangesQuery = (parameters: Parameters) =>
  queryOptions({
    queryKey: ['evidence-changes', parameters],
    queryFn: ({ signal }) => ask(changesSchema, '/api/changes', parameters, signal),
    staleTime: 60_000,
  });

const objectsSchema = v.object({
  objects: v.array(
    v.object({
      time: momentSchema,
      kind: v.string(),
      namespace: text,
      name: v.string(),
      workloadKind: text,
      workload: text,
      node: text,
      phase: text,
      deleted: v.optional(v.boolean(), false),
      fields: v.optional(v.record(v.string(), v.string()), {}),
    }),
  ),
});
export type ClusterObject = v.InferOutput<typeof objectsSchema>['objects'][number];

export const evidenceObjectsQuery = (parameters: Parameters) =>
  queryOptions({
    queryKey: ['evidence-objects', parameters],
    queryFn: ({ signal }) => ask(objectsSchema, '/api/kubernetes/objects', parameters, signal),
    staleTime: 60_000,
  });

const eventsSchema = v.object({
  events: v.array(
    v.object({
      time: momentSchema,
      firstTime: v.optional(momentSchema),
      count: v.optional(v.number(), 1),
      type: text,
      reason: text,
      message: text,
      kind: text,
      namespace: text,
      name: text,
      component: text,
    }),
  ),
});
export type ClusterEvent = v.InferOutput<typeof eventsSchema>['events'][number];

export const evidenceEventsQuery = (parameters: Parameters) =>
  queryOptions({
    queryKey: ['evidence-events', parameters],
    queryFn: ({ signal }) => ask(eventsSchema, '/api/kubernetes/events', parameters, signal),
    staleTime: 60_000,
  });
