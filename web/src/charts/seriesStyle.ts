/** Looks of lines beside each other: colours that stay apart, and after a round of them another dash, so that colour is not all that tells them apart. */
const hues = [214, 28, 150, 350, 285, 190, 50, 325] as const;
const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

export interface SeriesStyle {
  readonly color: string;
  readonly dash: readonly number[];
}

export function seriesStyle(index: number): SeriesStyle {
  return {
    color: `hsl(${hues[index % hues.length] ?? 214} var(--series-saturation) var(--series-lightness))`,
    dash: dashes[Math.floor(index / hues.length) % dashes.length] ?? [],
  };
}
