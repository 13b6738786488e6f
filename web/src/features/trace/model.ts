import type { TraceOutline } from '../../api/traces';
import { between, nanos, type Nanos } from '../../units/time';

/** A trace as the page works with it: columns, a span is an index, parents stand before their children. */
export interface TraceModel {
  readonly outline: TraceOutline;
  readonly count: number;
  readonly depth: Uint16Array;
  /** Index behind the last descendant. */
  readonly subtreeEnd: Uint32Array;
  readonly childCount: Uint32Array;
  /** Spans of the subtree, the span itself left out, that failed. */
  readonly failuresBelow: Uint32Array;
  /** By span: the stretches of the critical path that are the span's own; starts in nanoseconds after the trace's. */
  readonly criticalParts: ReadonlyMap<number, readonly { readonly start: number; readonly duration: Nanos }[]>;
  /** Nanoseconds of the whole. */
  readonly duration: Nanos;
}

export const flags = { critical: 1, parentMissing: 2, sharedId: 4, errorOrigin: 8, skewed: 16 } as const;

export const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export const errorStatus = 2;

export function modelOf(outline: TraceOutline): TraceModel {
  const { parent, status } = outline.spans;
  const count = parent.length;
  const depth = new Uint16Array(count);
  const subtreeEnd = new Uint32Array(count);
  const childCount = new Uint32Array(count);
  const failuresBelow = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const above = parent[i] ?? -1;
    depth[i] = above < 0 ? 0 : Math.min(65_535, (depth[above] ?? 0) + 1);
    subtreeEnd[i] = i + 1;
  }

  for (let i = count - 1; i >= 0; i--) {
    const above = parent[i] ?? -1;
    if (above >= 0) {
      subtreeEnd[above] = Math.max(subtreeEnd[above] ?? 0, subtreeEnd[i] ?? 0);
      childCount[above] = (childCount[above] ?? 0) + 1;
      failuresBelow[above] = (failuresBelow[above] ?? 0) + (failuresBelow[i] ?? 0) + (status[i] === errorStatus ? 1 : 0);
    }
  }

  const criticalParts = new Map<number, { start: number; duration: Nanos }[]>();
  for (const part of outline.criticalPath) {
    const known = criticalParts.get(part.spanIndex) ?? [];
    known.push({ start: between(outline.startTime, part.startTime), duration: part.durationNanos });
    criticalParts.set(part.spanIndex, known);
  }

  return { outline, count, depth, subtreeEnd, childCount, failuresBelow, criticalParts, duration: outline.durationNanos };
}

/** Where a span is among the rows, which are in the order of the spans; -1 when it is none of them. */
export function rowOf(rows: Uint32Array, span: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    [low, high] = (rows[middle] ?? 0) < span ? [middle + 1, high] : [low, middle];
  }

  return rows[low] === span ? low : -1;
}

/** Rows of the waterfall: every span but those below a collapsed one. */
export function visibleRows(model: TraceModel, collapsed: ReadonlySet<number>): Uint32Array {
  const rows = new Uint32Array(model.count);
  let filled = 0;
  for (let i = 0; i < model.count;) {
    rows[filled++] = i;
    i = collapsed.has(i) ? (model.subtreeEnd[i] ?? i + 1) : i + 1;
  }

  return rows.subarray(0, filled);
}

/** Spans to collapse so that nothing deeper than this is shown. */
export function collapsedBelow(model: TraceModel, depth: number): Set<number> {
  const collapsed = new Set<number>();
  for (let i = 0; i < model.count; i++) {
    if (model.depth[i] === depth && (model.childCount[i] ?? 0) > 0) {
      collapsed.add(i);
    }
  }

  return collapsed;
}

/** Collapses what stays within one service: only calls between services remain. */
export function collapsedByService(model: TraceModel): Set<number> {
  const { parent, service } = model.outline.spans;
  const collapsed = new Set<number>();
  const leavesService = new Uint8Array(model.count);
  for (let i = model.count - 1; i >= 0; i--) {
    const above = parent[i] ?? -1;
    if (above >= 0 && (leavesService[i] === 1 || service[i] !== service[above])) {
      leavesService[above] = 1;
    }

    if (leavesService[i] === 0 && (model.childCount[i] ?? 0) > 0) {
      collapsed.add(i);
    }
  }

  return collapsed;
}

/** Ancestors of a span, the nearest first. */
export function ancestors(model: TraceModel, span: number): number[] {
  const found: number[] = [];
  for (let above = model.outline.spans.parent[span] ?? -1; above >= 0; above = model.outline.spans.parent[above] ?? -1) {
    found.push(above);
  }

  return found;
}

/** Spans whose service, name, peer or id contains every word; null when nothing is looked for. */
export function matches(model: TraceModel, text: string): Uint32Array | null {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return null;
  }

  const { outline } = model;
  // Texts repeat: each is judged once.
  const hits = (texts: readonly string[], word: string) => texts.map((one) => one.toLowerCase().includes(word));
  const byWord = words.map((word) => ({
    word,
    services: hits(
      outline.services.map((s) => s.name),
      word,
    ),
    names: hits(outline.names, word),
    peers: hits(outline.peers, word),
  }));
  const found: number[] = [];
  for (let i = 0; i < model.count; i++) {
    const { service, name, peer, id } = outline.spans;
    const has = byWord.every(
      (one) =>
        one.services[service[i] ?? -1] === true ||
        one.names[name[i] ?? -1] === true ||
        one.peers[peer[i] ?? -1] === true ||
        (id[i] ?? '').startsWith(one.word),
    );
    if (has) {
      found.push(i);
    }
  }

  return Uint32Array.from(found);
}

/** What spans are added up by. */
export const groupings = ['operation', 'service', 'kind', 'peer'] as const;
export type Grouping = (typeof groupings)[number];

export interface GroupTimes {
  readonly service: string;
  readonly name: string;
  readonly count: number;
  readonly errors: number;
  readonly total: Nanos;
  readonly self: Nanos;
  readonly critical: Nanos;
  readonly median: Nanos;
  readonly longest: Nanos;
  /** The span that is the longest. */
  readonly longestSpan: number;
}

/** Numbers of each operation (service, kind or peer) in the trace, those that the trace waited for longest first. */
export function timesBy(model: TraceModel, by: Grouping = 'operation'): GroupTimes[] {
  const { outline } = model;
  const { service, name, kind, peer, status, duration, self, critical } = outline.spans;
  const groups = new Map<number, number[]>();
  for (let span = 0; span < model.count; span++) {
    const keys = {
      operation: (service[span] ?? 0) * outline.names.length + (name[span] ?? 0),
      service: service[span] ?? 0,
      kind: kind[span] ?? 0,
      peer: peer[span] ?? -1,
    };
    const key = keys[by];
    if (key >= 0) {
      const group = groups.get(key);
      if (group) {
        group.push(span);
      } else {
        groups.set(key, [span]);
      }
    }
  }

  return [...groups.values()]
    .map((spans): GroupTimes => {
      const first = spans[0] ?? 0;
      const lengths = Float64Array.from(spans, (span) => duration[span] ?? 0).sort();
      const sum = (values: readonly number[]) => nanos(spans.reduce((all, span) => all + (values[span] ?? 0), 0));
      const longestSpan = spans.reduce((most, span) => ((duration[span] ?? 0) > (duration[most] ?? 0) ? span : most), first);
      return {
        service: by === 'operation' || by === 'service' ? (outline.services[service[first] ?? 0]?.name ?? '') : '',
        name:
          by === 'operation'
            ? (outline.names[name[first] ?? 0] ?? '')
            : by === 'kind'
              ? (kinds[kind[first] ?? 0] ?? '')
              : by === 'peer'
                ? (outline.peers[peer[first] ?? -1] ?? '')
                : '',
        count: spans.length,
        errors: spans.reduce((all, span) => all + (status[span] === errorStatus ? 1 : 0), 0),
        total: sum(duration),
        self: sum(self),
        critical: sum(critical),
        median: nanos(lengths[(lengths.length - 1) >> 1] ?? 0),
        longest: nanos(duration[longestSpan] ?? 0),
        longestSpan,
      };
    })
    .sort((a, b) => b.critical - a.critical || b.self - a.self || a.name.localeCompare(b.name) || a.service.localeCompare(b.service));
}
