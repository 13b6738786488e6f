import { queryOptions } from '@tanstack/react-query';
import * as v from 'valibot';
import { ask, type Parameters } from './http';

const labelsSchema = v.record(v.string(), v.string());

/** Prometheus writes numbers as texts, for NaN and the infinities. */
const valueSchema = v.pipe(
  v.string(),
  v.transform((text) => (text === '+Inf' || text === 'Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text))),
);
const sampleSchema = v.tuple([v.number(), valueSchema]);
const remarks = { warnings: v.optional(v.array(v.string()), []), infos: v.optional(v.array(v.string()), []) };

const histogramSchema = v.object({ count: valueSchema, sum: valueSchema });

const answerSchema = v.object({
  ...remarks,
  data: v.variant('resultType', [
    v.object({
      resultType: v.literal('matrix'),
      result: v.array(
        v.object({
          metric: labelsSchema,
          values: v.optional(v.array(sampleSchema), []),
          histograms: v.optional(v.array(v.tuple([v.number(), histogramSchema])), []),
        }),
      ),
    }),
    v.object({
      resultType: v.literal('vector'),
      result: v.array(
        v.object({
          metric: labelsSchema,
          value: v.optional(sampleSchema),
          histogram: v.optional(v.tuple([v.number(), histogramSchema])),
        }),
      ),
    }),
    v.object({ resultType: v.literal('scalar'), result: sampleSchema }),
    v.object({ resultType: v.literal('string'), result: v.tuple([v.number(), v.string()]) }),
  ]),
});

export type Labels = Readonly<Record<string, string>>;

/** One series of an answer; times in seconds since 1970. Of native histograms the values are the means of what they hold. */
export interface MetricSeries {
  readonly labels: Labels;
  readonly points: readonly (readonly [at: number, value: number])[];
}

export interface MetricAnswer {
  readonly series: readonly MetricSeries[];
  /** What a string answers. */
  readonly text: string | null;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly hasHistograms: boolean;
}

const mean = (histogram: { count: number; sum: number }) => histogram.sum / histogram.count;

function answerOf({ data, warnings, infos }: v.InferOutput<typeof answerSchema>): MetricAnswer {
  const rest = { text: null, warnings, infos, hasHistograms: false };
  switch (data.resultType) {
    case 'matrix':
      return {
        ...rest,
        series: data.result.map(({ metric, values, histograms }) => ({
          labels: metric,
          points: histograms.length > 0 ? histograms.map(([at, one]) => [at, mean(one)] as const) : values,
        })),
        hasHistograms: data.result.some(({ histograms }) => histograms.length > 0),
      };
    case 'vector':
      return {
        ...rest,
        series: data.result.map(({ metric, value, histogram }) => ({
          labels: metric,
          points: histogram ? [[histogram[0], mean(histogram[1])] as const] : value ? [value] : [],
        })),
        hasHistograms: data.result.some(({ histogram }) => histogram !== undefined),
      };
    case 'scalar':
      return { ...rest, series: [{ labels: {}, points: [data.result] }] };
    case 'string':
      return { ...rest, series: [], text: data.result[1] };
  }
}

/** PromQL over a range; times in seconds since 1970, the step in seconds. */
export const metricRangeQuery = (query: string, start: number, end: number, step: number) =>
  queryOptions({
    queryKey: ['promql-range', query, start, end, step],
    queryFn: async ({ signal }) => answerOf(await ask(answerSchema, '/prometheus/api/v1/query_range', { query, start, end, step }, signal)),
  });

/** PromQL at one moment, in seconds since 1970. */
export const metricInstantQuery = (query: string, time: number) =>
  queryOptions({
    queryKey: ['promql', query, time],
    queryFn: async ({ signal }) => answerOf(await ask(answerSchema, '/prometheus/api/v1/query', { query, time }, signal)),
  });

const exemplarsSchema = v.object({
  data: v.array(
    v.object({
      seriesLabels: labelsSchema,
      exemplars: v.array(v.object({ labels: labelsSchema, value: valueSchema, timestamp: v.number() })),
    }),
  ),
});

export interface Exemplar {
  /** Seconds since 1970. */
  readonly at: number;
  readonly value: number;
  readonly traceId: string;
  readonly spanId: string | undefined;
  readonly labels: Labels;
}

/** Exemplars that name a trace, of the series that a query reads. */
export const exemplarsQuery = (query: string, start: number, end: number) =>
  queryOptions({
    queryKey: ['exemplars', query, start, end],
    queryFn: async ({ signal }) => {
      const { data } = await ask(exemplarsSchema, '/prometheus/api/v1/query_exemplars', { query, start, end }, signal);
      return data.flatMap(({ seriesLabels, exemplars }) =>
        exemplars.flatMap(({ labels, value, timestamp }): Exemplar[] => {
          const traceId = labels.trace_id ?? labels.traceID ?? labels.traceId;
          return traceId === undefined
            ? []
            : [{ at: timestamp, value, traceId, spanId: labels.span_id ?? labels.spanID ?? labels.spanId, labels: seriesLabels }];
        }),
      );
    },
  });

const metadataSchema = v.object({
  data: v.record(v.string(), v.array(v.object({ type: v.string(), help: v.string(), unit: v.string() }))),
});

export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** Type, help and unit by the name of the metric (of histograms and counters the name of the family). */
export const metadataQuery = () =>
  queryOptions({
    queryKey: ['metric-metadata'],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, MetricMetadata>> => {
      const { data } = await ask(metadataSchema, '/prometheus/api/v1/metadata', { limit_per_metric: 1 }, signal);
      return new Map(Object.entries(data).flatMap(([name, [first]]) => (first ? [[name, first] as const] : [])));
    },
    staleTime: 60_000,
  });

const textsSchema = v.object({ ...remarks, data: v.array(v.string()) });

/** Names of labels, of the series that `match[]` selects. */
export const labelNamesQuery = (parameters: Parameters) =>
  queryOptions({
    queryKey: ['label-names', parameters],
    queryFn: async ({ signal }) => (await ask(textsSchema, '/prometheus/api/v1/labels', parameters, signal)).data,
    staleTime: 30_000,
  });

export const labelValuesQuery = (label: string, parameters: Parameters) =>
  queryOptions({
    queryKey: ['label-values', label, parameters],
    queryFn: async ({ signal }) =>
      (await ask(textsSchema, `/prometheus/api/v1/label/${encodeURIComponent(label)}/values`, parameters, signal)).data,
    staleTime: 30_000,
  });
