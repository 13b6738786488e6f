import { Link } from '@tanstack/react-router';
import { Badge, Button, buttonClass } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { formatDuration, nanos } from '../../units/time';
import type { Range } from '../../url/range';
import { InvestigateLink } from '../investigation/InvestigateLink';
import { healthOf, healthWords, kindWords, type MapEdge, type MapNode, type ServiceGraph, type Traffic } from './graph';
import styles from './map.module.css';
import { rateText } from './MapView';
import type { Stretch } from './useServiceGraph';

interface Props {
  readonly graph: ServiceGraph;
  readonly id: string;
  readonly range: Range;
  readonly stretch: Stretch;
  readonly select: (id: string | undefined) => void;
  readonly enter: (node: MapNode) => void;
}

/** About the node or the connection that is chosen: its numbers, its neighbours, and where to go from here. */
export function MapPanel({ graph, id, range, stretch, select, enter }: Props) {
  const node = graph.nodes.find((one) => one.id === id);
  const edge = graph.edges.find((one) => one.id === id);
  if (!node && !edge) {
    return null;
  }

  return (
    <aside className={styles.panel} aria-label="Chosen on the map">
      <div className={styles.panelHead}>
        <h2>{node ? node.name : edge ? `${nameIn(graph, edge.from)} → ${nameIn(graph, edge.to)}` : ''}</h2>
        <Button onClick={() => select(undefined)} aria-label="Close" title="Close (esc)">
          ✕
        </Button>
      </div>
      {node && <OfNode node={node} graph={graph} range={range} stretch={stretch} select={select} enter={enter} />}
      {edge && <OfEdge edge={edge} graph={graph} range={range} stretch={stretch} select={select} />}
    </aside>
  );
}

const nameIn = (graph: ServiceGraph, id: string): string => graph.nodes.find((node) => node.id === id)?.name ?? id;

function OfNode({ node, graph, range, stretch, select, enter }: Omit<Props, 'id'> & { node: MapNode }) {
  const health = healthWords[healthOf(node, node.isAlerted)];
  return (
    <>
      <div>
        <Badge>{kindWords[node.kind]}</Badge>{' '}
        <Badge tone={health.word === 'failing' ? 'error' : health.word === 'some failures' ? 'warning' : 'plain'}>
          {health.sign} {health.word}
        </Badge>{' '}
        {node.isAlerted && <Badge tone="error">an alert or incident is open</Badge>}
      </div>
      <Numbers traffic={node} stretch={stretch} />
      <div className={styles.links}>
        {node.kind === 'service' && (
          <>
            <Link className={buttonClass} to="/services/$service" params={{ service: node.name }} search={range}>
              Open service
            </Link>
            <Link className={buttonClass} to="/traces" search={{ ...range, service: [node.name] }}>
              Traces
            </Link>
            <Link className={buttonClass} to="/traces" search={{ ...range, service: [node.name], status: 'error' }}>
              Failed traces
            </Link>
            <Link className={buttonClass} to="/logs" search={{ ...range, query: `{service_name=${JSON.stringify(node.name)}}` }}>
              Logs
            </Link>
            <InvestigateLink from={{ ...stretch.parameters, service: node.name }} />
          </>
        )}
        {node.kind !== 'queue' && <Button onClick={() => enter(node)}>{node.kind === 'group' ? 'Open the group' : 'Focus'}</Button>}
      </div>
      {node.kind === 'group' && (
        <p className="quiet">
          {node.members
            .slice(0, 60)
            .map((id) => id.slice(id.indexOf(' ') + 1))
            .join(', ')}
        </p>
      )}
      <Neighbours
        title="Called by"
        edges={graph.edges.filter((edge) => edge.to === node.id)}
        end="from"
        graph={graph}
        stretch={stretch}
        select={select}
      />
      <Neighbours
        title="Calls"
        edges={graph.edges.filter((edge) => edge.from === node.id)}
        end="to"
        graph={graph}
        stretch={stretch}
        select={select}
      />
    </>
  );
}

function OfEdge({ edge, graph, range, stretch, select }: Omit<Props, 'id' | 'enter'> & { edge: MapEdge }) {
  const [from, to] = [graph.nodes.find((node) => node.id === edge.from), graph.nodes.find((node) => node.id === edge.to)];
  return (
    <>
      <Numbers traffic={edge} stretch={stretch} />
      <div className={styles.links}>
        {[from, to].map(
          (node) =>
            node && (
              <Button key={node.id} onClick={() => select(node.id)}>
                {node.name}
              </Button>
            ),
        )}
        {from?.kind === 'service' && (
          <Link
            className={buttonClass}
            to="/traces"
            search={{ ...range, service: [from.name], ...(edge.errors > 0 && { status: 'error' }) }}
          >
            {edge.errors > 0 ? `Failed traces of ${from.name}` : `Traces of ${from.name}`}
          </Link>
        )}
        {from?.kind === 'service' && to && (
          <Link
            className={buttonClass}
            to="/graph"
            search={{
              ...range,
              q: [
                `sum by (connection_type) (rate(traces_service_graph_request_total{client=${JSON.stringify(from.name)}, server=${JSON.stringify(to.name)}}[5m]))`,
                `sum(rate(traces_service_graph_request_failed_total{client=${JSON.stringify(from.name)}, server=${JSON.stringify(to.name)}}[5m]))`,
                `histogram_quantile(0.95, sum by (le) (rate(traces_service_graph_request_client_seconds_bucket{client=${JSON.stringify(from.name)}, server=${JSON.stringify(to.name)}}[5m])))`,
              ],
            }}
          >
            Over time
          </Link>
        )}
      </div>
    </>
  );
}

function Numbers({ traffic, stretch }: { traffic: Traffic; stretch: Stretch }) {
  return (
    <dl className={styles.facts}>
      <dt>Rate</dt>
      <dd>
        {rateText(traffic.calls, stretch.seconds)} <span className="quiet">({formatCount(Math.round(traffic.calls))} in all)</span>
      </dd>
      <dt>Failed</dt>
      <dd>
        {traffic.errors > 0
          ? `${formatShare(Math.min(1, traffic.errors / Math.max(1e-9, traffic.calls)))} (${formatCount(Math.round(traffic.errors))})`
          : 'none'}
      </dd>
      <dt>p95</dt>
      <dd>{traffic.p95 === null ? 'not known yet' : formatDuration(nanos(traffic.p95 * 1e9))}</dd>
    </dl>
  );
}

function Neighbours({
  title,
  edges,
  end,
  graph,
  stretch,
  select,
}: {
  title: string;
  edges: readonly MapEdge[];
  end: 'from' | 'to';
  graph: ServiceGraph;
  stretch: Stretch;
  select: Props['select'];
}) {
  return edges.length === 0 ? null : (
    <div>
      <h3>{title}</h3>
      <ul className={styles.neighbours}>
        {[...edges]
          .sort((a, b) => b.calls - a.calls)
          .slice(0, 40)
          .map((edge) => {
            const health = healthWords[healthOf(edge)];
            return (
              <li key={edge.id}>
                <button type="button" onClick={() => select(edge[end])}>
                  {nameIn(graph, edge[end])}
                </button>
                <span>
                  {edge.errors > 0 && <strong style={{ color: health.color }}>{health.sign} </strong>}
                  {rateText(edge.calls, stretch.seconds)}
                  {edge.errors > 0 && `, ${formatShare(Math.min(1, edge.errors / Math.max(1e-9, edge.calls)))} failed`}
                </span>
              </li>
            );
          })}
      </ul>
    </div>
  );
}
