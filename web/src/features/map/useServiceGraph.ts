import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { alertsQuery, incidentsQuery } from '../../api/events';
import { metricInstantQuery, type MetricSeries } from '../../api/prometheus';
import { queryQuery } from '../../api/query';
import { dependenciesQuery, servicesQuery } from '../../api/services';
import { between, formatRfc3339, toMillis } from '../../units/time';
import { resolveRange, type Range } from '../../url/range';
import { graphOf, type Call, type ServiceGraph, type Traffic } from './graph';

/** Attributes of resources that services are commonly grouped by. */
export const groupings = [
  'service.namespace',
  'k8s.namespace.name',
  'deployment.environment.name',
  'cloud.region',
  'telemetry.sdk.language',
] as const;

const incoming = 'span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"';
const failed = 'status_code="STATUS_CODE_ERROR"';

/** The stretch of time in what its questions need; `end` is when it was asked, so that a question stays the same until it is asked again. */
export interface Stretch {
  readonly seconds: number;
  /** Seconds since 1970. */
  readonly end: number;
  readonly parameters: { readonly start: string; readonly end: string };
}

export function stretchOf(range: Range): Stretch {
  const { start, end } = resolveRange(range);
  return {
    seconds: Math.max(60, Math.round(between(start, end) / 1e9)),
    end: toMillis(end) / 1_000,
    parameters: { start: formatRfc3339(start), end: formatRfc3339(end) },
  };
}

const last = (series: MetricSeries): number => series.points.at(-1)?.[1] ?? NaN;

/** Numbers of an answer by what a function makes of its labels. */
function byKey(series: readonly MetricSeries[] | undefined, key: (labels: MetricSeries['labels']) => string): Map<string, number> {
  return new Map((series ?? []).map((one) => [key(one.labels), last(one)]));
}

/**
 * Who talks to whom. Rates, errors and durations come from the metrics that the server derives from spans, which follow the spans by up to two minutes; what is
 * newer is known by the lists of services and dependencies.
 */
export function useServiceGraph(stretch: Stretch): { graph: ServiceGraph; isPending: boolean; error: Error | null; retry: () => void } {
  const { seconds, end, parameters } = stretch;
  const ask = (query: string) => ({ ...metricInstantQuery(query, end), placeholderData: keepPreviousData });
  const range = `[${seconds}s]`;
  const services = useQuery({ ...servicesQuery(parameters), placeholderData: keepPreviousData });
  const dependencies = useQuery({ ...dependenciesQuery(parameters), placeholderData: keepPreviousData });
  const requests = useQuery(ask(`sum by (service) (increase(traces_spanmetrics_calls_total{${incoming}}${range}))`));
  const failures = useQuery(ask(`sum by (service) (increase(traces_spanmetrics_calls_total{${incoming}, ${failed}}${range}))`));
  const durations = useQuery(
    ask(`histogram_quantile(0.95, sum by (le, service) (increase(traces_spanmetrics_latency_bucket{${incoming}}${range})))`),
  );
  const by = 'client, server, connection_type';
  const edgeCalls = useQuery(ask(`sum by (${by}) (increase(traces_service_graph_request_total${range}))`));
  const edgeFailures = useQuery(ask(`sum by (${by}) (increase(traces_service_graph_request_failed_total${range}))`));
  const edgeDurations = useQuery(
    ask(`histogram_quantile(0.95, sum by (le, ${by}) (increase(traces_service_graph_request_client_seconds_bucket${range})))`),
  );
  const hasQueues = edgeCalls.data?.series.some((one) => one.labels.connection_type === 'messaging_system') === true;
  const queues = useQuery({
    ...queryQuery(
      'traceql',
      '{ kind = producer || kind = consumer } | count_over_time() by (resource.service.name, span.messaging.destination.name, kind)',
      parameters,
    ),
    enabled: hasQueues,
    placeholderData: keepPreviousData,
  });
  const alerts = useQuery({ ...alertsQuery({ status: 'firing' }), placeholderData: keepPreviousData });
  const incidents = useQuery({ ...incidentsQuery({ status: 'open' }), placeholderData: keepPreviousData });

  const graph = useMemo(() => {
    const service = (labels: MetricSeries['labels']) => labels.service ?? '';
    const [counts, wrong, quantiles] = [
      byKey(requests.data?.series, service),
      byKey(failures.data?.series, service),
      byKey(durations.data?.series, service),
    ];
    const traffic = new Map<string, Traffic>();
    for (const { name, spanCount, errorCount } of services.data?.services ?? []) {
      const calls = counts.get(name);
      traffic.set(
        name,
        calls === undefined
          ? { calls: spanCount, errors: errorCount, p95: null }
          : { calls, errors: wrong.get(name) ?? 0, p95: finite(quantiles.get(name)) },
      );
    }

    const alerted = new Set([
      ...(alerts.data?.alerts ?? []).map((alert) => alert.service),
      ...(incidents.data?.incidents ?? []).map((incident) => incident.cause ?? incident.service),
    ]);
    return graphOf(
      traffic,
      callsOf({
        calls: edgeCalls.data?.series ?? [],
        failures: edgeFailures.data?.series,
        durations: edgeDurations.data?.series,
        known: dependencies.data?.dependencies ?? [],
        queues: (queues.data?.series ?? []).map(({ labels, points }) => ({
          service: labels['resource.service.name'] ?? '',
          queue: labels['span.messaging.destination.name'] ?? '',
          isProducer: labels.kind === 'producer',
          count: points.at(-1)?.[1] ?? 0,
        })),
      }),
      alerted,
    );
  }, [
    services.data,
    dependencies.data,
    requests.data,
    failures.data,
    durations.data,
    edgeCalls.data,
    edgeFailures.data,
    edgeDurations.data,
    queues.data,
    alerts.data,
    incidents.data,
  ]);
  const all = [services, dependencies, requests, edgeCalls];
  return {
    graph,
    isPending: all.some((one) => one.isPending),
    error: all.find((one) => one.error)?.error ?? null,
    retry: () => all.forEach((one) => void one.refetch()),
  };
}

const finite = (value: number | undefined): number | null => (value === undefined || !Number.isFinite(value) ? null : value);

export interface Measured {
  readonly calls: readonly MetricSeries[];
  readonly failures: readonly MetricSeries[] | undefined;
  readonly durations: readonly MetricSeries[] | undefined;
  readonly known: readonly { readonly caller: string; readonly callee: string; readonly callCount: number; readonly errorCount: number }[];
  readonly queues: readonly { readonly service: string; readonly queue: string; readonly isProducer: boolean; readonly count: number }[];
}

const connection: Readonly<Record<string, Call['kind']>> = { database: 'database', virtual_node: 'external' };

/** Calls as the metrics have them, and those that only the list of dependencies knows yet. Messages go through the queue they are in, where its name is known. */
export function callsOf({ calls, failures, durations, known, queues }: Measured): Call[] {
  const key = (labels: MetricSeries['labels']) => `${labels.client ?? ''} ${labels.server ?? ''} ${labels.connection_type ?? ''}`;
  const [wrong, quantiles] = [byKey(failures, key), byKey(durations, key)];
  const named = queues.filter(({ queue, service }) => queue !== '' && service !== '');
  const through = (client: string, server: string): boolean =>
    named.some(
      (one) =>
        one.isProducer &&
        one.service === client &&
        named.some((other) => !other.isProducer && other.queue === one.queue && other.service === server),
    );
  const found: Call[] = [];
  const pairs = new Set<string>();
  for (const one of calls) {
    const { client = '', server = '', connection_type: type = '' } = one.labels;
    pairs.add(`${client} ${server}`);
    if (client !== '' && server !== '' && !(type === 'messaging_system' && through(client, server))) {
      found.push({
        client,
        server,
        kind: connection[type] ?? 'service',
        calls: last(one),
        errors: wrong.get(key(one.labels)) ?? 0,
        p95: finite(quantiles.get(key(one.labels))),
      });
    }
  }

  for (const { caller, callee, callCount, errorCount } of known) {
    if (!pairs.has(`${caller} ${callee}`)) {
      found.push({ client: caller, server: callee, kind: 'service', calls: callCount, errors: errorCount, p95: null });
    }
  }

  for (const { service, queue, isProducer, count } of named) {
    const traffic = { calls: count, errors: 0, p95: null };
    found.push(
      isProducer
        ? { client: service, server: queue, kind: 'queue', ...traffic }
        : { client: queue, server: service, kind: 'service', isFromQueue: true, ...traffic },
    );
  }

  return found;
}
