/** The part of a trace that is shown, in nanoseconds after its start. */
export interface Viewport {
  readonly from: number;
  readonly to: number;
}

/** Reads a part from an address; what is not within the trace, or empty, is the whole. */
export function viewportOf(duration: number, from: number | undefined, to: number | undefined): Viewport {
  const whole = { from: 0, to: Math.max(1, duration) };
  const part = { from: Math.max(0, from ?? 0), to: Math.min(whole.to, to ?? whole.to) };
  return part.to > part.from ? part : whole;
}

/** How many times longer than the rest a trace must be for single spans far off to be left out of sight at first: the rest would be one dot. */
const farOff = 500;
/** Of a hundred spans, how many may lie far off on either side. */
const oddShare = 0.01;

/**
 * The part in which nearly all spans lie, and how many do not, when single ones lie so far off (a clock that stands in 1970, an end that was never set) that nothing
 * else could be seen; null when the whole can be shown. A long span that called others is no such one.
 */
export function bulkOf(
  { start, duration }: { readonly start: readonly number[]; readonly duration: readonly number[] },
  childCount: ArrayLike<number>,
  whole: number,
): { part: Viewport; others: number } | null {
  if (start.length < 10) {
    return null;
  }

  const odd = (count: number) => Math.max(1, Math.floor(count * oddShare));
  const starts = Float64Array.from(start).sort();
  const [low, high] = [starts[odd(starts.length)] ?? 0, starts[starts.length - 1 - odd(starts.length)] ?? 0];
  // What begins a little before or after most, such as the root, is none that lies far off.
  const near = high - low;
  const end = (span: number) => (start[span] ?? 0) + Math.max(0, duration[span] ?? 0);
  const within = Array.from(start.keys()).filter((span) => (start[span] ?? 0) >= low - near && (start[span] ?? 0) <= high + near);
  const from = within.reduce((least, span) => Math.min(least, start[span] ?? 0), low);
  const last = within.reduce((most, span) => Math.max(most, start[span] ?? 0), high);
  const leaves = Float64Array.from(within.filter((span) => childCount[span] === 0).map(end)).sort();
  const to = within.reduce(
    (most, span) => (childCount[span] === 0 ? most : Math.max(most, end(span))),
    Math.max(last, leaves[leaves.length - 1 - odd(leaves.length)] ?? 0),
  );
  const room = Math.max(1, to - from) * 0.02;
  const part = { from: Math.max(0, Math.floor(from - room)), to: Math.min(whole, Math.ceil(to + room)) };
  const others = start.reduce((sum, at, span) => sum + (at < part.from || end(span) > part.to ? 1 : 0), 0);
  return others > 0 && whole > farOff * (part.to - part.from) ? { part, others } : null;
}

/** Round moments to write along the top: 1, 2 or 5 times a power of ten apart, four to eight of them. */
export function ticks({ from, to }: Viewport): number[] {
  const rough = (to - from) / 6;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const found: number[] = [];
  for (let at = Math.ceil(from / step) * step; at < to; at += step) {
    found.push(at);
  }

  return found;
}
