import type { Report } from '../../api/investigations';
import { add, between, formatDuration, nanos, type Moment } from '../../units/time';
import { detectionOf } from './facts';

export interface Mark {
  readonly time: Moment;
  readonly kind: string;
  readonly service: string;
  readonly text: string;
  /** What the moment means for the incident. */
  readonly remark?: string;
}

/** Words and signs of the kinds of entries; the sign tells them apart without colour. */
export const titles: Readonly<Record<string, { readonly name: string; readonly sign: string }>> = {
  change: { name: 'Change', sign: '◆' },
  onset: { name: 'Sign', sign: '▲' },
  'first-error': { name: 'First error', sign: '✕' },
  'first-symptom': { name: 'First symptom', sign: '▲' },
  alert: { name: 'Alert', sign: '!' },
  recovery: { name: 'Recovery', sign: '✓' },
  'window-start': { name: 'Window begins', sign: '[' },
  'window-end': { name: 'Window ends', sign: ']' },
};

/** The report's timeline with what is known beside it: alerts and the recovery that it leaves out; which alert noticed the incident. Oldest first. */
export function marksOf(report: Report, onset: Moment | null): readonly Mark[] {
  const known = report.timeline.map((entry): Mark => ({
    time: entry.time,
    kind: entry.kind,
    service: entry.service ?? '',
    text: entry.text,
  }));
  const has = (kind: string, time: Moment) => known.some((mark) => mark.kind === kind && Math.abs(between(mark.time, time)) < 1e9);
  const all: Mark[] = [
    ...known,
    ...report.alerts
      .filter((alert) => !has('alert', alert.start))
      .map((alert): Mark => ({ time: alert.start, kind: 'alert', service: alert.service ?? '', text: alert.summary ?? alert.name })),
    ...(report.recovery && !known.some((mark) => mark.kind === 'recovery')
      ? [{ time: report.recovery.time, kind: 'recovery', service: '', text: report.recovery.statement }]
      : []),
  ];
  all.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  const detection = detectionOf(report, onset);
  const detected =
    detection === null || detection.source === 'clew' ? -1 : all.findIndex((mark) => mark.kind === 'alert' && mark.time >= detection.at);
  return all.map((mark, index) =>
    index === detected && detection !== null
      ? { ...mark, remark: `Noticed ${formatDuration(detection.after)} after the first sign.` }
      : mark,
  );
}

/** The marks that a first look needs: of several signs of one service only the first; the others are told by their number. */
export function essential(marks: readonly Mark[]): readonly Mark[] {
  const seen = new Set<string>();
  return marks.filter((mark) => mark.kind !== 'onset' || (!seen.has(mark.service) && seen.add(mark.service)));
}

/** "+2 min 5 s", "−40 s", "0 s". */
export function offset(onset: Moment, time: Moment): string {
  const length = Math.round(between(onset, time) / 1e9) * 1e9;
  return length === 0 ? '0 s' : length > 0 ? `+${formatDuration(nanos(length))}` : formatDuration(nanos(length));
}

/** Where moments stand on a strip from 0 to 1. What lies far before the incident is put at the strip's begin. */
export function place(report: Report, marks: readonly Mark[]): { from: Moment; to: Moment; at: (time: Moment) => number } {
  const length = between(report.window.start, report.window.end);
  const near = marks.map((mark) => mark.time).filter((time) => time >= add(report.window.start, nanos(-2 * length)));
  const first = near.reduce((least, time) => (time < least ? time : least), report.window.start);
  const last = near.reduce((most, time) => (time > most ? time : most), report.window.end);
  const margin = nanos(between(first, last) * 0.03);
  const [from, to] = [add(first, nanos(-1 * margin)), add(last, margin)];
  const total = Math.max(1, between(from, to));
  return { from, to, at: (time) => Math.min(1, Math.max(0, between(from, time) / total)) };
}
