import { ask } from '../../api/http';
import { spanListSchema, type SpanList, type TraceOutline } from '../../api/traces';

/** Where a trace that is shown comes from: the server, or a file that was opened. */
export interface TraceSource {
  /** Equal for the same trace: what was read is remembered by it. */
  readonly key: string;
  readonly outline: TraceOutline;
  /** A span with everything about it; more than one when its id was used twice. */
  readonly readSpan: (spanId: string, signal: AbortSignal) => Promise<SpanList>;
  /** Whether the server has the trace: then its logs are there, and it can be downloaded and compared. */
  readonly isStored: boolean;
}

export function storedSource(outline: TraceOutline): TraceSource {
  return {
    key: `stored ${outline.traceId} ${outline.adjusted === true ? 'adjusted' : ''}`,
    outline,
    isStored: true,
    readSpan: (spanId, signal) =>
      ask(spanListSchema, `/api/traces/${encodeURIComponent(outline.traceId)}/spans/${encodeURIComponent(spanId)}`, {}, signal),
  };
}
