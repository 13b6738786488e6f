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
