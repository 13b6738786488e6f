import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { errorGroupsQuery } from '../../api/errors';
import { tracingMeasuresQuery } from '../../api/measures';
import { metricInstantQuery, type MetricSeries } from '../../api/prometheus';
import { Badge, Failure, Field, Notice, numberClass, NumberHeading, Select, tableClass } from '../../ui/controls';
import { formatBytes, formatCompact, formatCount, formatShare } from '../../units/number';
import { formatDuration, nanos } from '../../units/time';
import type { Window } from '../metrics/window';
import { MetricPanel } from '../panels/MetricPanel';
import { Figure, Figures, Panel } from '../panels/Panel';
import panels from '../panels/panels.module.css';
import { ErrorTable } from '../services/Errors';
import {
  bounds,
  budgetUsed,
  fastShare,
  formatBudget,
  leOf,
  successes,
  successOf,
  sumUp,
  type Compliance,
  type Objective,
} from './objective';

const incoming = 'span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"';
const failed = 'status_code="STATUS_CODE_ERROR"';
const day = 86_400;

const trend = (q: number) => [
  { query: `topk(8, histogram_quantile(${q}, sum by (le, service) (rate(traces_spanmetrics_latency_bucket{${incoming}}[5m]))))` },
];
const p95 = trend(0.95);
const p99 = trend(0.99);
const errorRates = [{ query: `topk(8, sum by (service) (rate(traces_spanmetrics_calls_total{${incoming}, ${failed}}[5m])) > 0)` }];
const spanRate = [{ name: 'spans', query: 'sum(rate(traces_spanmetrics_calls_total[5m]))' }];
const byteRate = [{ name: 'bytes, before compression', query: 'sum(rate(traces_spanmetrics_size_total[5m]))' }];

interface Props {
  readonly window: Window;
  readonly objective: Objective;
  readonly change: (part: { slo?: string; faster?: string }) => void;
}

/** For those who answer for the whole: objectives, trends, what hurts most, and what it costs. */
export function Executive({ window, objective, change }: Props) {
  return (
    <div className={panels.grid}>
      <Objectives window={window} objective={objective} change={change} />
      <MetricPanel
        title="95th percentile of services"
        window={window}
        queries={p95}
        group="executive"
        note="Of requests that come in, the slowest services."
      />
      <MetricPanel
        title="99th percentile of services"
        window={window}
        queries={p99}
        group="executive"
        note="Of requests that come in, the slowest services."
      />
      <MetricPanel
        title="Failed requests per second"
        window={window}
        queries={errorRates}
        group="executive"
        empty="No failed request was measured in this stretch of time."
      />
      <Cost window={window} />
      <WorstErrors window={window} />
      <MetricPanel title="Spans per second" window={window} queries={spanRate} group="executive" />
      <MetricPanel title="Bytes per second" window={window} queries={byteRate} group="executive" />
    </div>
  );
}

const numbers = (series: readonly MetricSeries[] | undefined) =>
  new Map((series ?? []).map((one) => [one.labels.service ?? '', one.points.at(-1)?.[1] ?? 0]));

function Objectives({ window, objective, change }: Props) {
  const range = `[${Math.max(60, window.end - window.start)}s]`;
  const queries = [
    `sum by (service) (increase(traces_spanmetrics_calls_total{${incoming}}${range}))`,
    `sum by (service) (increase(traces_spanmetrics_calls_total{${incoming}, ${failed}}${range}))`,
    `sum by (service) (increase(traces_spanmetrics_latency_bucket{${incoming}, le="${leOf(objective.faster)}"}${range}))`,
  ] as const;
  const ask = (query: string) => ({ ...metricInstantQuery(query, window.end), placeholderData: keepPreviousData });
  const calls = useQuery(ask(queries[0]));
  const errors = useQuery(ask(queries[1]));
  const fast = useQuery(ask(queries[2]));
  const rows = useMemo(() => {
    const [wrong, quick] = [numbers(errors.data?.series), numbers(fast.data?.series)];
    return [...numbers(calls.data?.series)]
      .map(([service, count]): Compliance => ({ service, calls: count, errors: wrong.get(service) ?? 0, fast: quick.get(service) ?? 0 }))
      .filter((one) => one.calls > 0)
      .sort((a, b) => budgetUsed(b, objective) - budgetUsed(a, objective) || b.calls - a.calls);
  }, [calls.data, errors.data, fast.data, objective]);
  const all = sumUp(rows);
  const used = budgetUsed(all, objective);
  return (
    <Panel
      title="Objectives"
      isWide
      queries={queries}
      open={
        <Link to="/graph" search={{ ...window.parameters, mode: 'instant', q: [...queries] }}>
          Open in Metrics
        </Link>
      }
    >
      <div className={panels.choices}>
        <Field label="Requests that succeed">
          {(id) => (
            <Select
              id={id}
              value={String(objective.success)}
              onChange={(event) => change({ slo: String(Number((Number(event.target.value) * 100).toPrecision(6))) })}
            >
              {[...new Set([...successes, objective.success])].sort().map((success) => (
                <option key={success} value={success}>
                  {Number((success * 100).toPrecision(6))} %
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Requests faster than">
          {(id) => (
            <Select
              id={id}
              value={leOf(objective.faster)}
              onChange={(event) => change({ faster: String(Math.round(Number(event.target.value) * 1_000)) })}
            >
              {bounds.map((bound) => (
                <option key={bound} value={leOf(bound)}>
                  {formatDuration(nanos(bound * 1e9))}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      {calls.error && <Failure error={calls.error} retry={() => void calls.refetch()} />}
      {calls.data && rows.length === 0 && (
        <Notice>No request was measured in this stretch of time. Numbers follow the spans by up to two minutes.</Notice>
      )}
      {rows.length > 0 && (
        <>
          <Figures>
            <Figure
              label="Succeeded, of all services together"
              value={formatShare(successOf(all))}
              note={`promised: ${Number((objective.success * 100).toPrecision(6))} %`}
              tone={successOf(all) >= objective.success ? 'good' : 'error'}
            />
            <Figure
              label="Error budget of this stretch"
              value={`${used >= 1 ? '✖' : used >= 0.5 ? '!' : '✓'} ${formatBudget(used)} used`}
              note={
                used >= 1
                  ? `${formatCount(Math.round(all.errors))} failed; ${formatCount(Math.floor(all.calls * (1 - objective.success)))} might have.`
                  : `${formatCount(Math.round(all.errors))} of ${formatCount(Math.round(all.calls))} requests failed`
              }
              tone={used >= 1 ? 'error' : used >= 0.5 ? 'warning' : 'good'}
            />
            <Figure
              label={`Faster than ${formatDuration(nanos(objective.faster * 1e9))}`}
              value={formatShare(fastShare(all))}
              note="of requests that come in"
            />
            <Figure
              label="Services that keep their promise"
              value={`${rows.filter((one) => successOf(one) >= objective.success).length} of ${rows.length}`}
            />
          </Figures>
          <div className={panels.scroll} role="region" aria-label="Objectives by service" tabIndex={0}>
            <table className={tableClass}>
              <thead>
                <tr>
                  <th scope="col">Service</th>
                  <th scope="col">Promise</th>
                  {['Succeeded', 'Budget used', 'Faster', 'Requests'].map((name) => (
                    <NumberHeading key={name}>{name}</NumberHeading>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.slice(0, 200).map((row) => (
                  <tr key={row.service}>
                    <td>
                      <Link to="/services/$service" params={{ service: row.service }} search={window.parameters}>
                        {row.service}
                      </Link>
                    </td>
                    <td>{successOf(row) >= objective.success ? <Badge>✓ kept</Badge> : <Badge tone="error">✖ missed</Badge>}</td>
                    <td className={numberClass}>{formatShare(successOf(row))}</td>
                    <td className={numberClass}>{formatBudget(budgetUsed(row, objective))}</td>
                    <td className={numberClass}>{formatShare(fastShare(row))}</td>
                    <td className={numberClass}>{formatCount(Math.round(row.calls))}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Panel>
  );
}

function WorstErrors({ window }: { window: Window }) {
  const parameters = { ...window.parameters, limit: 8 };
  const answer = useQuery({ ...errorGroupsQuery(parameters), placeholderData: keepPreviousData });
  return (
    <Panel title="Errors with the most impact" isWide queries={['GET /api/errors?limit=8']}>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data?.errors.length === 0 && <p className={panels.empty}>No exception in this stretch of time.</p>}
      {answer.data && answer.data.errors.length > 0 && (
        <div className={panels.scroll} role="region" aria-label="Errors" tabIndex={0}>
          <ErrorTable errors={answer.data.errors} window={window} showsServices />
        </div>
      )}
    </Panel>
  );
}

/** What the traces take, and will take at this rate. */
function Cost({ window }: { window: Window }) {
  const range = `[${Math.max(60, window.end - window.start)}s]`;
  const query = `sum(increase(traces_spanmetrics_calls_total${range}))`;
  const spans = useQuery({ ...metricInstantQuery(query, window.end), placeholderData: keepPreviousData });
  const measures = useQuery(tracingMeasuresQuery({}));
  const measure = (name: string) => measures.data?.measures.find((one) => one.name === name)?.value ?? null;
  const count = spans.data?.series[0]?.points.at(-1)?.[1] ?? null;
  const perDay = count === null ? null : (count / Math.max(60, window.end - window.start)) * day;
  const [perMillion, retained, cpu] = [measure('million_spans_stored'), measure('retained_bytes'), measure('million_spans_cpu')];
  return (
    <Panel title="Cost and forecast" isWide note="As if this stretch of time went on." queries={[query, 'GET /api/tracing/measures']}>
      {spans.error && <Failure error={spans.error} />}
      <Figures>
        <Figure label="Stored now" value={retained === null ? '–' : formatBytes(retained)} note="of everything" />
        <Figure label="Spans a day" value={perDay === null ? '–' : formatCompact(perDay)} />
        <Figure
          label="Disk for spans in 30 days"
          value={perDay === null || perMillion === null ? '–' : formatBytes((perDay * 30 * perMillion) / 1e6)}
          note={perMillion === null ? undefined : `${formatBytes(perMillion)} per million spans`}
        />
        <Figure
          label="Processor"
          value={cpu === null ? '–' : formatDuration(nanos(cpu * 1e9))}
          note="per million spans, questions included"
        />
      </Figures>
    </Panel>
  );
}
