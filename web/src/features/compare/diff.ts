import type { DiffedSpan, DiffedTrace, TraceDiff } from '../../api/comparison';
import type { TraceOutline } from '../../api/traces';
import { formatDuration, nanos, type Nanos } from '../../units/time';
import { errorStatus } from '../trace/model';

/*
 * Two traces side by side where one is of a file, which the server does not have. The rules are those of the server (docs/comparison.md); attributes are not in an
 * outline and are not compared.
 */

/** Rows of an answer, the first ones from the root down. */
const mostRows = 2_000;
const mostOperations = 50;
/** A duration differs when it does by this share of the longer one, and by this many nanoseconds. */
const leastShare = 0.25;
const leastDifference = 1_000_000;

const differs = (a: number, b: number) => Math.abs(b - a) >= leastDifference && Math.abs(b - a) >= leastShare * Math.max(a, b);

/** One of the traces: spans by what they are called, and what they called. */
class Side {
  readonly children: number[][];
  readonly roots: number[] = [];

  constructor(readonly outline: TraceOutline) {
    const { parent, start } = outline.spans;
    this.children = parent.map(() => []);
    for (const [span, above] of parent.entries()) {
      (above < 0 ? this.roots : (this.children[above] ?? this.roots)).push(span);
    }

    const byStart = (a: number, b: number) => (start[a] ?? 0) - (start[b] ?? 0) || a - b;
    this.children.forEach((list) => list.sort(byStart));
    this.roots.sort(byStart);
  }

  service(span: number): string {
    return this.outline.services[this.outline.spans.service[span] ?? -1]?.name ?? '';
  }

  name(span: number): string {
    return this.outline.names[this.outline.spans.name[span] ?? -1] ?? '';
  }

  key(span: number): string {
    return JSON.stringify([this.service(span), this.outline.spans.kind[span] ?? 0, this.name(span)]);
  }

  /** Since the first root began. */
  offset(span: number): number {
    const { start } = this.outline.spans;
    return (start[span] ?? 0) - (start[this.roots[0] ?? 0] ?? 0);
  }

  sum(spans: readonly number[]): DiffedSpan['a'] {
    const [first] = spans;
    const { id, duration, self, status } = this.outline.spans;
    return first === undefined
      ? undefined
      : {
          spanId: id[first] ?? '',
          durationNanos: nanos(spans.reduce((sum, span) => sum + Math.max(0, duration[span] ?? 0), 0)),
          selfTimeNanos: nanos(spans.reduce((sum, span) => sum + (self[span] ?? 0), 0)),
          isError: spans.some((span) => status[span] === errorStatus),
        };
  }

  head(): DiffedTrace {
    const { traceId, rootService, rootName, spanCount, errorCount, spans } = this.outline;
    const root = this.roots.find((span) => this.service(span) === rootService && this.name(span) === rootName) ?? this.roots[0] ?? 0;
    return { traceId, rootService, rootName, durationNanos: nanos(Math.max(0, spans.duration[root] ?? 0)), spanCount, errorCount };
  }
}

interface Row {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly depth: number;
}

const masked = (key: string) => key.replace(/\d+/g, '#');

/** Groups in the order in which the first of each comes. */
function groupsOf(spans: readonly number[], keyOf: (span: number) => string): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const span of spans) {
    const known = groups.get(keyOf(span));
    if (known) {
      known.push(span);
    } else {
      groups.set(keyOf(span), [span]);
    }
  }

  return groups;
}

/** Calls of two spans that belong together: by what they are called, the first with the first; then by names that differ in digits only; what is left stands alone. */
function aligned(first: Side, second: Side, a: readonly number[], b: readonly number[], depth: number): Row[] {
  const partners = new Map<number, number>();
  const taken = new Set<number>();
  for (const keyOf of [(key: string) => key, masked]) {
    const waiting = groupsOf(
      b.filter((span) => !taken.has(span)),
      (span) => keyOf(second.key(span)),
    );
    for (const span of a.filter((one) => !partners.has(one))) {
      const partner = waiting.get(keyOf(first.key(span)))?.shift();
      if (partner !== undefined) {
        partners.set(span, partner);
        taken.add(partner);
      }
    }
  }

  const alone = (side: Side, spans: readonly number[]) => [...groupsOf(spans, (span) => side.key(span)).values()];
  const rows: { at: number; row: Row }[] = [
    ...[...partners].map(([one, other]) => ({ at: first.offset(one), row: { a: [one], b: [other], depth } })),
    ...alone(
      first,
      a.filter((span) => !partners.has(span)),
    ).map((spans) => ({ at: first.offset(spans[0] ?? 0), row: { a: spans, b: [], depth } })),
    ...alone(
      second,
      b.filter((span) => !taken.has(span)),
    ).map((spans) => ({ at: second.offset(spans[0] ?? 0), row: { a: [], b: spans, depth } })),
  ];
  return rows
    .sort((one, other) => one.at - other.at || Number(one.row.a.length === 0) - Number(other.row.a.length === 0))
    .map(({ row }) => row);
}

function spanOf(row: Row, first: Side, second: Side): DiffedSpan {
  const [a, b] = [first.sum(row.a), second.sum(row.b)];
  const [side, span] = row.a[0] === undefined ? [second, row.b[0] ?? 0] : [first, row.a[0]];
  const fate =
    b === undefined
      ? 'removed'
      : a === undefined
        ? 'added'
        : differs(a.durationNanos, b.durationNanos) || a.isError !== b.isError || second.name(row.b[0] ?? 0) !== side.name(span)
          ? 'changed'
          : 'same';
  return {
    depth: row.depth,
    fate,
    service: side.service(span),
    name: side.name(span),
    count: Math.max(row.a.length, row.b.length),
    ...(a && { a }),
    ...(b && { b }),
    attributes: [],
  };
}

function selfTimesOf(first: Side, second: Side): TraceDiff['selfTimes'] {
  const totals = new Map<string, { service: string; name: string; a: number; b: number; aCount: number; bCount: number }>();
  for (const [side, isA] of [
    [first, true],
    [second, false],
  ] as const) {
    for (const [span, self] of side.outline.spans.self.entries()) {
      const [service, name] = [side.service(span), side.name(span)];
      const key = JSON.stringify([service, name]);
      const known = totals.get(key) ?? { service, name, a: 0, b: 0, aCount: 0, bCount: 0 };
      known[isA ? 'a' : 'b'] += self;
      known[isA ? 'aCount' : 'bCount']++;
      totals.set(key, known);
    }
  }

  return [...totals.values()]
    .map(({ service, name, a, b, aCount, bCount }) => ({
      service,
      name,
      aNanos: nanos(a),
      bNanos: nanos(b),
      aCount,
      bCount,
      differenceNanos: nanos(b - a),
    }))
    .sort((one, other) => Math.abs(other.differenceNanos) - Math.abs(one.differenceNanos) || (one.name < other.name ? -1 : 1))
    .slice(0, mostOperations);
}

function findingsOf(a: Nanos, b: Nanos, rows: readonly DiffedSpan[], selfTimes: TraceDiff['selfTimes']): string[] {
  const [most] = selfTimes;
  const called = ({ service, name }: { service: string; name: string }) => `${service} '${name}'`;
  return [
    ...(differs(a, b) && most && Math.abs(most.differenceNanos) >= leastDifference
      ? [
          `It takes ${formatDuration(b)} instead of ${formatDuration(a)}; most of that is ${called(most)}: ${formatDuration(most.bNanos)} of its own time instead of ${formatDuration(most.aNanos)}.`,
        ]
      : []),
    ...rows
      .filter((row) => row.a?.isError === false && row.b?.isError === true)
      .slice(0, 3)
      .map((row) => `${called(row)} fails only in the second.`),
    ...rows
      .filter((row) => row.a?.isError === true && row.b?.isError === false)
      .slice(0, 3)
      .map((row) => `${called(row)} fails only in the first.`),
    ...rows
      .filter((row) => row.fate === 'added' || row.fate === 'removed')
      .sort((one, other) => other.count - one.count)
      .slice(0, 4)
      .map(
        (row) =>
          `${called(row)} is ${row.count > 1 ? `called ${row.count} times more` : 'called'} in the ${row.fate === 'added' ? 'second' : 'first'} only.`,
      ),
  ];
}

/** Aligns two traces as trees. */
export function diffOf(a: TraceOutline, b: TraceOutline): TraceDiff {
  const [first, second] = [new Side(a), new Side(b)];
  const spans: DiffedSpan[] = [];
  let moreSpans = 0;
  const pending = aligned(first, second, first.roots, second.roots, 0).reverse();
  for (let row = pending.pop(); row; row = pending.pop()) {
    if (spans.length < mostRows) {
      spans.push(spanOf(row, first, second));
    } else {
      moreSpans++;
    }

    const { a: left, b: right, depth } = row;
    const below =
      left.length === 1 && right.length === 1
        ? aligned(first, second, first.children[left[0] ?? 0] ?? [], second.children[right[0] ?? 0] ?? [], depth + 1)
        : [
            ...left.flatMap((span) => aligned(first, second, first.children[span] ?? [], [], depth + 1)),
            ...right.flatMap((span) => aligned(first, second, [], second.children[span] ?? [], depth + 1)),
          ];
    for (let i = below.length - 1; i >= 0; i--) {
      const next = below[i];
      if (next) {
        pending.push(next);
      }
    }
  }

  const [headA, headB] = [first.head(), second.head()];
  const selfTimes = selfTimesOf(first, second);
  return {
    a: headA,
    b: headB,
    spans,
    moreSpans,
    selfTimes,
    findings: findingsOf(headA.durationNanos, headB.durationNanos, spans, selfTimes),
  };
}

/** Rows that differ, and those above them, so that one sees where they are. */
export function withCallers(spans: readonly DiffedSpan[]): DiffedSpan[] {
  const kept = new Uint8Array(spans.length);
  let needed = -1; // The depth whose caller is looked for.
  for (let i = spans.length - 1; i >= 0; i--) {
    const span = spans[i];
    if (span && (span.fate !== 'same' || span.depth < needed)) {
      kept[i] = 1;
      needed = span.depth;
    }
  }

  return spans.filter((_, index) => kept[index] === 1);
}
