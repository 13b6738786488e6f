/** Services and what they talk to, as a graph. Everything here is a function of what was measured. */

export type NodeKind = 'service' | 'database' | 'queue' | 'external' | 'group';
export type Health = 'failing' | 'some' | 'good' | 'unknown';

/** Requests, how many of them failed, and the 95th percentile of their duration in seconds; over the whole stretch of time. */
export interface Traffic {
  readonly calls: number;
  readonly errors: number;
  readonly p95: number | null;
}

export interface MapNode extends Traffic {
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** An incident or alert is open about it. */
  readonly isAlerted: boolean;
  /** Of a group: the ids of its members. */
  readonly members: readonly string[];
}

export interface MapEdge extends Traffic {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

export interface ServiceGraph {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

/** A call between two names, as it was measured. */
export interface Call extends Traffic {
  readonly client: string;
  readonly server: string;
  /** What the callee is. Only a queue is never a service: it may be called like one. */
  readonly kind: 'service' | 'database' | 'queue' | 'external';
  /** The caller is a queue, too. */
  readonly isFromQueue?: boolean;
}

/** Shares of failed requests from which on a service counts as failing, or as failing sometimes. */
export const failingFrom = 0.05;
export const someFrom = 0.01;

export function healthOf({ calls, errors }: Traffic, isAlerted = false): Health {
  const share = calls > 0 ? errors / calls : 0;
  return isAlerted || share >= failingFrom ? 'failing' : share >= someFrom ? 'some' : calls > 0 ? 'good' : 'unknown';
}

/** What health is called and marked with; the sign says the same as the colour. */
export const healthWords: Readonly<Record<Health, { readonly word: string; readonly sign: string; readonly color: string }>> = {
  failing: { word: 'failing', sign: '✖', color: 'var(--error)' },
  some: { word: 'some failures', sign: '!', color: 'var(--warning)' },
  good: { word: 'healthy', sign: '✓', color: 'var(--good)' },
  unknown: { word: 'no requests seen', sign: '–', color: 'var(--text-quiet)' },
};

export const kindWords: Readonly<Record<NodeKind, string>> = {
  service: 'service',
  database: 'database',
  queue: 'queue',
  external: 'outside',
  group: 'group',
};

const idOf = (kind: NodeKind, name: string): string => `${kind} ${name}`;
const sum = (a: Traffic, b: Traffic): Traffic => ({
  calls: a.calls + b.calls,
  errors: a.errors + b.errors,
  // Percentiles do not add up; the larger one is the more careful of the two.
  p95: a.p95 === null ? b.p95 : b.p95 === null ? a.p95 : Math.max(a.p95, b.p95),
});

/** Puts services and calls together. A name that sent spans is a service, however others describe it. */
export function graphOf(
  services: ReadonlyMap<string, Traffic>,
  calls: readonly Call[],
  alerted: ReadonlySet<string> = new Set(),
): ServiceGraph {
  const nodes = new Map<string, MapNode>();
  const touch = (kind: NodeKind, name: string, traffic: Traffic): string => {
    const id = idOf(kind, name);
    const known = nodes.get(id);
    nodes.set(id, {
      id,
      kind,
      name,
      members: [],
      isAlerted: alerted.has(name) && kind === 'service',
      ...(known ? sum(known, traffic) : traffic),
    });
    return id;
  };
  const nothing: Traffic = { calls: 0, errors: 0, p95: null };
  for (const [name, traffic] of services) {
    touch('service', name, traffic);
  }

  const edges = new Map<string, MapEdge>();
  for (const call of calls) {
    const own = { calls: call.calls, errors: call.errors, p95: call.p95 };
    const from = touch(call.isFromQueue === true ? 'queue' : 'service', call.client, nothing);
    const kind = call.kind !== 'queue' && services.has(call.server) ? 'service' : call.kind;
    const to = touch(kind, call.server, kind === 'service' ? nothing : own);
    if (from !== to) {
      const id = `${from} → ${to}`;
      const known = edges.get(id);
      edges.set(id, { id, from, to, ...(known ? sum(known, own) : own) });
    }
  }

  return { nodes: [...nodes.values()].sort(byName), edges: [...edges.values()].sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

const byName = (a: MapNode, b: MapNode) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.kind < b.kind ? -1 : 1);

/** The nodes that matter most: those that fail or have an alert, then who talks to them, then the busiest; and the calls between them. */
export function essential(graph: ServiceGraph, most: number): ServiceGraph {
  const failing = new Set(graph.nodes.filter((node) => healthOf(node, node.isAlerted) === 'failing').map((node) => node.id));
  const beside = new Set(graph.edges.flatMap(({ from, to }) => (failing.has(from) ? [to] : failing.has(to) ? [from] : [])));
  const tier = (node: MapNode) => (failing.has(node.id) ? 0 : beside.has(node.id) ? 1 : healthOf(node) === 'some' ? 2 : 3);
  const kept = new Set(
    [...graph.nodes]
      .sort((a, b) => tier(a) - tier(b) || b.calls - a.calls || byName(a, b))
      .slice(0, most)
      .map((node) => node.id),
  );
  return {
    nodes: graph.nodes.filter((node) => kept.has(node.id)),
    edges: graph.edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to)),
  };
}

/** Whether groups make a large graph easy to look at: fewer nodes than the bound, and no group that is nearly everything. */
export const isTelling = (groups: ServiceGraph, all: number, most: number): boolean =>
  groups.nodes.length <= most && groups.nodes.every((node) => node.members.length <= all * 0.6);

/** Puts services of one group into one node, but for groups that are open. What has no group stays; so do peers that more than one group talks to. */
export function grouped(graph: ServiceGraph, groupOf: (node: MapNode) => string | null, open: ReadonlySet<string>): ServiceGraph {
  const place = new Map<string, string>();
  for (const node of graph.nodes) {
    const group = node.kind === 'service' ? groupOf(node) : null;
    if (group !== null && !open.has(group)) {
      place.set(node.id, group);
    }
  }

  // A database that only one group uses is inside it.
  for (const node of graph.nodes) {
    if (node.kind !== 'service') {
      const around = new Set(
        graph.edges
          .filter((edge) => edge.to === node.id || edge.from === node.id)
          .map((edge) => place.get(edge.to === node.id ? edge.from : edge.to) ?? null),
      );
      const [only = null] = around;
      if (around.size === 1 && only !== null) {
        place.set(node.id, only);
      }
    }
  }

  const members = new Map<string, MapNode[]>();
  for (const node of graph.nodes) {
    const group = place.get(node.id);
    if (group !== undefined) {
      members.set(group, [...(members.get(group) ?? []), node]);
    }
  }

  const groups = [...members].map(([name, nodes]): MapNode => ({
    id: idOf('group', name),
    kind: 'group',
    name,
    members: nodes.map((node) => node.id),
    isAlerted: nodes.some((node) => node.isAlerted),
    ...nodes.filter((node) => node.kind === 'service').reduce<Traffic>(sum, { calls: 0, errors: 0, p95: null }),
  }));
  const moved = (id: string): string => {
    const group = place.get(id);
    return group === undefined ? id : idOf('group', group);
  };
  const edges = new Map<string, MapEdge>();
  for (const edge of graph.edges) {
    const [from, to] = [moved(edge.from), moved(edge.to)];
    if (from !== to) {
      const id = `${from} → ${to}`;
      const known = edges.get(id);
      edges.set(id, { ...edge, id, from, to, ...(known && sum(known, edge)) });
    }
  }

  return { nodes: [...graph.nodes.filter((node) => !place.has(node.id)), ...groups].sort(byName), edges: [...edges.values()] };
}

/** A node and what is within so many calls of it, up and down. */
export function focused(graph: ServiceGraph, id: string, hops: number): ServiceGraph {
  const near = new Set([id]);
  for (let i = 0; i < hops; i++) {
    const edge = graph.edges.filter(({ from, to }) => near.has(from) !== near.has(to));
    if (edge.length === 0) {
      break;
    }

    edge.forEach(({ from, to }) => near.add(from).add(to));
  }

  return {
    nodes: graph.nodes.filter((node) => near.has(node.id)),
    edges: graph.edges.filter(({ from, to }) => near.has(from) && near.has(to)),
  };
}

/** The part of a name before its first separator: what names have in common, where nothing else tells groups. */
export function prefixOf(name: string): string | null {
  const found = /^([^\-_./:]+)[-_./:]/.exec(name);
  return found?.[1] ?? null;
}

/** Ids of nodes whose name contains every word. */
export function found(graph: ServiceGraph, text: string): ReadonlySet<string> | null {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0
    ? null
    : new Set(graph.nodes.filter((node) => words.every((word) => node.name.toLowerCase().includes(word))).map((node) => node.id));
}

/** The node that lies next in a direction, for arrow keys; null when there is none. */
export function neighbour(
  places: ReadonlyMap<string, { readonly x: number; readonly y: number }>,
  from: string,
  direction: 'left' | 'right' | 'up' | 'down',
): string | null {
  const here = places.get(from);
  if (!here) {
    return null;
  }

  let [best, least]: [string | null, number] = [null, Infinity];
  for (const [id, place] of places) {
    const [dx, dy] = [place.x - here.x, place.y - here.y];
    const [along, aside] = direction === 'left' ? [-dx, dy] : direction === 'right' ? [dx, dy] : direction === 'up' ? [-dy, dx] : [dy, dx];
    const distance = along + 2 * Math.abs(aside);
    if (id !== from && along > 4 && distance < least) {
      [best, least] = [id, distance];
    }
  }

  return best;
}
