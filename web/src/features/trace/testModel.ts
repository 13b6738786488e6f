import { moment, nanos } from '../../units/time';
import { modelOf, type TraceModel } from './model';

/** A span of a test: times in nanoseconds; own time follows from the children, which do not overlap. */
interface TestSpan {
  readonly service: string;
  readonly name: string;
  /** Index of the parent, which stands before. */
  readonly parent?: number;
  readonly at: readonly [start: number, length: number];
  readonly kind?: number;
  readonly status?: number;
  readonly flags?: number;
  readonly critical?: number;
  readonly peer?: string;
}

/** A trace for tests, from spans in the order of a waterfall. */
export function modelFrom(spans: readonly TestSpan[]): TraceModel {
  const unique = (texts: readonly (string | undefined)[]) => [...new Set(texts.filter((text) => text !== undefined))];
  const services = unique(spans.map((span) => span.service));
  const names = unique(spans.map((span) => span.name));
  const peers = unique(spans.map((span) => span.peer));
  const duration = Math.max(...spans.map((span) => span.at[0] + span.at[1]));
  const isError = (span: TestSpan) => span.status === 2;
  return modelOf({
    traceId: '1'.padStart(32, '0'),
    rootService: spans[0]?.service ?? '',
    rootName: spans[0]?.name ?? '',
    startTime: moment(0n),
    endTime: moment(BigInt(duration)),
    durationNanos: nanos(duration),
    spanCount: spans.length,
    errorCount: spans.filter(isError).length,
    orphanCount: 0,
    partial: false,
    adjusted: undefined,
    warnings: [],
    criticalPath: [],
    services: services.map((name) => ({
      name,
      spanCount: spans.filter((span) => span.service === name).length,
      errorCount: spans.filter((span) => span.service === name && isError(span)).length,
      selfTimeNanos: nanos(0),
      criticalPathNanos: nanos(0),
    })),
    names,
    peers,
    spans: {
      id: spans.map((_, index) => (index + 1).toString(16).padStart(16, '0')),
      parent: spans.map((span) => span.parent ?? -1),
      service: spans.map((span) => services.indexOf(span.service)),
      name: spans.map((span) => names.indexOf(span.name)),
      peer: spans.map((span) => (span.peer === undefined ? -1 : peers.indexOf(span.peer))),
      kind: spans.map((span) => span.kind ?? 1),
      status: spans.map((span) => span.status ?? 0),
      start: spans.map((span) => span.at[0]),
      duration: spans.map((span) => span.at[1]),
      self: spans.map((span, index) => spans.reduce((left, other) => (other.parent === index ? left - other.at[1] : left), span.at[1])),
      critical: spans.map((span) => span.critical ?? 0),
      flags: spans.map((span) => span.flags ?? 0),
    },
  });
}
