import type { Measure } from '../../api/doctor';
import { formatBytes, formatCompact, formatCount, formatShare } from '../../units/number';
import { add, between, formatDuration, formatRfc3339, nanos, type Moment } from '../../units/time';

const names = new Map([
  ['ingest_rate', 'Spans arriving'],
  ['trace_error_ratio', 'Traces with an error'],
  ['trace_duration_p95', 'Duration of traces, p95'],
  ['retained_spans', 'Spans stored'],
  ['retained_bytes', 'Bytes on disk'],
  ['sampling_ratio', 'Share of requests sampled'],
  ['partial_trace_ratio', 'Traces with missing spans'],
  ['arrival_delay_p95', 'Delay of arrival, p95'],
  ['query_duration_p95', 'Answer times, p95'],
  ['million_spans_cpu', 'CPU time per million spans'],
  ['million_spans_stored', 'Disk per million spans'],
  ['error_capture_ratio', 'Failures whose trace is stored'],
]);

export const measureName = (measure: Measure): string => names.get(measure.name) ?? measure.name;

/** A measure's value in its unit (as UCUM has it). */
export function formatMeasure(unit: string, value: number): string {
  switch (unit) {
    case '1':
      return formatShare(value);
    case 's':
      return formatDuration(nanos(value * 1e9));
    case 'By':
      return formatBytes(value);
    case '{span}':
      return formatCount(value);
    case '{span}/s':
      return `${formatCompact(value)} / s`;
    default:
      return `${formatCompact(value)} ${unit}`;
  }
}

/** Measures that are of the window that is asked about; the others are of the server since its start. */
export const overTime: ReadonlySet<string> = new Set([
  'ingest_rate',
  'trace_error_ratio',
  'trace_duration_p95',
  'partial_trace_ratio',
  'error_capture_ratio',
  'sampling_ratio',
]);

/** Equal parts of a stretch of time, for asking about one after the other. */
export function parts(start: Moment, end: Moment, count: number): { readonly start: string; readonly end: string; readonly at: number }[] {
  const length = between(start, end) / count;
  return Array.from({ length: count }, (_, i) => ({
    start: formatRfc3339(add(start, nanos(Math.round(i * length)))),
    end: formatRfc3339(add(start, nanos(Math.round((i + 1) * length)))),
    at: (i + 0.5) / count,
  }));
}
