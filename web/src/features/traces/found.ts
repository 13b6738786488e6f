import type { TraceRow } from '../../api/query';
import type { TraceEntry } from '../../api/traces';
import type { Moment, Nanos } from '../../units/time';

/** A trace among results, whichever way it was found; what the way does not tell is undefined. */
export interface FoundTrace {
  readonly traceId: string;
  readonly rootService: string;
  readonly rootName: string;
  readonly startTime: Moment;
  readonly durationNanos: Nanos;
  readonly spanCount: number;
  readonly errorCount: number | undefined;
  readonly partial: boolean;
  readonly services: readonly { readonly name: string; readonly spanCount: number; readonly errorCount: number }[];
  /** Spans that a TraceQL query selects, and the first of their names. */
  readonly matched: number | undefined;
  readonly matching: readonly string[];
}

export const fromEntry = (entry: TraceEntry): FoundTrace => ({ ...entry, matched: undefined, matching: [] });

export function fromRow(row: TraceRow): FoundTrace {
  const spans = row.spansets.flatMap((set) => set.spans);
  return {
    ...row,
    startTime: row.start,
    errorCount: undefined,
    partial: row.rootService === '' && row.rootName === '',
    services: [],
    matched: row.spansets.reduce((sum, set) => sum + set.matched, 0),
    matching: [...new Set(spans.map((span) => `${span.service}: ${span.name}`))].slice(0, 3),
  };
}

/** Columns of the table; those without a mark are shown unless the address says otherwise. */
export const columns = {
  start: 'Start',
  root: 'Root',
  duration: 'Duration',
  spans: 'Spans',
  failed: 'Failed',
  matched: 'Matching spans',
  services: 'Services',
  id: 'Trace id',
} as const;
export type Column = keyof typeof columns;

const known = Object.keys(columns) as Column[];

/** The columns that an address names, in their order; without any, those that fit the way of searching. */
export function columnsOf(text: string | undefined, isTraceQl: boolean): Column[] {
  const wanted =
    text?.split(',') ??
    (isTraceQl ? ['start', 'root', 'duration', 'spans', 'matched'] : ['start', 'root', 'duration', 'spans', 'failed', 'services']);
  const found = known.filter((column) => column === 'root' || wanted.includes(column));
  return found;
}

export const orders = {
  start: (a, b) => (a.startTime < b.startTime ? 1 : a.startTime > b.startTime ? -1 : 0),
  duration: (a, b) => b.durationNanos - a.durationNanos,
  spans: (a, b) => b.spanCount - a.spanCount,
  failed: (a, b) => (b.errorCount ?? 0) - (a.errorCount ?? 0),
  matched: (a, b) => (b.matched ?? 0) - (a.matched ?? 0),
} as const satisfies Record<string, (a: FoundTrace, b: FoundTrace) => number>;
export type Order = keyof typeof orders;

export const isOrder = (text: string | undefined): text is Order => text !== undefined && Object.hasOwn(orders, text);

/** Picked traces that can be compared with the rest at once: their ids go into an address. */
export const maxPicked = 50;
export const maxRest = 60;

/** Ids as an address holds them; what is no id is passed over. */
export const idsOf = (text: string | undefined): string[] => (text ?? '').split(',').filter((id) => /^[0-9a-f]{32}$/.test(id));
