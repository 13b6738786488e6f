/** What stands for a variable part in Loki's patterns. */
export const placeholder = '<_>';

/** What one variable part of a pattern was: numbers, or the most frequent texts. */
export interface Variable {
  /** The text of the pattern before it, to tell it by. */
  readonly before: string;
  readonly lines: number;
  readonly distinct: number;
  readonly numbers: {
    readonly least: number;
    readonly median: number;
    readonly p95: number;
    readonly most: number;
    readonly unit: string;
  } | null;
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

const maxValues = 8;
const numeric = /^(-?\d+(?:\.\d+)?)\s*([a-zµ%]{0,3})$/i;

/** The variable parts of a line; null when the line is not of the pattern. Each part is as short as can be. */
export function partsOf(pattern: string, line: string): string[] | null {
  const [first = '', ...rest] = pattern.split(placeholder);
  if (!line.startsWith(first)) {
    return null;
  }

  const parts: string[] = [];
  let at = first.length;
  for (const [index, literal] of rest.entries()) {
    const isLast = index === rest.length - 1;
    const end = isLast ? (line.endsWith(literal) ? line.length - literal.length : -1) : literal === '' ? at : line.indexOf(literal, at);
    if (end < at) {
      return null;
    }

    parts.push(line.slice(at, end));
    at = end + literal.length;
  }

  return rest.length > 0 || line === pattern ? parts : null;
}

/** How the variable parts of a pattern are distributed over lines. */
export function variablesOf(pattern: string, lines: readonly string[]): Variable[] {
  const literals = pattern.split(placeholder);
  const found = literals.slice(1).map(() => [] as string[]);
  for (const line of lines) {
    partsOf(pattern, line.split('\n')[0] ?? '')?.forEach((part, index) => found[index]?.push(part));
  }

  return found.map((values, index) => {
    const counts = new Map<string, number>();
    for (const value of values) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }

    const read = values.map((value) => numeric.exec(value.trim()));
    const units = new Set(read.map((one) => one?.[2] ?? ''));
    const isNumeric = values.length > 0 && read.every(Boolean) && units.size === 1;
    const numbers = isNumeric ? read.map((one) => Number(one?.[1])).sort((a, b) => a - b) : [];
    const quantile = (share: number) => numbers[Math.min(numbers.length - 1, Math.floor(share * numbers.length))] ?? 0;
    return {
      before: (literals[index] ?? '').trim().split(/\s+/).slice(-2).join(' '),
      lines: values.length,
      distinct: counts.size,
      numbers: isNumeric
        ? { least: quantile(0), median: quantile(0.5), p95: quantile(0.95), most: numbers.at(-1) ?? 0, unit: [...units][0] ?? '' }
        : null,
      values: [...counts]
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
        .slice(0, maxValues),
    };
  });
}
