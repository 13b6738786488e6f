import { useCallback, useMemo, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { layoutQuery, pathOf, type GraphShape } from '../../charts/graphLayout';
import { Notice, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { serviceColor } from '../../ui/serviceColor';
import { formatCount } from '../../units/number';
import { formatDuration } from '../../units/time';
import { graphOf, type GraphEdge, type TraceGraph as Graph } from './graph';
import type { TraceModel } from './model';
import styles from './graph.module.css';

const nodeSize = { width: 190, height: 46 } as const;
const labelSize = { width: 92, height: 16 } as const;

const edgeId = (edge: GraphEdge): string => `${edge.from} ${edge.to}`;

/** Who calls whom in this trace, with the peers that sent no spans; a node leads to its spans. */
export function TraceGraph({ model, showService }: { model: TraceModel; showService: (name: string) => void }) {
  const graph = useMemo(() => graphOf(model), [model]);
  const shape = useMemo(
    (): GraphShape => ({
      nodes: graph.nodes.map((node) => ({ id: node.id, ...nodeSize })),
      edges: graph.edges.map((edge) => ({ id: edgeId(edge), from: edge.from, to: edge.to })),
      label: labelSize,
    }),
    [graph],
  );
  const layout = useQuery(layoutQuery(shape));
  const [room, setRoom] = useState(0);
  const measure = useCallback((element: HTMLElement | null) => {
    const sizes = new ResizeObserver(() => setRoom((element?.clientWidth ?? 0) - 32));
    if (element) {
      sizes.observe(element);
    }

    return () => sizes.disconnect();
  }, []);
  // What is a little too wide is drawn smaller; what is much too wide is scrolled, because nobody reads letters of five pixels.
  const zoom = layout.data && room > 0 ? Math.min(1, Math.max(0.6, room / layout.data.width)) : 1;
  const names = useMemo(() => new Map(graph.nodes.map((node) => [node.id, node.name])), [graph]);
  return (
    <div ref={measure} className={styles.graph} role="region" aria-label="Service graph" tabIndex={0}>
      {graph.moreNodes > 0 && (
        <Notice tone="warning">
          The {graph.nodes.length} services with the most spans; {graph.moreNodes} more are in the statistics.
        </Notice>
      )}
      {layout.error && (
        <Notice tone="warning">The graph could not be laid out ({layout.error.message}); the table below has the same.</Notice>
      )}
      {layout.data && (
        <div className={styles.sheet} style={{ width: layout.data.width, height: layout.data.height, zoom }}>
          <svg width={layout.data.width} height={layout.data.height} aria-hidden="true">
            <defs>
              <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
                <path d="M0 0L8 4L0 8Z" className={styles.head} />
              </marker>
            </defs>
            {graph.edges.map((edge) => (
              <path
                key={edgeId(edge)}
                d={pathOf(layout.data.edges.get(edgeId(edge))?.points ?? [], layout.data.isSpline)}
                className={styles.edge}
                data-failed={edge.failed > 0}
                markerEnd="url(#arrow)"
              />
            ))}
          </svg>
          {graph.edges.map((edge) => {
            const label = layout.data.edges.get(edgeId(edge))?.label;
            return label ? (
              <span key={edgeId(edge)} className={styles.label} style={{ left: label.x, top: label.y }} data-failed={edge.failed > 0}>
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
