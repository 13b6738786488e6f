/** Hues that stay apart for most readers; the name is always written beside. */
const hues = [214, 28, 150, 285, 350, 190, 50, 255, 110, 325, 170, 8] as const;

const cache = new Map<string, string>();

/** The same colour for a name everywhere and always. */
export function serviceColor(name: string): string {
  let color = cache.get(name);
  if (color === undefined) {
    let hash = 2_166_136_261;
    for (let i = 0; i < name.length; i++) {
      hash = Math.imul(hash ^ name.charCodeAt(i), 16_777_619);
    }

    const hue = hues[(hash >>> 0) % hues.length] ?? 214;
    color = `hsl(${hue} var(--series-saturation) var(--series-lightness))`;
    cache.set(name, color);
  }

  return color;
}
