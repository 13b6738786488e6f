import * as v from 'valibot';
import { add, formatRfc3339, momentOfMillis, nanos, parseDuration, parseMoment, type Moment } from '../units/time';

/** The stretch of time a page is about, as addresses and the API write it: from so long ago until now, or from start until end. */
export interface Range {
  readonly since?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

export const defaultRange: Range = { since: '1h' };

const momentText = v.pipe(
  v.string(),
  v.check((text) => parseMoment(text) !== null),
);

/** Reads a page's range from an address; what is malformed is as good as absent. */
export const rangeEntries = {
  since: v.optional(
    v.fallback(
      v.optional(
        v.pipe(
          v.string(),
          v.check((text) => parseDuration(text) !== null),
        ),
      ),
      undefined,
    ),
  ),
  start: v.optional(v.fallback(v.optional(momentText), undefined)),
  end: v.optional(v.fallback(v.optional(momentText), undefined)),
};

/** As the API's parameters. */
export function rangeParameters(range: Range): { since?: string; start?: string; end?: string } {
  return range.start !== undefined
    ? { start: range.start, ...(range.end !== undefined && { end: range.end }) }
    : { since: range.since ?? defaultRange.since ?? '1h' };
}

/** The same in moments. */
export function resolveRange(range: Range, now: Moment = momentOfMillis(Date.now())): { start: Moment; end: Moment } {
  const start = range.start === undefined ? null : parseMoment(range.start);
  if (start !== null) {
    return { start, end: (range.end === undefined ? null : parseMoment(range.end)) ?? now };
  }

  return { start: add(now, nanos(-1 * (parseDuration(range.since ?? '1h') ?? 3_600e9))), end: now };
}

export function absoluteRange(start: Moment, end: Moment): Range {
  return { start: formatRfc3339(start), end: formatRfc3339(end), since: undefined };
}
