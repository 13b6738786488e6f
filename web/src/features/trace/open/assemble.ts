import type { SpanList, TraceOutline } from '../../../api/traces';
import { add, nanos } from '../../../units/time';
import { flags, kinds } from '../model';
import type { FileSpan, FileTraces } from './spans';
import { criticalPath, selfTimes, treeOf, type SpanTree } from './tree';
import { textAttribute } from './values';

const failed = 2;
const statusNames = ['unset', 'ok', 'error'];

/** A trace of a file, as the server would have answered it. */
export interface OpenedTrace {
  readonly outline: TraceOutline;
  readonly spans: (spanId: string) => SpanList;
}

/** Ids of the traces in a file with how many spans each has, the largest first. */
export function tracesOf(file: FileTraces): { readonly traceId: string; readonly spans: number }[] {
  const counts = new Map<string, number>();
  for (const span of file.spans) {
    counts.set(span.traceId, (counts.get(span.traceId) ?? 0) + 1);
  }

  return [...counts].map(([traceId, spans]) => ({ traceId, spans })).sort((a, b) => b.spans - a.spans);
}

/** Puts one trace of a file together: tree, self time, critical path, what is odd. With `adjusted` its times fit each other. */
export function assemble(file: FileTraces, traceId: string, adjusted = false): OpenedTrace {
  const spans = file.spans.filter((span) => span.traceId === traceId);
  const clocks = file.resources.map((resource) => JSON.stringify(resource));
  const tree = treeOf(spans, (span) => clocks[span.resource] ?? span.resource);
  const self = selfTimes(tree);
  const path = criticalPath(tree);
  const own = new Float64Array(spans.length);
  for (const segment of path.segments) {
    own[segment.span] = (own[segment.span] ?? 0) + segment.end - segment.start;
  }

  const placed = [...tree.order];
  const places = new Int32Array(spans.length);
  placed.forEach((row, place) => (places[row] = place));
  const shown = (row: number): number => (tree.start[row] ?? 0) + (adjusted ? (tree.skew[row] ?? 0) : 0);
  let [first, last] = [Infinity, -Infinity];
  for (const row of placed) {
    first = Math.min(first, shown(row));
    last = Math.max(last, shown(row) + (tree.duration[row] ?? 0));
  }

  if (placed.length === 0) {
    [first, last] = [0, 0];
  }

  const origin = spans.reduce((least, span) => (span.start < least ? span.start : least), spans[0]?.start ?? add(0n as never, nanos(0)));
  const begin = add(origin, nanos(first));
  const numbered = (texts: Map<string, number>, text: string): number => {
    const known = texts.get(text);
    if (known !== undefined) {
      return known;
    }

    texts.set(text, texts.size);
    return texts.size - 1;
  };
  const [names, peers] = [new Map<string, number>(), new Map<string, number>()];
  const serviceNames = [...new Set(spans.map((span) => span.service))].sort();
  const serviceIndex = new Map(serviceNames.map((name, index) => [name, index]));
  const services = serviceNames.map((name) => ({ name, spanCount: 0, errorCount: 0, selfTimeNanos: 0, criticalPathNanos: 0 }));
  for (const [row, span] of spans.entries()) {
    const service = services[serviceIndex.get(span.service) ?? 0];
    if (service) {
      service.spanCount++;
      service.errorCount += span.status === failed ? 1 : 0;
      service.selfTimeNanos += self[row] ?? 0;
      service.criticalPathNanos += own[row] ?? 0;
    }
  }

  const at = <T>(pick: (span: FileSpan, row: number) => T): T[] =>
    placed.flatMap((row) => {
      const span = spans[row];
      return span ? [pick(span, row)] : [];
    });
  const orphans = tree.parentMissing.reduce((sum, one) => sum + one, 0);
  const root = spans[tree.mainRoot];
  const outline: TraceOutline = {
    traceId,
    rootService: root?.service ?? '',
    rootName: root?.name ?? '',
    startTime: begin,
    endTime: add(begin, nanos(last - first)),
    durationNanos: nanos(last - first),
    spanCount: spans.length,
    errorCount: services.reduce((sum, service) => sum + service.errorCount, 0),
    orphanCount: orphans,
    partial: orphans > 0,
    adjusted: adjusted || undefined,
    warnings: warningsOf(spans, tree),
    criticalPath: path.segments.map((segment) => ({
      spanIndex: places[segment.span] ?? 0,
      startTime: add(origin, nanos(segment.start)),
      durationNanos: nanos(segment.end - segment.start),
    })),
    services: services.map((service) => ({
      ...service,
      selfTimeNanos: nanos(service.selfTimeNanos),
      criticalPathNanos: nanos(service.criticalPathNanos),
    })),
    spans: {
      id: at((span) => span.id),
      parent: at((_, row) => {
        const above = tree.parent[row] ?? -1;
        return above < 0 ? -1 : (places[above] ?? -1);
      }),
      service: at((span) => serviceIndex.get(span.service) ?? 0),
      name: at((span) => numbered(names, span.name)),
      peer: at((span, row) => {
        const peer = tree.children[row]?.length === 0 ? peerOf(span) : '';
        return peer === '' ? -1 : numbered(peers, peer);
      }),
      kind: at((span) => span.kind),
      status: at((span) => span.status),
      start: at((_, row) => shown(row) - first),
      duration: at((span) => span.duration),
      self: at((_, row) => self[row] ?? 0),
      critical: at((_, row) => own[row] ?? 0),
      flags: at(
        (_, row) =>
          (path.visited[row] ? flags.critical : 0) |
          (tree.parentMissing[row] ? flags.parentMissing : 0) |
          (tree.shared[row] ? flags.sharedId : 0) |
          (isErrorOrigin(spans, tree, row) ? flags.errorOrigin : 0) |
          (tree.skew[row] !== 0 ? flags.skewed : 0),
      ),
    },
    names: [...names.keys()],
    peers: [...peers.keys()],
  };

  return {
    outline,
    spans: (spanId) => ({
      resources: [...file.resources],
      scopes: [...file.scopes],
      spans: placed.flatMap((row) => {
        const span = spans[row];
        return span?.id === spanId ? [detailOf(spans, tree, row, span, self, own, path.visited, adjusted)] : [];
      }),
    }),
  };
}

function detailOf(
  spans: readonly FileSpan[],
  tree: SpanTree,
  row: number,
  span: FileSpan,
  self: Float64Array,
  own: Float64Array,
  visited: Uint8Array,
  adjusted: boolean,
): SpanList['spans'][number] {
  const skew = tree.skew[row] ?? 0;
  const shift = adjusted ? nanos(skew) : nanos(0);
  const start = add(span.start, shift);
  return {
    spanId: span.id,
    ...(span.parent !== '' && { parentSpanId: span.parent }),
    service: span.service,
    name: span.name,
    kind: kinds[span.kind] ?? 'unspecified',
    startTime: start,
    endTime: add(start, nanos(span.duration)),
    durationNanos: nanos(span.duration),
    status: statusNames[span.status] ?? 'unset',
    ...(span.statusMessage !== '' && { statusMessage: span.statusMessage }),
    resourceIndex: span.resource,
    scopeIndex: span.scope,
    attributes: span.attributes,
    events: span.events.map((event) => ({ ...event, time: add(event.time, shift) })),
    links: [...span.links],
    analysis: {
      selfTimeNanos: nanos(self[row] ?? 0),
      criticalPathNanos: nanos(own[row] ?? 0),
      onCriticalPath: visited[row] === 1,
      parentMissing: tree.parentMissing[row] === 1,
      duplicateId: (tree.shared[row] ?? 0) > 0,
      ...(skew !== 0 && { clockSkewNanos: skew }),
      errorOrigin: isErrorOrigin(spans, tree, row),
    },
  };
}

function isErrorOrigin(spans: readonly FileSpan[], tree: SpanTree, row: number): boolean {
  const counts = (one: number) => spans[one]?.status === failed && tree.shared[one] !== 2;
  return counts(row) && !(tree.children[row] ?? []).some(counts);
}

/** Whom a span calls by what it says itself, best first; the server's list. */
const peerKeys = [
  'peer.service',
  'service.peer.name',
  'db.namespace',
  'db.name',
  'messaging.destination.name',
  'rpc.service',
  'server.address',
  'net.peer.name',
  'network.peer.address',
  'db.system.name',
  'db.system',
  'messaging.system',
];

function peerOf(span: FileSpan): string {
  const isCaller = span.kind === kinds.indexOf('client') || span.kind === kinds.indexOf('producer');
  return isCaller ? (peerKeys.map((key) => textAttribute(span.attributes, key)).find((text) => text !== '') ?? '') : '';
}

function warningsOf(spans: readonly FileSpan[], tree: SpanTree): string[] {
  const count = (wanted: (row: number) => boolean) => spans.reduce((sum, _, row) => sum + (wanted(row) ? 1 : 0), 0);
  const isCopy = (row: number) => tree.shared[row] === 2;
  const roots = count((row) => spans[row]?.parent === '' && tree.parent[row] === -1 && !isCopy(row));
  const skews = [...tree.skew].filter((skew) => skew !== 0).map(Math.abs);
  const largest = `${Number((skews.reduce((most, skew) => Math.max(most, skew), 0) / 1e6).toFixed(3))} ms`;
  const sentences: [number, string, string][] = [
    [
      count((row) => tree.parentMissing[row] === 1),
      'span names a parent that is not in the file',
      'spans name a parent that is not in the file',
    ],
    [roots > 1 ? roots : 0, '', 'spans are roots; the earliest stands for the trace'],
    [
      tree.inCircle.reduce((sum, one) => sum + one, 0),
      'circle of parents was opened at its earliest span',
      'circles of parents were opened at their earliest spans',
    ],
    [count(isCopy), 'span is there more than once; its copy counts for nothing', 'spans are copies of others; they count for nothing'],
    [count((row) => tree.shared[row] === 1), 'span shares its id with another one', 'spans share their id with another one'],
    [count((row) => (spans[row]?.duration ?? 0) < 0), 'span ends before it starts', 'spans end before they start'],
    [
      skews.length,
      `span has a clock that differs from its caller’s, by ${largest}`,
      `spans have clocks that differ from their callers’, by up to ${largest}`,
    ],
  ];
  return [
    ...(spans.length > 0 && roots === 0 ? ['No root span is in the file.'] : []),
    ...sentences.filter(([many]) => many > 0).map(([many, one, several]) => `${many} ${many === 1 ? one : several}.`),
  ];
}
