import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { tracingMeasuresQuery, type TracingMeasure } from '../../api/measures';
import { Badge, Failure, tableClass } from '../../ui/controls';
import { formatMeasure, type Measure } from '../../units/measure';
import type { Window } from '../metrics/window';
import { MetricPanel } from '../panels/MetricPanel';
import { Panel } from '../panels/Panel';
import panels from '../panels/panels.module.css';

/** What each measure is called, and what it tells. */
const words: Readonly<Record<string, readonly [name: string, meaning: string]>> = {
  ingest_rate: ['Spans arriving', 'How much comes in. A jump means that somebody samples otherwise, or deployed.'],
  trace_error_ratio: ['Traces with an error', 'Of all traces. Sampling may skew it.'],
  trace_duration_p95: ['95th percentile of traces', 'How long the slow requests take from end to end.'],
  retained_spans: ['Spans stored', 'What retention keeps.'],
  retained_bytes: ['Bytes stored', 'What retention costs.'],
  sampling_ratio: ['Traces captured', 'Of all requests, as the spans themselves say.'],
  partial_trace_ratio: ['Traces with gaps', 'A parent or the root is missing: lost on the way, or headers that are not passed on.'],
  arrival_delay_p95: ['Time until a span is there', 'From its end to its arrival, 95th percentile.'],
  query_duration_p95: ['Time of an answer', 'Of the store, 95th percentile since the start.'],
  million_spans_cpu: ['Processor per million spans', 'Questions included.'],
  million_spans_stored: ['Disk per million spans', 'After compression.'],
  error_capture_ratio: ['Errors with a trace', 'Of error logs that name one, how often it is stored.'],
};

const spans = [{ name: 'spans', query: 'sum(rate(traces_spanmetrics_calls_total[5m]))' }];
const failures = [
  {
    name: 'share of requests that fail',
    query:
      'sum(rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER", status_code="STATUS_CODE_ERROR"}[5m])) / sum(rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER"}[5m]))',
  },
];
const durations = [
  {
    name: 'p95',
    query: 'histogram_quantile(0.95, sum by (le) (rate(traces_spanmetrics_latency_bucket{span_kind="SPAN_KIND_SERVER"}[5m])))',
  },
];
const sizes = [{ name: 'bytes, before compression', query: 'sum(rate(traces_spanmetrics_size_total[5m]))' }];

/** Ten measures of the tracing itself, M1 to M10, and how the most telling of them went. */
export function Tracing({ window }: { window: Window }) {
  const answer = useQuery({ ...tracingMeasuresQuery(window.parameters), placeholderData: keepPreviousData });
  return (
    <>
      <Panel title="The ten measures" queries={['GET /api/tracing/measures', '/metrics: clew_tracing_…']}>
        {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
        {answer.isPending && <p className="quiet">Measuring …</p>}
        {answer.data && (
          <table className={tableClass}>
            <thead>
              <tr>
                <th scope="col">Measure</th>
                <th scope="col">Now</th>
                <th scope="col">Target</th>
                <th scope="col">What it tells</th>
              </tr>
            </thead>
            <tbody>
              {answer.data.measures.map((measure) => (
                <Row key={measure.name} measure={measure} />
              ))}
            </tbody>
          </table>
        )}
      </Panel>
      <div className={panels.grid}>
        <MetricPanel title="M1: spans per second" window={window} queries={spans} group="tracing" />
        <MetricPanel
          title="M2: share of requests that fail"
          window={window}
          queries={failures}
          group="tracing"
          empty="No failed request was measured in this stretch of time."
        />
        <MetricPanel title="M3: 95th percentile of requests" window={window} queries={durations} group="tracing" />
        <MetricPanel title="M4: bytes per second" window={window} queries={sizes} group="tracing" />
      </div>
    </>
  );
}

function Row({ measure }: { measure: TracingMeasure }) {
  const [name, meaning] = words[measure.name] ?? [measure.name, ''];
  const value = measure.value ?? null;
  return (
    <tr>
      <td>
        <strong>{measure.id}</strong> {name}
      </td>
      <td>
        {value === null ? <span className="quiet">not known</span> : <strong>{formatMeasure(value, measureOfUnit(measure.unit))}</strong>}{' '}
        {measure.onTarget === true && <Badge>✓ on target</Badge>}
        {measure.onTarget === false && <Badge tone="warning">! off target</Badge>}
      </td>
      <td>{measure.target}</td>
      <td className="quiet">
        {meaning} {measure.unknown}
      </td>
    </tr>
  );
}

/** As UCUM writes units: `s`, `By`, `1` for a share, `{span}/s`. */
export function measureOfUnit(unit: string): Measure {
  const perSecond = unit.endsWith('/s');
  const bare = perSecond ? unit.slice(0, -2) : unit;
  return { of: bare === 's' ? 'seconds' : bare === 'By' ? 'bytes' : bare === '1' ? 'share' : 'plain', perSecond };
}
