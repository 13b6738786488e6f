import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { momentSchema, nanosSchema } from './common';
import { ask, type Parameters } from './http';

const serviceListSchema = v.object({
  services: v.array(v.object({ name: v.string(), spanCount: v.number(), errorCount: v.number(), logCount: v.number() })),
});

export const servicesQuery = (parameters: Parameters = {}) =>
  queryOptions({
    queryKey: ['services', parameters],
    queryFn: ({ signal }) => ask(serviceListSchema, '/api/services', parameters, signal),
  });

const operationListSchema = v.object({
  operations: v.array(
    v.object({
      name: v.string(),
      kind: v.string(),
      spanCount: v.number(),
      errorCount: v.number(),
      p50DurationNanos: nanosSchema,
      p95DurationNanos: nanosSchema,
      p99DurationNanos: nanosSchema,
    }),
  ),
});

export const operationsQuery = (service: string, parameters: Parameters = {}) =>
  queryOptions({
    queryKey: ['operations', service, parameters],
    queryFn: ({ signal }) => ask(operationListSchema, `/api/services/${encodeURIComponent(service)}/operations`, parameters, signal),
  });

const dependencyListSchema = v.object({
  startTime: momentSchema,
  endTime: momentSchema,
  dependencies: v.array(v.object({ caller: v.string(), callee: v.string(), callCount: v.number(), errorCount: v.number() })),
});

export const dependenciesQuery = (parameters: Parameters) =>
  queryOptions({
    queryKey: ['dependencies', parameters],
    queryFn: ({ signal }) => ask(dependencyListSchema, '/api/dependencies', parameters, signal),
  });
