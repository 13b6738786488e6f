import { nanos, type Nanos } from '../../units/time';
import { errorStatus, type TraceModel } from './model';

export interface GraphNode {
  readonly id: string;
  readonly name: string;
  /** Named by its callers, but it sent no spans. */
  readonly isInferred: boolean;
  readonly spans: number;
  readonly failed: number;
  readonly self: Nanos;
  readonly critical: Nanos;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly calls: number;
  readonly failed: number;
  /** Of all calls together. */
  readonly total: Nanos;
  readonly longest: Nanos;
}

export interface TraceGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Nodes that are left out because there are too many. */
  readonly moreNodes: number;
}

/** Nodes that are drawn; those with the most spans. */
export const maxGraphNodes = 80;

/** Who calls whom within the trace: services, and the databases, queues and hosts that only their callers name. */
export function graphOf(model: TraceModel): TraceGraph {
  const { outline } = model;
  const { parent, service, peer, status, duration } = outline.spans;
  const edges = new Map<string, { from: string; to: string; calls: number; failed: number; total: number; longest: number }>();
  const inferred = new Map<number, { spans: number; failed: number }>();
  const call = (from: string, to: string, span: number) => {
    const key = `${from} ${to}`;
    const edge = edges.get(key) ?? { from, to, calls: 0, failed: 0, total: 0, longest: 0 };
    const length = Math.max(0, duration[span] ?? 0);
    edge.calls++;
    edge.failed += status[span] === errorStatus ? 1 : 0;
    edge.total += length;
    edge.longest = Math.max(edge.longest, length);
    edges.set(key, edge);
  };
  for (let span = 0; span < model.count; span++) {
    const above = parent[span] ?? -1;
    const [own, caller] = [service[span] ?? 0, service[above] ?? -1];
    if (above >= 0 && caller !== own) {
      call(`s${caller}`, `s${own}`, span);
    }

    const named = peer[span] ?? -1;
    if (named >= 0) {
      call(`s${own}`, `p${named}`, span);
      const known = inferred.get(named) ?? { spans: 0, failed: 0 };
      known.spans++;
      known.failed += status[span] === errorStatus ? 1 : 0;
      inferred.set(named, known);
    }
  }

  const nodes: GraphNode[] = [
    ...outline.services.map((one, index) => ({
      id: `s${index}`,
      name: one.name,
      isInferred: false,
      spans: one.spanCount,
      failed: one.errorCount,
      self: one.selfTimeNanos,
      critical: one.criticalPathNanos,
    })),
    ...[...inferred].map(([index, sums]) => ({
      id: `p${index}`,
      name: outline.peers[index] ?? '',
      isInferred: true,
      ...sums,
      self: nanos(0),
      critical: nanos(0),
    })),
  ];
  const kept = nodes.length > maxGraphNodes ? [...nodes].sort((a, b) => b.spans - a.spans).slice(0, maxGraphNodes) : nodes;
  const ids = new Set(kept.map((node) => node.id));
  return {
    nodes: kept,
    edges: [...edges.values()]
      .filter((edge) => ids.has(edge.from) && ids.has(edge.to))
      .map((edge) => ({ ...edge, total: nanos(edge.total), longest: nanos(edge.longest) })),
    moreNodes: nodes.length - kept.length,
  };
}
