import type { Nanos } from '../../units/time';
import { nanos } from '../../units/time';
import type { TraceModel } from './model';

/** Time within a span that calls others in which none of them was running: what happened there no span tells. */
export interface Gap {
  readonly span: number;
  /** Nanoseconds after the trace's start. */
  readonly start: number;
  readonly duration: Nanos;
  /** The child that ended last before it, and the one that started after it; −1 for none. */
  readonly after: number;
  readonly before: number;
}

/** Gaps shorter than this share of the trace are not worth a look. */
export const leastGap = 0.02;

/** Gaps that are told; the longest. */
export const maxGaps = 500;

/** Gaps of a trace, the longest first. */
export function gapsOf(model: TraceModel): Gap[] {
  const { start, duration } = model.outline.spans;
  const least = Math.max(1, model.duration * leastGap);
  const gaps: Gap[] = [];
  for (let span = 0; span < model.count; span++) {
    if ((model.childCount[span] ?? 0) === 0 || (duration[span] ?? 0) < least) {
      continue;
    }

    const end = (start[span] ?? 0) + (duration[span] ?? 0);
    let covered = start[span] ?? 0;
    let after = -1;
    const add = (until: number, before: number) => {
      if (until - covered >= least) {
        gaps.push({ span, start: covered, duration: nanos(until - covered), after, before });
      }
    };
    for (let child = span + 1; child < (model.subtreeEnd[span] ?? 0); child = model.subtreeEnd[child] ?? child + 1) {
      add(Math.min(start[child] ?? 0, end), child);
      const childEnd = Math.min((start[child] ?? 0) + Math.max(0, duration[child] ?? 0), end);
      if (childEnd > covered) {
        [covered, after] = [childEnd, child];
      }
    }

    add(end, -1);
  }

  return gaps.sort((a, b) => b.duration - a.duration || a.start - b.start).slice(0, maxGaps);
}

export function gapsBySpan(gaps: readonly Gap[]): ReadonlyMap<number, readonly Gap[]> {
  const found = new Map<number, Gap[]>();
  for (const gap of gaps) {
    const known = found.get(gap.span);
    if (known) {
      known.push(gap);
    } else {
      found.set(gap.span, [gap]);
    }
  }

  return found;
}
