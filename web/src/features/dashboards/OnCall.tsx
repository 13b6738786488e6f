import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { alertsQuery, incidentsQuery } from '../../api/events';
import { metricRangeQuery } from '../../api/prometheus';
import { tracesQuery } from '../../api/traces';
import { usePreferences } from '../../app/preferences';
import { HeatTable } from '../../charts/HeatTable';
import { Badge, Failure, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { formatDuration, formatMoment, formatRfc3339 } from '../../units/time';
import { healthOf, type ServiceGraph } from '../map/graph';
import { MapView } from '../map/MapView';
import { Connections } from '../map/Connections';
import { stretchOf, useServiceGraph } from '../map/useServiceGraph';
import { aligned } from '../metrics/aligned';
import { windowOf, type Window } from '../metrics/window';
import { Panel } from '../panels/Panel';
import panels from '../panels/panels.module.css';

/** Maps with more nodes show only what fails, and what is next to it. */
const drawn = 60;

/** For the one who was woken up: what is open, what fails, where. */
export function OnCall({ window }: { window: Window }) {
  return (
    <div className={panels.grid}>
      <Open window={window} />
      <FailedTraces window={window} />
      <FailedEdges key={window.end} window={window} />
      <Latency window={window} />
    </div>
  );
}

function Open({ window }: { window: Window }) {
  const { zone } = usePreferences();
  const incidents = useQuery({ ...incidentsQuery({ status: 'open' }), placeholderData: keepPreviousData });
  const alerts = useQuery({ ...alertsQuery({ status: 'firing' }), placeholderData: keepPreviousData });
  const others = (alerts.data?.alerts ?? []).filter((alert) => alert.source !== 'clew');
  const isQuiet = incidents.data?.incidents.length === 0 && alerts.data !== undefined && others.length === 0;
  const end = formatRfc3339(window.to);
  return (
    <Panel
      title="Open incidents and alerts"
      isWide
      queries={['GET /api/incidents?status=open', 'GET /api/alerts?status=firing']}
      open={<Link to="/investigations">All incidents</Link>}
    >
      {incidents.error && <Failure error={incidents.error} retry={() => void incidents.refetch()} />}
      {alerts.error && <Failure error={alerts.error} retry={() => void alerts.refetch()} />}
      {isQuiet && <p className={panels.empty}>✓ Nothing is open.</p>}
      {!isQuiet && (
        <table className={tableClass}>
          <thead>
            <tr>
              <th scope="col">Since</th>
              <th scope="col">What</th>
              <th scope="col">Service</th>
              <th scope="col">Go on</th>
            </tr>
          </thead>
          <tbody>
            {incidents.data?.incidents.map((incident) => (
              <tr key={incident.id}>
                <td>{formatMoment(incident.onset, zone, 0)}</td>
                <td>
                  <Badge tone="error">✖ {incident.severity}</Badge> {incident.summary}{' '}
                  {incident.headline && <div className="quiet">{incident.headline}</div>}
                </td>
                <td>{incident.cause ?? incident.service}</td>
                <td>
                  <Impacted service={incident.service} start={formatRfc3339(incident.onset)} end={end} />
                </td>
              </tr>
            ))}
            {others.map((alert) => (
              <tr key={alert.fingerprint}>
                <td>{formatMoment(alert.startsAt, zone, 0)}</td>
                <td>
                  <Badge tone="error">✖ {alert.severity || 'firing'}</Badge> <strong>{alert.name}</strong> {alert.summary}
                </td>
                <td>{alert.service}</td>
                <td>
                  <Impacted service={alert.service} start={formatRfc3339(alert.startsAt)} end={end} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Impacted({ service, start, end }: { service: string; start: string; end: string }) {
  return (
    <>
      <Link to="/traces" search={{ start, end, ...(service && { service: [service] }), status: 'error' }}>
        Failed traces
      </Link>{' '}
      <Link to="/investigate" search={{ start, end, ...(service && { service }) }} preload={false}>
        Investigate
      </Link>
    </>
  );
}

function FailedTraces({ window }: { window: Window }) {
  const { zone } = usePreferences();
  const answer = useQuery({ ...tracesQuery({ ...window.parameters, status: 'error', limit: 10 }), placeholderData: keepPreviousData });
  return (
    <Panel
      title="Newest failed traces"
      isWide
      queries={['GET /api/traces?status=error&limit=10', '{ status = error }']}
      open={
        <Link to="/traces" search={{ ...window.parameters, status: 'error' }}>
          Open in Traces
        </Link>
      }
    >
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data?.traces.length === 0 && <p className={panels.empty}>✓ No trace has a failed span in this stretch of time.</p>}
      {answer.data && answer.data.traces.length > 0 && (
        <div className={panels.scroll} role="region" aria-label="Failed traces" tabIndex={0}>
          <table className={tableClass}>
            <thead>
              <tr>
                <th scope="col">Start</th>
                <th scope="col">Trace</th>
                <th scope="col">Failed in</th>
                <NumberHeading>Duration</NumberHeading>
                <NumberHeading>Failed spans</NumberHeading>
              </tr>
            </thead>
            <tbody>
              {answer.data.traces.map((trace) => (
                <tr key={trace.traceId}>
                  <td>{formatMoment(trace.startTime, zone)}</td>
                  <td>
                    <Link to="/traces/$traceId" params={{ traceId: trace.traceId }}>
                      <strong>{trace.rootService}</strong> {trace.rootName}
                    </Link>
                  </td>
                  <td>
                    {trace.services
                      .filter((service) => service.errorCount > 0)
                      .slice(0, 5)
                      .map((service) => service.name)
                      .join(', ')}
                  </td>
                  <td className={numberClass}>{formatDuration(trace.durationNanos)}</td>
                  <td className={numberClass}>{formatCount(trace.errorCount)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

/** Only what fails and its ends, where the whole would be too much. */
function failing(graph: ServiceGraph): ServiceGraph {
  if (graph.nodes.length <= drawn) {
    return graph;
  }

  const edges = graph.edges
    .filter((edge) => edge.errors > 0)
    .sort((a, b) => b.errors - a.errors)
    .slice(0, drawn);
  const near = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  return { nodes: graph.nodes.filter((node) => near.has(node.id)), edges };
}

function FailedEdges({ window }: { window: Window }) {
  const navigate = useNavigate();
  const stretch = useMemo(() => stretchOf(window.parameters), [window.parameters]);
  const { graph, error, isPending, retry } = useServiceGraph(stretch);
  const [selected, setSelected] = useState<string>();
  const shown = useMemo(() => failing(graph), [graph]);
  const bad = useMemo(
    () => ({ nodes: graph.nodes, edges: graph.edges.filter((edge) => ['failing', 'some'].includes(healthOf(edge))) }),
    [graph],
  );
  return (
    <Panel
      title="Dependencies, and which fail"
      isWide
      queries={[
        'sum by (client, server, connection_type) (increase(traces_service_graph_request_failed_total[…]))',
        'GET /api/dependencies',
      ]}
      open={
        <Link to="/services" search={window.parameters}>
          Open the map
        </Link>
      }
    >
      {error && <Failure error={error} retry={retry} />}
      {isPending && <p className="quiet">Reading who calls whom …</p>}
      {shown.nodes.length > 0 && (
        <MapView
          graph={shown}
          seconds={stretch.seconds}
          matching={null}
          selected={selected}
          select={setSelected}
          enter={(node) => void navigate({ to: '/services', search: { ...window.parameters, focus: node.name, node: node.id } })}
          isSmall
        />
      )}
      {bad.edges.length > 0 && (
        <Connections
          graph={bad}
          seconds={stretch.seconds}
          select={(id) => void navigate({ to: '/services', search: { ...window.parameters, node: id } })}
        />
      )}
    </Panel>
  );
}

const cells = 48;

function Latency({ window: whole }: { window: Window }) {
  const { zone } = usePreferences();
  const window = useMemo(() => windowOf({ start: formatRfc3339(whole.from), end: formatRfc3339(whole.to) }, cells), [whole]);
  const query =
    'histogram_quantile(0.95, sum by (le, service) (rate(traces_spanmetrics_latency_bucket{span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"}[5m])))';
  const answer = useQuery({ ...metricRangeQuery(query, window.start, window.end, window.step), placeholderData: keepPreviousData });
  const grid = useMemo(() => {
    const { times, series } = aligned(answer.data?.series ?? [], window.start, window.end, window.step);
    const rows = series
      .map((one) => ({ name: one.labels.service ?? one.name, values: one.values }))
      .sort((a, b) => most(b.values) - most(a.values));
    return { times, rows };
  }, [answer.data, window]);
  return (
    <Panel
      title="Latency of services over time"
      isWide
      note="95th percentile of requests that come in; darker is slower, on a logarithmic scale."
      queries={[query]}
      open={
        <Link to="/graph" search={{ ...whole.parameters, q: [query] }}>
          Open in Metrics
        </Link>
      }
    >
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data && grid.rows.length === 0 && <p className={panels.empty}>Nothing was measured in this stretch of time.</p>}
      {grid.rows.length > 0 && (
        <HeatTable
          label="95th percentile by service and time"
          times={grid.times}
          rows={grid.rows.slice(0, 40)}
          zone={zone}
          link={(name) => (
            <Link to="/services/$service" params={{ service: name }} search={whole.parameters}>
              {name}
            </Link>
          )}
        />
      )}
      {grid.rows.length > 40 && <p className="quiet">The 40 slowest of {formatCount(grid.rows.length)} services.</p>}
    </Panel>
  );
}

const most = (values: readonly (number | null)[]): number => values.reduce<number>((sofar, value) => Math.max(sofar, value ?? 0), 0);
