import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { ask, type Parameters } from './http';

const measuresSchema = v.object({
  start: v.string(),
  end: v.string(),
  measures: v.array(
    v.object({
      id: v.string(),
      name: v.string(),
      unit: v.string(),
      value: v.optional(v.nullable(v.number())),
      target: v.optional(v.string(), ''),
      onTarget: v.optional(v.nullable(v.boolean())),
      unknown: v.optional(v.nullable(v.string())),
    }),
  ),
});

export type TracingMeasure = v.InferOutput<typeof measuresSchema>['measures'][number];

/** The measures of the tracing itself. */
export const tracingMeasuresQuery = (parameters: Parameters) =>
  queryOptions({
    queryKey: ['measures', parameters],
    queryFn: ({ signal }) => ask(measuresSchema, '/api/tracing/measures', parameters, signal),
  });
