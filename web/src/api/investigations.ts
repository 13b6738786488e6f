import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { momentSchema } from './common';
import { ask, send, sendForText, sendLines, type Parameters } from './http';

const text = v.optional(v.string(), '');
const texts = v.optional(v.array(v.string()), []);

/** One value as the store answers it: what has no number comes as null, or is left out. */
const measured = v.optional(v.nullable(v.number()), null);
const comparisonSchema = v.object({ baseline: measured, window: measured, unit: v.string() });
export type Comparison = v.InferOutput<typeof comparisonSchema>;

export const verdictSchema = v.picklist(['CONFIRMED', 'LIKELY', 'INCONCLUSIVE', 'NO_INCIDENT']);
export type Verdict = v.InferOutput<typeof verdictSchema>;

const figuresSchema = v.object({
  of: v.string(),
  count: v.number(),
  errors: v.optional(v.number()),
  durationP95: v.optional(v.number()),
  value: v.optional(v.number()),
});

const checkSchema = v.object({
  api: v.string(),
  parameters: v.array(v.object({ name: v.string(), value: v.string() })),
  expect: v.optional(figuresSchema),
});
export type EvidenceCheck = v.InferOutput<typeof checkSchema>;

const evidenceSchema = v.object({
  id: v.string(),
  inspection: v.string(),
  statement: v.string(),
  entity: v.string(),
  change: v.optional(comparisonSchema),
  onset: v.optional(momentSchema),
  significance: v.number(),
  observations: v.number(),
  traceIds: texts,
  query: v.optional(v.string()),
  check: v.optional(checkSchema),
});
export type Evidence = v.InferOutput<typeof evidenceSchema>;

const suspectChangeSchema = v.object({
  id: v.string(),
  kind: v.string(),
  time: momentSchema,
  target: v.string(),
  summary: v.string(),
  author: v.optional(v.string()),
  revision: v.optional(v.string()),
  files: texts,
  secondsBeforeOnset: v.number(),
  fit: v.string(),
});
export type SuspectChange = v.InferOutput<typeof suspectChangeSchema>;

const causeSchema = v.object({
  rank: v.number(),
  service: v.string(),
  instance: v.optional(v.string()),
  operation: v.optional(v.string()),
  entity: v.optional(v.string(), 'service'),
  place: v.optional(v.object({ kind: v.string(), text: v.string(), statement: v.string() })),
  incident: v.optional(v.number(), 0),
  factors: v.optional(v.array(v.object({ name: v.string(), value: v.number(), statement: v.string() })), []),
  kind: v.string(),
  change: v.optional(suspectChangeSchema),
  verdict: verdictSchema,
  score: v.number(),
  summary: v.string(),
  trigger: v.optional(v.string()),
  criticalFailure: v.optional(v.string()),
  effect: v.optional(v.string()),
  whys: v.optional(v.array(v.object({ question: v.string(), answer: v.string(), evidence: texts })), []),
  evidence: v.array(evidenceSchema),
});
export type Cause = v.InferOutput<typeof causeSchema>;

const pastSchema = v.object({
  id: v.string(),
  time: momentSchema,
  verdict: verdictSchema,
  headline: v.string(),
  similarity: v.number(),
  why: v.string(),
});

const stratumSchema = v.object({
  outcome: v.string(),
  attributes: v.array(v.object({ key: v.string(), value: v.string(), service: v.optional(v.string()) })),
  good: v.number(),
  bad: v.number(),
  ratio: v.number(),
  ratioBaseline: v.optional(v.number()),
  riskDifference: v.number(),
  low: v.number(),
  high: v.number(),
  remaining: v.number(),
  falseDiscoveryRate: v.number(),
  folded: texts,
  statement: v.string(),
  traceIds: texts,
});
export type Stratum = v.InferOutput<typeof stratumSchema>;

const timelineEntrySchema = v.object({ time: momentSchema, kind: v.string(), service: v.optional(v.string()), text: v.string() });
export type TimelineEntry = v.InferOutput<typeof timelineEntrySchema>;

const propagationStepSchema = v.object({
  order: v.number(),
  from: v.optional(v.string()),
  to: v.string(),
  time: v.optional(momentSchema),
  statement: v.string(),
});
export type PropagationStep = v.InferOutput<typeof propagationStepSchema>;

const alertSchema = v.object({
  name: v.string(),
  source: text,
  severity: v.optional(v.string()),
  service: v.optional(v.string()),
  start: momentSchema,
  end: v.optional(momentSchema),
  summary: v.optional(v.string()),
});
export type ReportedAlert = v.InferOutput<typeof alertSchema>;

export const reportSchema = v.object({
  schemaVersion: v.number(),
  verdict: verdictSchema,
  headline: v.string(),
  window: v.object({ start: momentSchema, end: momentSchema, origin: v.string() }),
  baseline: v.object({
    start: momentSchema,
    end: momentSchema,
    stretches: v.array(v.object({ start: momentSchema, end: momentSchema, spans: v.number() })),
    reason: v.string(),
  }),
  impact: v.array(
    v.object({
      service: v.string(),
      operation: v.string(),
      requestRate: comparisonSchema,
      errorRatio: comparisonSchema,
      durationP95: comparisonSchema,
      errorStatuses: v.optional(v.array(v.object({ status: v.string(), count: v.number() })), []),
      summary: v.string(),
    }),
  ),
  causes: v.array(causeSchema),
  reach: v.optional(
    v.object({
      requests: v.number(),
      requestsHit: v.number(),
      usersHit: v.optional(v.number()),
      affected: texts,
      notAffected: texts,
    }),
  ),
  propagation: v.optional(v.array(propagationStepSchema), []),
  fishbone: v.optional(v.array(v.object({ category: v.string(), items: v.array(v.object({ text: v.string(), evidence: texts })) })), []),
  remedies: v.optional(v.array(v.object({ when: v.string(), text: v.string(), command: v.optional(v.string()) })), []),
  rejected: v.array(v.object({ service: v.string(), score: v.number(), against: v.string(), reason: v.string() })),
  strata: v.optional(v.array(stratumSchema), []),
  security: v.optional(
    v.array(
      v.object({
        pattern: v.string(),
        actor: v.string(),
        accounts: texts,
        targets: texts,
        attempts: v.number(),
        start: momentSchema,
        end: momentSchema,
        succeeded: v.boolean(),
        account: v.optional(v.string()),
        followUp: texts,
        wasThereBefore: v.boolean(),
        statement: v.string(),
        traceIds: texts,
        query: v.optional(v.string()),
      }),
    ),
    [],
  ),
  timeline: v.array(timelineEntrySchema),
  failingTrace: v.optional(
    v.object({
      traceId: v.string(),
      start: momentSchema,
      durationSeconds: v.number(),
      summary: v.string(),
      hops: v.array(
        v.object({
          depth: v.number(),
          service: v.string(),
          operation: v.string(),
          spanId: v.string(),
          durationSeconds: v.number(),
          exclusiveSeconds: v.number(),
          error: v.optional(v.string()),
        }),
      ),
    }),
  ),
  alerts: v.optional(v.array(alertSchema), []),
  recovery: v.optional(v.object({ time: momentSchema, statement: v.string() })),
  similar: v.optional(v.array(pastSchema), []),
  unknown: v.array(v.object({ inspection: v.string(), entity: v.optional(v.string()), reason: v.string() })),
  nextSteps: v.array(v.object({ text: v.string(), command: v.optional(v.string()) })),
  coverage: v.object({
    windowTraces: v.number(),
    windowTracesRead: v.number(),
    baselineTraces: v.number(),
    baselineTracesRead: v.number(),
    logsRead: v.number(),
    metricSeries: v.number(),
    changes: v.number(),
  }),
});
export type Report = v.InferOutput<typeof reportSchema>;

/** A report as the server wrote it, to be handed back to it unchanged, and the same as this page reads it. */
export interface ReceivedReport {
  readonly raw: unknown;
  readonly report: Report;
}

const received = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }): ReceivedReport => {
    const result = v.safeParse(reportSchema, dataset.value);
    if (!result.success) {
      const [first] = result.issues;
      addIssue({ message: `${v.getDotPath(first) ?? 'the report'}: ${first.message}` });
      return NEVER;
    }

    return { raw: dataset.value, report: result.output };
  }),
);

const listSchema = v.object({
  investigations: v.array(
    v.object({
      id: v.string(),
      start: momentSchema,
      end: momentSchema,
      written: momentSchema,
      verdict: verdictSchema,
      service: v.string(),
      kind: v.string(),
      headline: v.string(),
    }),
  ),
  limit: v.number(),
});

export const investigationsQuery = (parameters: Parameters = {}) =>
  queryOptions({
    queryKey: ['investigations', parameters],
    queryFn: ({ signal }) => ask(listSchema, '/api/investigations', parameters, signal),
  });

export const investigationQuery = (id: string) =>
  queryOptions({
    queryKey: ['investigation', id],
    queryFn: ({ signal }) => ask(received, `/api/investigations/${encodeURIComponent(id)}`, {}, signal),
    staleTime: Infinity, // What is remembered does not change.
  });

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
      symptoms: v.array(v.string()),
      verdict: v.optional(v.string()),
      headline: v.optional(v.string()),
      cause: v.optional(v.string()),
      change: v.optional(v.string()),
      investigation: v.optional(v.string()),
    }),
  ),
  limit: v.number(),
});
export type Incident = v.InferOutput<typeof incidentsSchema>['incidents'][number];

export const incidentsQuery = (parameters: Parameters = {}) =>
  queryOptions({
    queryKey: ['incidents', parameters],
    queryFn: ({ signal }) => ask(incidentsSchema, '/api/incidents', parameters, signal),
  });

/** What `POST /api/investigations` takes; docs/investigation.md says what each member means. */
export interface InvestigationStart {
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly since?: string | undefined;
  readonly alert?: string | undefined;
  readonly traceId?: string | undefined;
  readonly error?: string | undefined;
  readonly user?: string | undefined;
  readonly at?: string | undefined;
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly text?: string | undefined;
  readonly baselineStart?: string | undefined;
  readonly baselineEnd?: string | undefined;
}

const lineSchema = v.object({
  stage: v.optional(v.string()),
  report: v.optional(received),
  id: v.optional(v.string()),
  problem: v.optional(v.string()),
});

export interface Outcome extends ReceivedReport {
  /** Names it at GET /api/investigations/{id}; absent when it is not remembered. */
  readonly id: string | undefined;
}

/** The server said in the midst of its answer why there will be no report. */
export class InvestigationEnded extends Error {
  override readonly name = 'InvestigationEnded';
}

/** Investigates, and tells what is being done. */
export async function investigate(start: InvestigationStart, tell: (stage: string) => void, signal: AbortSignal): Promise<Outcome> {
  for await (const line of sendLines(lineSchema, '/api/investigations', start, signal)) {
    if (line.stage !== undefined) {
      tell(line.stage);
    }

    if (line.problem !== undefined) {
      throw new InvestigationEnded(line.problem);
    }

    if (line.report) {
      return { ...line.report, id: line.id };
    }
  }

  throw new InvestigationEnded('The answer was cut off before the report. Ask again; the server’s log may say why.');
}

const verificationSchema = v.object({
  outcome: v.string(),
  items: v.array(
    v.object({
      id: v.string(),
      statement: v.string(),
      outcome: v.picklist(['same', 'not-checked', 'changed', 'gone']),
      detail: v.string(),
      expected: v.optional(figuresSchema),
      actual: v.optional(figuresSchema),
    }),
  ),
});
export type Verification = v.InferOutput<typeof verificationSchema>;

/** Asks again for all that a report cites. */
export const verify = (raw: unknown, signal?: AbortSignal): Promise<Verification> =>
  send(verificationSchema, '/api/investigations/verify', raw, signal);

export type Paper = 'postmortem' | 'runbook';

/** The draft of a document, in Markdown. */
export const paperOf = (paper: Paper, raw: unknown, signal?: AbortSignal): Promise<string> =>
  sendForText(`/api/investigations/${paper}`, raw, signal);
