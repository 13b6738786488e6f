import { add, formatRfc3339, nanos, type Moment, type Nanos } from '../../units/time';

/** What operationsQuery answers, as far as it is compared. */
export interface OperationCounts {
  readonly name: string;
  readonly kind: string;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly p95DurationNanos: Nanos;
}

export interface Moved {
  readonly name: string;
  readonly before: OperationCounts | null;
  readonly after: OperationCounts | null;
  /** What stands out, in words; empty where nothing does. */
  readonly what: readonly string[];
}

/** Nanoseconds before and after a change that are put side by side. */
export const aftermathWindow: Nanos = nanos(600e9);

export function windows(at: Moment): { readonly before: { start: string; end: string }; readonly after: { start: string; end: string } } {
  const [from, time, to] = [add(at, nanos(-1 * aftermathWindow)), at, add(at, aftermathWindow)].map(formatRfc3339);
  return { before: { start: from ?? '', end: time ?? '' }, after: { start: time ?? '', end: to ?? '' } };
}

/** Fewer spans on one side say nothing about shares and quantiles. */
const enough = 20;

/** Operations of a service before and after, those first that stand out. What stands out is no proof: an investigation looks at the rest of the world. */
export function moved(before: readonly OperationCounts[], after: readonly OperationCounts[]): Moved[] {
  const keyOf = (one: OperationCounts) => `${one.kind} ${one.name}`;
  const later = new Map(after.map((one) => [keyOf(one), one]));
  const rows: Moved[] = before.map((one) => row(one, later.get(keyOf(one)) ?? null));
  const known = new Set(before.map(keyOf));
  rows.push(...after.filter((one) => !known.has(keyOf(one))).map((one) => row(null, one)));
  return rows.sort((a, b) => b.what.length - a.what.length || weight(b) - weight(a));
}

const weight = (one: Moved): number => (one.before?.spanCount ?? 0) + (one.after?.spanCount ?? 0);

function row(before: OperationCounts | null, after: OperationCounts | null): Moved {
  const name = (before ?? after)?.name ?? '';
  const what: string[] = [];
  if (before && after && before.spanCount >= enough && after.spanCount >= enough) {
    const [failed, fails] = [before.errorCount / before.spanCount, after.errorCount / after.spanCount];
    if (Math.abs(fails - failed) >= 0.01 && (fails >= 2 * failed || failed >= 2 * fails)) {
      what.push(fails > failed ? 'fails more' : 'fails less');
    }

    if (after.p95DurationNanos >= 1.5 * before.p95DurationNanos && after.p95DurationNanos - before.p95DurationNanos >= 1e6) {
      what.push('slower');
    } else if (before.p95DurationNanos >= 1.5 * after.p95DurationNanos && before.p95DurationNanos - after.p95DurationNanos >= 1e6) {
      what.push('faster');
    }
  }

  const [was, is] = [before?.spanCount ?? 0, after?.spanCount ?? 0];
  if (was + is >= 2 * enough && (is >= 2 * was || was >= 2 * is)) {
    what.push(is === 0 ? 'stopped' : was === 0 ? 'new' : is > was ? 'more calls' : 'fewer calls');
  }

  return { name, before, after, what };
}

/** A shell's quotes around a text. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The line that records a change from a pipeline. */
export function curlLine(origin: string, document: Readonly<Record<string, string>>): string {
  return `curl -fsS ${quoted(`${origin}/api/changes`)} -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(document))}`;
}
