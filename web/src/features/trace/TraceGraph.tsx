import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Notice, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { serviceColor } from '../../ui/serviceColor';
import { formatCount } from '../../units/number';
import { formatDuration } from '../../units/time';
import { graphOf, type TraceGraph as Graph } from './graph';
import { layoutOf, nodeSize } from './graphLayout';
import type { TraceModel } from './model';
import styles from './graph.module.css';

/** Who calls whom in this trace, with the peers that sent no spans; a node leads to its spans. */
export function TraceGraph({ model, traceKey, showService }: { model: TraceModel; traceKey: string; showService: (name: string) => void }) {
  const graph = useMemo(() => graphOf(model), [model]);
  const layout = useQuery({ queryKey: ['trace graph', traceKey], queryFn: () => layoutOf(graph), staleTime: Infinity });
  const names = useMemo(() => new Map(graph.nodes.map((node) => [node.id, node.name])), [graph]);
  return (
    <div className={styles.graph} role="region" aria-label="Service graph" tabIndex={0}>
      {graph.moreNodes > 0 && (
        <Notice tone="warning">
          The {graph.nodes.length} services with the most spans; {graph.moreNodes} more are in the statistics.
        </Notice>
      )}
      {layout.error && (
        <Notice tone="warning">The graph could not be laid out ({layout.error.message}); the table below has the same.</Notice>
      )}
      {layout.data && (
        <div className={styles.sheet} style={{ width: layout.data.width, height: layout.data.height }}>
          <svg width={layout.data.width} height={layout.data.height} aria-hidden="true">
            <defs>
              <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
                <path d="M0 0L8 4L0 8Z" className={styles.head} />
              </marker>
            </defs>
            {layout.data.edges.map((line) => (
              <path
                key={line.id}
                d={line.points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')}
                className={styles.edge}
                data-failed={(graph.edges[line.edge]?.failed ?? 0) > 0}
                markerEnd="url(#arrow)"
              />
            ))}
          </svg>
          {layout.data.edges.map((line) => {
            const edge = graph.edges[line.edge];
            return edge && line.label ? (
              <span key={line.id} className={styles.label} style={{ left: line.label.x, top: line.label.y }} data-failed={edge.failed > 0}>
                {edge.calls > 1 && `${formatCount(edge.calls)} × · `}
                {formatDuration(edge.longest)}
                {edge.failed > 0 && ` · ${formatCount(edge.failed)} ✕`}
              </span>
            ) : null;
          })}
          {graph.nodes.map((node) => {
            const at = layout.data.nodes.get(node.id);
            return at ? (
              <button
                key={node.id}
                type="button"
                className={styles.node}
                data-inferred={node.isInferred}
                style={{ left: at.x, top: at.y, width: nodeSize.width, height: nodeSize.height, borderLeftColor: serviceColor(node.name) }}
                title={`${node.name}: ${formatCount(node.spans)} spans${node.isInferred ? ', as its callers tell; it sent none itself' : ''}`}
                onClick={() => showService(node.name)}
              >
                <strong>{node.name}</strong>
                <span className="quiet">
                  {node.isInferred && 'inferred · '}
                  {formatCount(node.spans)} {node.isInferred ? (node.spans === 1 ? 'call' : 'calls') : node.spans === 1 ? 'span' : 'spans'}
                  {node.failed > 0 && <span className={styles.failed}> · {formatCount(node.failed)} failed</span>}
                  {node.failed === 0 && !node.isInferred && ` · own ${formatDuration(node.self)}`}
                </span>
              </button>
            ) : null;
          })}
        </div>
      )}
      {graph.edges.length === 0 ? (
        <p className="quiet">Everything happened within one service.</p>
      ) : (
        <EdgeTable graph={graph} names={names} />
      )}
    </div>
  );
}

function EdgeTable({ graph, names }: { graph: Graph; names: ReadonlyMap<string, string> }) {
  const edges = useMemo(() => [...graph.edges].sort((a, b) => b.total - a.total), [graph]);
  return (
    <table className={tableClass}>
      <caption className="visually-hidden">Calls between services; what took longest in all first</caption>
      <thead>
        <tr>
          <th scope="col">Caller</th>
          <th scope="col">Called</th>
          <NumberHeading>Calls</NumberHeading>
          <NumberHeading>Failed</NumberHeading>
          <NumberHeading>Longest</NumberHeading>
          <NumberHeading title="Of all calls together; those at the same time count each">Sum</NumberHeading>
        </tr>
      </thead>
      <tbody>
        {edges.slice(0, 200).map((edge) => (
          <tr key={`${edge.from} ${edge.to}`}>
            <td>{names.get(edge.from)}</td>
            <td>
              {names.get(edge.to)} {edge.to.startsWith('p') && <span className="quiet">(inferred)</span>}
            </td>
            <td className={numberClass}>{formatCount(edge.calls)}</td>
            <td className={numberClass}>{edge.failed > 0 ? formatCount(edge.failed) : ''}</td>
            <td className={numberClass}>{formatDuration(edge.longest)}</td>
            <td className={numberClass}>{formatDuration(edge.total)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
