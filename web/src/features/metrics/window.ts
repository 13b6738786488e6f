import { useState } from 'react';
import { stepFor } from '../../units/measure';
import { toMillis, type Moment } from '../../units/time';
import { rangeParameters, resolveRange, type Range } from '../../url/range';

/** The stretch of time that is asked about: seconds since 1970, on whole steps so that asking again asks for the same points. */
export interface Window {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly from: Moment;
  readonly to: Moment;
  readonly parameters: { readonly since?: string; readonly start?: string; readonly end?: string };
}

export function windowOf(range: Range, points = 240): Window {
  const { start, end } = resolveRange(range);
  const [from, to] = [toMillis(start) / 1_000, toMillis(end) / 1_000];
  const step = stepFor(Math.max(1, to - from), points);
  return {
    start: Math.floor(from / step) * step,
    end: Math.floor(to / step) * step,
    step,
    from: start,
    to: end,
    parameters: rangeParameters(range),
  };
}

/** The same while the range is: what is asked must not move with the clock. The second asks again. */
export function useWindow(range: Range): [window: Window, again: () => void] {
  const [asked, setAsked] = useState(() => ({ range, window: windowOf(range) }));
  const again = () => setAsked({ range, window: windowOf(range) });
  if (asked.range.since !== range.since || asked.range.start !== range.start || asked.range.end !== range.end) {
    again();
  }

  return [asked.window, again];
}
