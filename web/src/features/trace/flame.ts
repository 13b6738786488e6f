import { errorStatus, type TraceModel } from './model';

/** What the width of a flame stands for: work that was done, or time that the request waited. Both add up. */
export type Measure = 'self' | 'critical';

/** Calls of a trace by their path of services and operations: like siblings are one node. Columns; node 0 is the whole trace. */
export interface Flame {
  readonly count: number;
  readonly parent: readonly number[];
  readonly depth: readonly number[];
  /** Index into the outline's services and names; −1 for the whole. */
  readonly service: readonly number[];
  readonly name: readonly number[];
  /** Nanoseconds of the measure that are the node's own, and with what is below it. */
  readonly own: readonly number[];
  readonly total: readonly number[];
  readonly spans: readonly number[];
  readonly failed: readonly number[];
  /** The first span of the node, which names it in an address, and its longest one. */
  readonly first: readonly number[];
  readonly longest: readonly number[];
  readonly children: readonly (readonly number[])[];
  /** Where the node begins, in nanoseconds of the measure. */
  readonly left: Float64Array;
  /** By span: its node. */
  readonly nodeOf: Uint32Array;
  readonly deepest: number;
}

export function flameOf(model: TraceModel, measure: Measure): Flame {
  const { spans, names, services } = model.outline;
  const values = spans[measure];
  const operations = Math.max(1, services.length * names.length);
  const [parent, depth, service, name, own, count, failed, first, longest] = [[-1], [0], [-1], [-1], [0], [0], [0], [-1], [-1]];
  const children: number[][] = [[]];
  const known = new Map<number, number>();
  const nodeOf = new Uint32Array(model.count);
  for (let span = 0; span < model.count; span++) {
    const above = spans.parent[span] ?? -1;
    const under = above < 0 ? 0 : (nodeOf[above] ?? 0);
    const operation = (spans.service[span] ?? 0) * names.length + (spans.name[span] ?? 0);
    const key = under * operations + operation;
    let node = known.get(key);
    if (node === undefined) {
      node = parent.length;
      known.set(key, node);
      parent.push(under);
      depth.push((depth[under] ?? 0) + 1);
      service.push(spans.service[span] ?? 0);
      name.push(spans.name[span] ?? 0);
      own.push(0);
      count.push(0);
      failed.push(0);
      first.push(span);
      longest.push(span);
      children.push([]);
      children[under]?.push(node);
    }

    nodeOf[span] = node;
    own[node] = (own[node] ?? 0) + Math.max(0, values[span] ?? 0);
    count[node] = (count[node] ?? 0) + 1;
    failed[node] = (failed[node] ?? 0) + (spans.status[span] === errorStatus ? 1 : 0);
    if ((spans.duration[span] ?? 0) > (spans.duration[longest[node] ?? 0] ?? 0)) {
      longest[node] = span;
    }
  }

  // Parents were made before their children: backwards, every node is whole before it is added to its parent.
  const total = [...own];
  for (let node = parent.length - 1; node > 0; node--) {
    const above = parent[node] ?? 0;
    total[above] = (total[above] ?? 0) + (total[node] ?? 0);
    count[0] = (count[0] ?? 0) + (count[node] ?? 0);
    failed[0] = (failed[0] ?? 0) + (failed[node] ?? 0);
  }

  const left = new Float64Array(parent.length);
  let deepest = 0;
  for (let node = 0; node < parent.length; node++) {
    let at = left[node] ?? 0;
    children[node]?.sort((a, b) => (total[b] ?? 0) - (total[a] ?? 0) || a - b);
    for (const child of children[node] ?? []) {
      left[child] = at;
      at += total[child] ?? 0;
    }

    deepest = Math.max(deepest, depth[node] ?? 0);
  }

  return {
    count: parent.length,
    parent,
    depth,
    service,
    name,
    own,
    total,
    spans: count,
    failed,
    first,
    longest,
    children,
    left,
    nodeOf,
    deepest,
  };
}

/** A node as it lies on the canvas, in shares of the width. */
export interface Tile {
  readonly node: number;
  readonly depth: number;
  readonly left: number;
  readonly width: number;
}

/** What is seen when a node fills the width: its ancestors, and below it whatever is at least so wide. Rows outside the range are left out. */
export function tilesOf(flame: Flame, zoom: number, least: number, from = 0, to = Infinity): Tile[] {
  const tiles: Tile[] = [];
  const add = (node: number, left: number, width: number) => {
    const depth = flame.depth[node] ?? 0;
    if (depth >= from && depth <= to) {
      tiles.push({ node, depth, left, width });
    }
  };
  for (let above = flame.parent[zoom] ?? -1; above >= 0; above = flame.parent[above] ?? -1) {
    add(above, 0, 1);
  }

  const whole = flame.total[zoom] ?? 0;
  const origin = flame.left[zoom] ?? 0;
  const stack = [zoom];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    // Without any time in it, a node still has its place: what is below it shares the width evenly.
    const width = node === zoom ? 1 : whole > 0 ? (flame.total[node] ?? 0) / whole : 0;
    if (width < least || (flame.depth[node] ?? 0) > to) {
      continue;
    }

    add(node, whole > 0 ? ((flame.left[node] ?? 0) - origin) / whole : 0, width);
    stack.push(...(flame.children[node] ?? []));
  }

  return tiles;
}

/** The node that a key leads to, or the same. */
export function neighbour(flame: Flame, node: number, key: 'up' | 'down' | 'left' | 'right'): number {
  if (key === 'up') {
    return Math.max(0, flame.parent[node] ?? 0);
  }

  if (key === 'down') {
    return flame.children[node]?.[0] ?? node;
  }

  const siblings = flame.children[flame.parent[node] ?? -1] ?? [];
  return siblings[siblings.indexOf(node) + (key === 'right' ? 1 : -1)] ?? node;
}
