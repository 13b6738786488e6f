import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { momentSchema } from './common';
import { ask, type Parameters } from './http';

const findingSchema = v.object({
  check: v.string(),
  severity: v.picklist(['Problem', 'Warning', 'Note']),
  subject: v.string(),
  summary: v.string(),
  count: v.number(),
  of: v.number(),
  traces: v.array(v.string()),
  cause: v.string(),
  fix: v.string(),
});

export type Finding = v.InferOutput<typeof findingSchema>;

const doctorSchema = v.object({
  start: momentSchema,
  end: momentSchema,
  basis: v.array(v.string()),
  findings: v.array(findingSchema),
  checks: v.array(
    v.object({
      check: v.string(),
      title: v.string(),
      outcome: v.picklist(['Found', 'Clean', 'Unknown']),
      reason: v.optional(v.string(), ''),
    }),
  ),
});

export type DoctorReport = v.InferOutput<typeof doctorSchema>;

export const doctorQuery = (parameters: Parameters) =>
  queryOptions({
    queryKey: ['doctor', parameters],
    queryFn: ({ signal }) => ask(doctorSchema, '/api/doctor', parameters, signal),
    staleTime: 60_000,
  });

const measuresSchema = v.object({
  start: momentSchema,
  end: momentSchema,
  measures: v.array(
    v.object({
      id: v.string(),
      name: v.string(),
      unit: v.string(),
      value: v.optional(v.number()),
      target: v.optional(v.string(), ''),
      onTarget: v.optional(v.boolean()),
      unknown: v.optional(v.string()),
    }),
  ),
});

export type Measure = v.InferOutput<typeof measuresSchema>['measures'][number];

export const measuresQuery = (parameters: Parameters) =>
  queryOptions({
    queryKey: ['measures', parameters],
    queryFn: ({ signal }) => ask(measuresSchema, '/api/tracing/measures', parameters, signal),
    staleTime: 60_000,
  });
