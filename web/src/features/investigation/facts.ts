import type { Cause, Evidence, Report } from '../../api/investigations';
import { between, nanos, type Moment, type Nanos } from '../../units/time';

/** Evidence by its id: of the causes that have any; whys of one may cite another's. */
export function evidenceById(report: Report): ReadonlyMap<string, Evidence> {
  return new Map(report.causes.flatMap((cause) => cause.evidence).map((one) => [one.id, one] as const));
}

/** Causes that are accused, one for each incident that goes on at the same time; empty when nobody is. */
export const accused = (report: Report): readonly Cause[] =>
  report.causes.filter((cause) => cause.incident > 0 && cause.evidence.length > 0);

/** The causes that head an incident: the first of each, in the order of the ranking. */
export function heads(report: Report): readonly Cause[] {
  const seen = new Set<number>();
  return accused(report).filter((cause) => !seen.has(cause.incident) && seen.add(cause.incident));
}

/** When it began: the first sign among the cause's evidence, else among the timeline; null when only the window is known. */
export function onsetOf(report: Report, cause: Cause | undefined): Moment | null {
  const signs = (cause?.evidence ?? []).flatMap((one) => (one.onset === undefined ? [] : [one.onset]));
  const known =
    signs.length > 0 ? signs : report.timeline.filter((entry) => /^(?:onset|first-)/.test(entry.kind)).map((entry) => entry.time);
  return known.length === 0 ? null : known.reduce((first, one) => (one < first ? one : first));
}

/** Nanoseconds by which an alert may seem earlier than what it tells of. */
const tolerance = 10e9;

export interface Detection {
  readonly name: string;
  /** Who told: clew, alertmanager, …. */
  readonly source: string;
  readonly at: Moment;
  /** From the first sign to the alert. */
  readonly after: Nanos;
}

/** The first alert from the onset on; null when none is recorded. */
export function detectionOf(report: Report, onset: Moment | null): Detection | null {
  if (onset === null) {
    return null;
  }

  // Alerts tell their begin by the clock of whoever counts requests: a moment before the first sign is the same moment.
  const [first] = report.alerts.filter((alert) => between(onset, alert.start) > -tolerance).sort((a, b) => (a.start < b.start ? -1 : 1));
  return first ? { name: first.name, source: first.source, at: first.start, after: nanos(Math.max(0, between(onset, first.start))) } : null;
}

/** What stops the effect, most useful first. */
export const remediesFor = (report: Report, when: 'now' | 'verify' | 'later') => report.remedies.filter((remedy) => remedy.when === when);

/** Every limit that was met while looking, as sentences. */
export function shortfalls(report: Report): string[] {
  const { coverage } = report;
  const count = (value: number) => value.toLocaleString('en');
  return [
    ...(coverage.windowTracesRead < coverage.windowTraces
      ? [
          `Of ${count(coverage.windowTraces)} traces of the window ${count(coverage.windowTracesRead)} were read span by span, an unbiased sample; numbers of requests are exact.`,
        ]
      : []),
    ...(coverage.baselineTracesRead < coverage.baselineTraces
      ? [`Of ${count(coverage.baselineTraces)} traces to compare with ${count(coverage.baselineTracesRead)} were read span by span.`]
      : []),
    ...(report.baseline.stretches.length === 0
      ? ['There was nothing to compare with: the store holds no ordinary time before the window.']
      : []),
    ...(coverage.windowTraces === 0 ? ['No trace lies in the window.'] : []),
    ...(coverage.metricSeries === 0 ? ['No metrics were there to compare.'] : []),
    ...(coverage.logsRead === 0 ? ['No log records were there to read.'] : []),
    ...(coverage.changes === 0 ? ['No change is recorded for the day before: a change cannot be blamed or cleared.'] : []),
  ];
}
