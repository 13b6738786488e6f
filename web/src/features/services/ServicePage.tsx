import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { changesQuery } from '../../api/events';
import { operationsQuery } from '../../api/services';
import shell from '../../app/shell.module.css';
import { clip } from '../../ui/clip';
import { Badge, Button, buttonClass, Failure, Notice, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { formatDuration, nanos, toMillis } from '../../units/time';
import type { Range } from '../../url/range';
import { InvestigateLink } from '../investigation/InvestigateLink';
import { healthOf, healthWords, kindWords, type MapEdge, type ServiceGraph } from '../map/graph';
import { rateText } from '../map/MapView';
import { stretchOf, useServiceGraph } from '../map/useServiceGraph';
import { useWindow, type Window } from '../metrics/window';
import { MetricPanel } from '../panels/MetricPanel';
import { Figure, Figures } from '../panels/Panel';
import panels from '../panels/panels.module.css';
import { Changes } from './Changes';
import { Databases } from './Databases';
import { Errors } from './Errors';
import { Instances } from './Instances';
import { Kubernetes } from './Kubernetes';
import { Logs } from './Logs';
import { Resources } from './Resources';

const route = getRouteApi('/services/$service');

const views = [
  [undefined, 'Overview'],
  ['instances', 'Instances and versions'],
  ['resources', 'Resources'],
  ['databases', 'Databases'],
  ['errors', 'Errors'],
  ['logs', 'Logs'],
  ['changes', 'Changes'],
  ['kubernetes', 'Kubernetes'],
] as const;

/** One service: what it does, how well, with whom, and on what. */
export function ServicePage() {
  const { service } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { since, start, end, view } = search;
  const range = { since, start, end };
  const [window, again] = useWindow(range);
  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>{service}</h1>
        <InvestigateLink from={{ ...window.parameters, service }} />
        <Link className={buttonClass} to="/traces" search={{ ...range, service: [service] }}>
          Traces
        </Link>
        <Link className={buttonClass} to="/traces" search={{ ...range, service: [service], status: 'error' }}>
          Failed traces
        </Link>
        <Link className={buttonClass} to="/services" search={{ ...range, focus: service, node: `service ${service}` }}>
          On the map
        </Link>
        <Button onClick={again}>Ask again</Button>
      </div>
      <nav className={panels.tabs} aria-label={`About ${service}`}>
        {views.map(([name, label]) => (
          <Button key={label} aria-pressed={view === name} onClick={() => void navigate({ search: (known) => ({ ...known, view: name }) })}>
            {label}
          </Button>
        ))}
      </nav>
      {view === 'instances' ? (
        <Instances service={service} window={window} />
      ) : view === 'resources' ? (
        <Resources service={service} window={window} />
      ) : view === 'databases' ? (
        <Databases service={service} window={window} />
      ) : view === 'errors' ? (
        <Errors service={service} window={window} />
      ) : view === 'logs' ? (
        <Logs service={service} window={window} />
      ) : view === 'changes' ? (
        <Changes service={service} window={window} />
      ) : view === 'kubernetes' ? (
        <Kubernetes service={service} window={window} />
      ) : (
        <Overview key={window.end} service={service} range={range} window={window} />
      )}
    </div>
  );
}

function Overview({ service, range, window }: { service: string; range: Range; window: Window }) {
  // Once per window, which asks anew.
  const stretch = useMemo(() => stretchOf(window.parameters), [window.parameters]);
  const { graph } = useServiceGraph(stretch);
  const changes = useQuery(changesQuery(window.parameters));
  const marks = useMemo(
    () =>
      (changes.data?.changes ?? [])
        .filter((change) => change.service === service)
        .map((change) => ({ at: toMillis(change.time) / 1_000, label: `${change.kind} · ${change.summary}` })),
    [changes.data, service],
  );
  const node = graph.nodes.find((one) => one.kind === 'service' && one.name === service);
  const health = healthOf(node ?? { calls: 0, errors: 0, p95: null }, node?.isAlerted);
  const selection = `service=${JSON.stringify(service)}, span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"`;
  const quantile = (q: number) => `histogram_quantile(${q}, sum by (le) (rate(traces_spanmetrics_latency_bucket{${selection}}[5m])))`;
  return (
    <>
      <Figures>
        <Figure
          label="Health"
          value={`${healthWords[health].sign} ${healthWords[health].word}`}
          note={node?.isAlerted ? 'An alert or incident is open.' : undefined}
          tone={health === 'failing' ? 'error' : health === 'some' ? 'warning' : health === 'good' ? 'good' : undefined}
        />
        <Figure
          label="Rate"
          value={node ? rateText(node.calls, stretch.seconds) : '–'}
          note={node && `${formatCount(Math.round(node.calls))} requests`}
        />
        <Figure
          label="Failed"
          value={node && node.calls > 0 ? formatShare(Math.min(1, node.errors / node.calls)) : '–'}
          note={node && `${formatCount(Math.round(node.errors))} requests`}
        />
        <Figure
          label="95th percentile"
          value={node?.p95 == null ? '–' : formatDuration(nanos(node.p95 * 1e9))}
          note="of requests that come in"
        />
      </Figures>
      <div className={panels.three}>
        <MetricPanel
          title="Rate"
          window={window}
          marks={marks}
          measure={perSecond}
          group={service}
          queries={[{ query: `sum by (span_name) (rate(traces_spanmetrics_calls_total{${selection}}[5m]))` }]}
        />
        <MetricPanel
          title="Errors"
          window={window}
          marks={marks}
          measure={share}
          group={service}
          empty="No failed request was measured in this stretch of time."
          queries={[
            {
              name: 'share of requests that fail',
              query: `sum(rate(traces_spanmetrics_calls_total{${selection}, status_code="STATUS_CODE_ERROR"}[5m])) / sum(rate(traces_spanmetrics_calls_total{${selection}}[5m]))`,
            },
          ]}
        />
        <MetricPanel
          title="Duration"
          window={window}
          marks={marks}
          measure={seconds}
          group={service}
          queries={[
            { name: 'median', query: quantile(0.5) },
            { name: 'p95', query: quantile(0.95) },
            { name: 'p99', query: quantile(0.99) },
          ]}
        />
      </div>
      <Operations service={service} range={range} window={window} />
      <div className={panels.grid}>
        <Neighbours title="Called by" node={node?.id} end="from" graph={graph} seconds={stretch.seconds} range={range} />
        <Neighbours title="Calls" node={node?.id} end="to" graph={graph} seconds={stretch.seconds} range={range} />
      </div>
    </>
  );
}

const perSecond = { of: 'plain', perSecond: true } as const;
const share = { of: 'share', perSecond: false } as const;
const seconds = { of: 'seconds', perSecond: false } as const;

function Operations({ service, range, window }: { service: string; range: Range; window: Window }) {
  const operations = useQuery({ ...operationsQuery(service, window.parameters), placeholderData: keepPreviousData });
  return (
    <section className={panels.section}>
      <h2>Operations</h2>
      {operations.error && <Failure error={operations.error} retry={() => void operations.refetch()} />}
      {operations.data?.operations.length === 0 && <Notice>{service} sent no spans in this stretch of time.</Notice>}
      {operations.data && operations.data.operations.length > 0 && (
        <table className={tableClass}>
          <thead>
            <tr>
              <th scope="col">Operation</th>
              <th scope="col">Kind</th>
              {['Spans', 'Failed', 'Median', 'p95', 'p99'].map((name) => (
                <NumberHeading key={name}>{name}</NumberHeading>
              ))}
            </tr>
          </thead>
          <tbody>
            {operations.data.operations.map((operation) => (
              <tr key={`${operation.kind} ${operation.name}`}>
                <td>
                  <Link to="/traces" search={{ ...range, service: [service], operation: operation.name }}>
                    {clip(operation.name)}
                  </Link>
                </td>
                <td>{operation.kind}</td>
                <td className={numberClass}>{formatCount(operation.spanCount)}</td>
                <td className={numberClass}>
                  {operation.errorCount > 0 && (
                    <Badge tone="error">
                      {formatCount(operation.errorCount)} ({formatShare(operation.errorCount / operation.spanCount)})
                    </Badge>
                  )}
                </td>
                <td className={numberClass}>{formatDuration(operation.p50DurationNanos)}</td>
                <td className={numberClass}>{formatDuration(operation.p95DurationNanos)}</td>
                <td className={numberClass}>{formatDuration(operation.p99DurationNanos)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Neighbours({
  title,
  node,
  end,
  graph,
  seconds: length,
  range,
}: {
  title: string;
  node: string | undefined;
  end: 'from' | 'to';
  graph: ServiceGraph;
  seconds: number;
  range: Range;
}) {
  const edges = graph.edges.filter((edge) => edge[end === 'from' ? 'to' : 'from'] === node).sort((a, b) => b.calls - a.calls);
  return (
    <section className={panels.section}>
      <h2>{title}</h2>
      {edges.length === 0 ? (
        <p className="quiet">None seen.</p>
      ) : (
        <table className={tableClass}>
          <thead>
            <tr>
              <th scope="col">{end === 'from' ? 'Caller' : 'Called'}</th>
              <th scope="col">Health</th>
              {['Rate', 'Failed', 'p95'].map((name) => (
                <NumberHeading key={name}>{name}</NumberHeading>
              ))}
            </tr>
          </thead>
          <tbody>
            {edges.map((edge) => (
              <Neighbour key={edge.id} edge={edge} id={edge[end]} graph={graph} seconds={length} range={range} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Neighbour({
  edge,
  id,
  graph,
  seconds: length,
  range,
}: {
  edge: MapEdge;
  id: string;
  graph: ServiceGraph;
  seconds: number;
  range: Range;
}) {
  const other = graph.nodes.find((node) => node.id === id);
  const health = healthWords[healthOf(edge)];
  return (
    <tr>
      <td>
        {other?.kind === 'service' ? (
          <Link to="/services/$service" params={{ service: other.name }} search={range}>
            {other.name}
          </Link>
        ) : (
          <>
            {other?.name} <Badge>{other && kindWords[other.kind]}</Badge>
          </>
        )}
      </td>
      <td>
        <strong style={{ color: health.color }}>{health.sign}</strong> {health.word}
      </td>
      <td className={numberClass}>{rateText(edge.calls, length)}</td>
      <td className={numberClass}>{edge.errors > 0 ? formatShare(Math.min(1, edge.errors / Math.max(1e-9, edge.calls))) : ''}</td>
      <td className={numberClass}>{edge.p95 === null ? '' : formatDuration(nanos(edge.p95 * 1e9))}</td>
    </tr>
  );
}
