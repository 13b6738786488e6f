import type { GraphLayout, GraphShape, Place } from './graphLayout';

const gap = { column: 64, row: 20, layer: 60, edge: 16 } as const;
const aspect = 1.7;
const sweeps = 4;

/**
 * Places a large graph in a few milliseconds, where the best place for each box would take minutes: layers from left to right in the direction of calls (as far as
 * calls do not run in circles), the boxes of a layer near to what calls them, and a layer with many boxes in as many columns as make the whole about as wide as a
 * screen. The same graph always looks the same.
 */
export function layersOf(shape: GraphShape): GraphLayout {
  const nodes = [...shape.nodes].sort((a, b) => (a.id < b.id ? -1 : 1));
  const index = new Map(nodes.map((node, i) => [node.id, i]));
  const calls = [...shape.edges].sort((a, b) => (a.id < b.id ? -1 : 1));
  const edges = calls.flatMap((edge) => {
    const [from, to] = [index.get(edge.from), index.get(edge.to)];
    return from === undefined || to === undefined || from === to ? [] : [{ id: edge.id, from, to }];
  });
  const layers = ordered(layered(nodes.length, edges), edges, nodes.length);

  const width = nodes.reduce((most, node) => Math.max(most, node.width), 1) + gap.column;
  const height = nodes.reduce((most, node) => Math.max(most, node.height), 1) + gap.row;
  const rows = rowsFor(
    layers.map((layer) => layer.length),
    width,
    height,
  );
  const tallest = Math.min(rows, Math.max(...layers.map((layer) => layer.length), 1)) * height;
  const places = new Array<Place>(nodes.length);
  let x: number = gap.edge;
  for (const layer of layers) {
    const columns = Math.ceil(layer.length / rows);
    const inColumn = Math.ceil(layer.length / columns);
    for (const [place, node] of layer.entries()) {
      const column = Math.floor(place / inColumn);
      const filled = Math.min(inColumn, layer.length - column * inColumn);
      places[node] = { x: x + column * width, y: gap.edge + (tallest - filled * height) / 2 + (place % inColumn) * height };
    }

    x += columns * width + gap.layer;
  }

  return {
    width: x - gap.layer - gap.column + gap.edge,
    height: tallest - gap.row + 2 * gap.edge,
    isSpline: true,
    nodes: new Map(nodes.map((node, i) => [node.id, places[i] ?? { x: 0, y: 0 }])),
    edges: new Map(
      edges.map((edge) => {
        const [a, b] = [places[edge.from] ?? { x: 0, y: 0 }, places[edge.to] ?? { x: 0, y: 0 }];
        const [from, to] = [nodes[edge.from] ?? { width: 0, height: 0 }, nodes[edge.to] ?? { width: 0, height: 0 }];
        // Out at the right and in at the left, also for what is called backwards.
        const start = { x: a.x + from.width, y: a.y + from.height / 2 };
        const end = { x: b.x, y: b.y + to.height / 2 };
        const bend = Math.max(30, Math.abs(end.x - start.x) / 2.5);
        return [edge.id, { points: [start, { x: start.x + bend, y: start.y }, { x: end.x - bend, y: end.y }, end], label: null }];
      }),
    ),
  };
}

interface IndexedEdge {
  readonly from: number;
  readonly to: number;
}

/** Nodes by layer: behind everything that calls them, but for calls that close a circle. */
function layered(count: number, edges: readonly IndexedEdge[]): number[][] {
  const out: number[][] = Array.from({ length: count }, () => []);
  const incoming = new Uint32Array(count);
  for (const { from, to } of edges) {
    out[from]?.push(to);
    incoming[to] = (incoming[to] ?? 0) + 1;
  }

  const layer = new Int32Array(count).fill(-1);
  const waiting = Uint32Array.from(incoming);
  const queue: number[] = [];
  const enter = (node: number, at: number) => {
    layer[node] = at;
    queue.push(node);
  };
  for (let node = 0; node < count; node++) {
    if (waiting[node] === 0) {
      enter(node, 0);
    }
  }

  let [next, unplaced] = [0, 0];
  for (;;) {
    while (next < queue.length) {
      const node = queue[next++] ?? 0;
      for (const to of out[node] ?? []) {
        waiting[to] = Math.max(0, (waiting[to] ?? 0) - 1);
        if (layer[to] === -1 && waiting[to] === 0) {
          enter(to, (layer[node] ?? 0) + 1);
        }
      }
    }

    // What is left calls itself by way of others: the first of them begins its circle.
    while (unplaced < count && layer[unplaced] !== -1) {
      unplaced++;
    }

    if (unplaced === count) {
      break;
    }

    enter(unplaced, 0);
  }

  const most = layer.reduce((highest, at) => Math.max(highest, at), 0);
  const found: number[][] = Array.from({ length: most + 1 }, () => []);
  for (const [node, at] of layer.entries()) {
    found[at]?.push(node);
  }

  return found.filter((one) => one.length > 0);
}

/** Each layer in the order of the middle of what its nodes are tied to in the layers beside it. */
function ordered(layers: number[][], edges: readonly IndexedEdge[], count: number): number[][] {
  const tied: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of edges) {
    tied[from]?.push(to);
    tied[to]?.push(from);
  }

  const share = new Float64Array(count);
  const settle = (layer: readonly number[]) => layer.forEach((node, at) => (share[node] = (at + 0.5) / layer.length));
  layers.forEach(settle);
  let sorted = layers;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    sorted = sorted.map((layer) => {
      const middle = new Map(
        layer.map((node) => {
          const others = tied[node] ?? [];
          return [node, others.length === 0 ? (share[node] ?? 0) : others.reduce((sum, one) => sum + (share[one] ?? 0), 0) / others.length];
        }),
      );
      const better = [...layer].sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0) || a - b);
      settle(better);
      return better;
    });
  }

  return sorted;
}

/** How many rows make the whole about as wide as a screen is. */
function rowsFor(sizes: readonly number[], width: number, height: number): number {
  let [best, least] = [1, Infinity];
  for (let rows = 1; rows <= Math.max(1, ...sizes); rows++) {
    const columns = sizes.reduce((sum, size) => sum + Math.ceil(size / rows), 0);
    const distance = Math.abs(Math.log((columns * width + sizes.length * gap.layer) / (rows * height) / aspect));
    if (distance < least) {
      [best, least] = [rows, distance];
    }
  }

  return best;
}
