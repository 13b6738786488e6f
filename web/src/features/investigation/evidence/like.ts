/** Words of a text that do not vary from line to line: without ids, numbers and what is quoted. */
const words = (text: string): string[] => (text.toLowerCase().match(/[a-z]+(?:[._-][a-z]+)*/g) ?? []).filter((word) => word.length > 2);

/** The longest passage in double quotes: what a finding says was logged. */
export function quoted(statement: string): string {
  const passages = [...statement.matchAll(/"([^"]{4,})"/g)].map((match) => match[1] ?? '');
  return passages.reduce((longest, one) => (one.length > longest.length ? one : longest), '');
}

/** Whether a line is of the same kind as a sample: most words of the sample stand in it, whatever the numbers and ids. */
export function isLike(line: string, sample: string): boolean {
  const wanted = new Set(words(sample));
  if (wanted.size === 0) {
    return false;
  }

  const has = new Set(words(line));
  let shared = 0;
  for (const word of wanted) {
    shared += has.has(word) ? 1 : 0;
  }

  return shared >= wanted.size * 0.7;
}
