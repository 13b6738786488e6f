import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { momentSchema } from './common';
import { ask, type Parameters } from './http';

const errorsSchema = v.object({
  errors: v.array(
    v.object({
      signature: v.string(),
      type: v.optional(v.string(), ''),
      message: v.optional(v.string(), ''),
      frames: v.optional(v.array(v.string()), []),
      spanCount: v.number(),
      logCount: v.number(),
      services: v.array(v.string()),
      firstTime: momentSchema,
      lastTime: momentSchema,
      firstSeen: v.optional(momentSchema),
      traceId: v.optional(v.string()),
    }),
  ),
  limit: v.number(),
});

export type ErrorGroup = v.InferOutput<typeof errorsSchema>['errors'][number];

/** Failures by signature, the most frequent first. */
export const errorGroupsQuery = (parameters: Parameters) =>
  queryOptions({ queryKey: ['errors', parameters], queryFn: ({ signal }) => ask(errorsSchema, '/api/errors', parameters, signal) });
