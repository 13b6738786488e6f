import type { FileSpan } from './spans';

/** Kinds and statuses as OTLP numbers them. */
const [server, client] = [2, 3];
const failed = 2;

/** Nanoseconds by which two clocks may differ before one speaks of skew: the server's rule (docs/api.md, `clockSkewNanos`). */
const tolerance = 1_000_000;

/** The spans of one trace as a forest, by the server's rules: whatever is in the file gets a place, and any order of spans gives the same tree. */
export interface SpanTree {
  /** Index of the parent, −1 for roots. */
  readonly parent: Int32Array;
  readonly children: readonly (readonly number[])[];
  readonly roots: readonly number[];
  /** Every span before its children, children by start. */
  readonly order: Uint32Array;
  /** The span that stands for the trace: the earliest root that names no parent, else the earliest root; −1 without spans. */
  readonly mainRoot: number;
  /** Nanoseconds after the trace's first start, as in the file. */
  readonly start: Float64Array;
  /** Never negative. */
  readonly duration: Float64Array;
  /** What to add to a span's times so that they fit its caller's. */
  readonly skew: Float64Array;
  readonly parentMissing: Uint8Array;
  readonly inCircle: Uint8Array;
  /** 1: an earlier span has the same id; 2: and is the same in everything. */
  readonly shared: Uint8Array;
}

export function treeOf(spans: readonly FileSpan[], clockOf: (span: FileSpan) => string | number): SpanTree {
  const count = spans.length;
  let first = spans[0]?.start ?? 0n;
  for (const span of spans) {
    first = span.start < first ? span.start : first;
  }

  const start = Float64Array.from(spans, (span) => Number(span.start - first));
  const duration = Float64Array.from(spans, (span) => Math.max(0, span.duration));
  const earlier = (a: number, b: number): number => {
    const [left, right] = [spans[a], spans[b]];
    return left && right ? (start[a] ?? 0) - (start[b] ?? 0) || right.duration - left.duration || compareRest(left, right, clockOf) : 0;
  };

  const parentMissing = new Uint8Array(count);
  const inCircle = new Uint8Array(count);
  const shared = new Uint8Array(count);
  const parent = findParents(spans, earlier, parentMissing, shared);
  openCircles(parent, inCircle, (a, b) => earlier(a, b) || a - b);

  const children: number[][] = Array.from({ length: count }, () => []);
  const roots: number[] = [];
  for (let i = 0; i < count; i++) {
    const above = parent[i] ?? -1;
    (above < 0 ? roots : children[above])?.push(i);
  }

  roots.sort((a, b) => earlier(a, b) || a - b);

  // Depth first, correcting clocks on the way down. No recursion: a trace may be as deep as it is long.
  const skew = new Float64Array(count);
  const order = new Uint32Array(count);
  const stack = [...roots].reverse();
  let place = 0;
  for (let span = stack.pop(); span !== undefined; span = stack.pop()) {
    order[place++] = span;
    const below = children[span] ?? [];
    for (const child of below) {
      skew[child] = correction(spans, start, duration, skew, clockOf, span, child);
    }

    below.sort((a, b) => (start[a] ?? 0) + (skew[a] ?? 0) - (start[b] ?? 0) - (skew[b] ?? 0) || earlier(a, b) || a - b);
    for (let i = below.length - 1; i >= 0; i--) {
      stack.push(below[i] ?? 0);
    }
  }

  const mainRoot = roots.find((root) => spans[root]?.parent === '') ?? roots[0] ?? -1;
  return { parent, children, roots, order, mainRoot, start, duration, skew, parentMissing, inCircle, shared };
}

function compareRest(left: FileSpan, right: FileSpan, clockOf: (span: FileSpan) => string | number): number {
  const by = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
  return (
    by(left.id, right.id) ||
    by(left.parent, right.parent) ||
    left.kind - right.kind ||
    left.status - right.status ||
    by(clockOf(left), clockOf(right)) ||
    by(left.name, right.name)
  );
}

function findParents(
  spans: readonly FileSpan[],
  earlier: (a: number, b: number) => number,
  parentMissing: Uint8Array,
  shared: Uint8Array,
): Int32Array {
  const parent = new Int32Array(spans.length).fill(-1);
  const owners = new Map<string, number>();
  const groups = new Map<string, number[]>();
  for (const [i, { id }] of spans.entries()) {
    const owner = owners.get(id);
    if (owner === undefined) {
      owners.set(id, i);
    } else {
      const group = groups.get(id) ?? [owner];
      groups.set(id, [...group, i]);
    }
  }

  for (const [id, group] of groups) {
    group.sort((a, b) => earlier(a, b) || a - b);
    for (let i = 1; i < group.length; i++) {
      shared[group[i] ?? 0] = earlier(group[i - 1] ?? 0, group[i] ?? 0) === 0 ? 2 : 1;
    }

    // Zipkin's two halves of a call: the server's is the child of the client's, and what the id's children hang on.
    const ofClient = group.find((i) => spans[i]?.kind === client);
    const ofServer = group.find((i) => spans[i]?.kind === server);
    if (ofClient !== undefined && ofServer !== undefined) {
      parent[ofServer] = ofClient;
      owners.set(id, ofServer);
    } else {
      owners.set(id, group[0] ?? 0);
    }
  }

  for (const [i, span] of spans.entries()) {
    if (parent[i] === -1 && span.parent !== '') {
      const owner = owners.get(span.parent);
      if (owner === undefined) {
        parentMissing[i] = 1;
      } else {
        parent[i] = owner;
      }
    }
  }

  return parent;
}

/** In every circle of parents the earliest span loses its parent. */
function openCircles(parent: Int32Array, inCircle: Uint8Array, earlier: (a: number, b: number) => number): void {
  const walks = new Uint32Array(parent.length);
  for (let first = 0; first < parent.length; first++) {
    let span = first;
    while (span >= 0 && walks[span] === 0) {
      walks[span] = first + 1;
      span = parent[span] ?? -1;
    }

    if (span < 0 || walks[span] !== first + 1) {
      continue;
    }

    let earliest = span;
    for (let next = parent[span] ?? -1; next !== span && next >= 0; next = parent[next] ?? -1) {
      earliest = earlier(next, earliest) < 0 ? next : earliest;
    }

    parent[earliest] = -1;
    inCircle[earliest] = 1;
  }
}

/** Only what cannot have happened is corrected: an effect before its cause, or a call that succeeded before it was received. */
function correction(
  spans: readonly FileSpan[],
  start: Float64Array,
  duration: Float64Array,
  skew: Float64Array,
  clockOf: (span: FileSpan) => string | number,
  above: number,
  below: number,
): number {
  const [parent, child] = [spans[above], spans[below]];
  if (!parent || !child || clockOf(parent) === clockOf(child)) {
    return skew[above] ?? 0;
  }

  const parentStart = (start[above] ?? 0) + (skew[above] ?? 0);
  const parentEnd = parentStart + (duration[above] ?? 0);
  const childStart = start[below] ?? 0;
  const beforeItsCause = childStart < parentStart - tolerance;
  const afterItsSuccess = childStart > parentEnd + tolerance && parent.kind === client && child.kind === server && parent.status !== failed;
  if (!beforeItsCause && !afterItsSuccess) {
    return 0;
  }

  // What fits goes to the middle, as if the way there took as long as the way back; a longer one starts with its caller.
  const room = (duration[above] ?? 0) - (duration[below] ?? 0);
  return parentStart + Math.max(0, Math.floor(room / 2)) - childStart;
}

const startOf = (tree: SpanTree, span: number): number => (tree.start[span] ?? 0) + (tree.skew[span] ?? 0);
const endOf = (tree: SpanTree, span: number): number => startOf(tree, span) + (tree.duration[span] ?? 0);
const isCopy = (tree: SpanTree, span: number): boolean => tree.shared[span] === 2;

/** Time in which none of a span's children was running, by span; children that run at once count once, as far as they lie within. */
export function selfTimes(tree: SpanTree): Float64Array {
  return Float64Array.from(tree.start, (_, span) => {
    if (isCopy(tree, span)) {
      return 0;
    }

    const end = endOf(tree, span);
    let covered = startOf(tree, span);
    let self = 0;
    for (const child of tree.children[span] ?? []) {
      if (!isCopy(tree, child)) {
        self += Math.max(0, Math.min(startOf(tree, child), end) - covered);
        covered = Math.max(covered, Math.min(endOf(tree, child), end));
      }
    }

    return self + (end - covered);
  });
}

export interface PathSegment {
  readonly span: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The stretches of time that made the main root last as long as it did: back from its end, always along the child that finished last (CRISP, USENIX ATC 2022).
 * In order of time, without gaps, adding up to the root's duration. `visited` has every span the path leads through.
 */
export function criticalPath(tree: SpanTree): { readonly segments: readonly PathSegment[]; readonly visited: Uint8Array } {
  const visited = new Uint8Array(tree.start.length);
  const segments: PathSegment[] = [];
  interface Stage {
    readonly span: number;
    readonly start: number;
    readonly now: number;
    readonly waits: readonly PathSegment[];
    readonly next: number;
  }

  const enter = (span: number, start: number, end: number): Stage => {
    visited[span] = 1;
    const waits = (tree.children[span] ?? [])
      .filter((child) => !isCopy(tree, child))
      .map((child) => ({ span: child, start: Math.max(startOf(tree, child), start), end: Math.min(endOf(tree, child), end) }))
      .filter((wait) => wait.start < wait.end)
      .sort((a, b) => b.end - a.end || a.start - b.start);
    return { span, start, now: end, waits, next: 0 };
  };
  const add = (span: number, start: number, end: number) => {
    if (start < end) {
      segments.push({ span, start, end });
    }
  };

  const stack = tree.mainRoot < 0 ? [] : [enter(tree.mainRoot, startOf(tree, tree.mainRoot), endOf(tree, tree.mainRoot))];
  for (let stage = stack.pop(); stage !== undefined; stage = stack.pop()) {
    let next = stage.next;
    while ((stage.waits[next]?.end ?? -Infinity) > stage.now) {
      next++; // Was still running then: not waited for.
    }

    const wait = stage.waits[next];
    if (!wait) {
      add(stage.span, stage.start, stage.now);
      continue;
    }

    add(stage.span, wait.end, stage.now);
    stack.push({ ...stage, next: next + 1, now: wait.start });
    stack.push(enter(wait.span, wait.start, wait.end));
  }

  return { segments: segments.reverse(), visited };
}
