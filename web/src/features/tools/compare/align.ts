/** Pairs of places in two lists, ascending in both, whose entries are equal: a longest such list where the lists are short enough. */
export type Pairs = readonly (readonly [left: number, right: number])[];

/** Cells of the table in which the longest common sequence is found; larger gaps are divided at what is there once. */
const maxCells = 4_000_000;

export function align(left: readonly string[], right: readonly string[]): Pairs {
  const pairs: [number, number][] = [];
  between(left, right, 0, left.length, 0, right.length, pairs);
  return pairs;
}

function between(
  a: readonly string[],
  b: readonly string[],
  aFrom: number,
  aTo: number,
  bFrom: number,
  bTo: number,
  pairs: [number, number][],
): void {
  while (aFrom < aTo && bFrom < bTo && a[aFrom] === b[bFrom]) {
    pairs.push([aFrom++, bFrom++]);
  }

  const tail: [number, number][] = [];
  while (aFrom < aTo && bFrom < bTo && a[aTo - 1] === b[bTo - 1]) {
    tail.push([--aTo, --bTo]);
  }

  if (aFrom < aTo && bFrom < bTo) {
    if ((aTo - aFrom + 1) * (bTo - bFrom + 1) <= maxCells) {
      longest(a, b, aFrom, aTo, bFrom, bTo, pairs);
    } else {
      byUnique(a, b, aFrom, aTo, bFrom, bTo, pairs);
    }
  }

  for (const pair of tail.reverse()) {
    pairs.push(pair);
  }
}

/** The longest common sequence, by the table of its lengths. */
function longest(
  a: readonly string[],
  b: readonly string[],
  aFrom: number,
  aTo: number,
  bFrom: number,
  bTo: number,
  pairs: [number, number][],
): void {
  const [n, m] = [aTo - aFrom, bTo - bFrom];
  const table = new Uint32Array((n + 1) * (m + 1));
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      table[i * (m + 1) + j] =
        a[aFrom + i] === b[bFrom + j]
          ? (table[(i + 1) * (m + 1) + j + 1] ?? 0) + 1
          : Math.max(table[(i + 1) * (m + 1) + j] ?? 0, table[i * (m + 1) + j + 1] ?? 0);
    }
  }

  for (let i = 0, j = 0; i < n && j < m;) {
    if (a[aFrom + i] === b[bFrom + j]) {
      pairs.push([aFrom + i++, bFrom + j++]);
    } else if ((table[(i + 1) * (m + 1) + j] ?? 0) >= (table[i * (m + 1) + j + 1] ?? 0)) {
      i++;
    } else {
      j++;
    }
  }
}

/** Divides a large gap at entries that are on both sides exactly once. */
function byUnique(
  a: readonly string[],
  b: readonly string[],
  aFrom: number,
  aTo: number,
  bFrom: number,
  bTo: number,
  pairs: [number, number][],
): void {
  const once = (list: readonly string[], from: number, to: number) => {
    const places = new Map<string, number>();
    for (let i = from; i < to; i++) {
      const entry = list[i] ?? '';
      places.set(entry, places.has(entry) ? -1 : i);
    }

    return places;
  };
  const right = once(b, bFrom, bTo);
  const shared: [number, number][] = [];
  for (const [entry, place] of once(a, aFrom, aTo)) {
    const other = right.get(entry) ?? -1;
    if (place >= 0 && other >= 0) {
      shared.push([place, other]);
    }
  }

  const kept = ascending(shared.map((pair) => pair[1])).map((index): [number, number] => shared[index] ?? [0, 0]);
  if (kept.length === 0) {
    return; // Nothing certain in so much: it is told as taken out and put in.
  }

  let [aDone, bDone] = [aFrom, bFrom];
  for (const [i, j] of kept) {
    between(a, b, aDone, i, bDone, j, pairs);
    pairs.push([i, j]);
    [aDone, bDone] = [i + 1, j + 1];
  }

  between(a, b, aDone, aTo, bDone, bTo, pairs);
}

/** The places of a longest ascending sequence of numbers. */
export function ascending(values: readonly number[]): number[] {
  const ends: number[] = [];
  const before = new Int32Array(values.length).fill(-1);
  values.forEach((value, index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] ?? 0] ?? 0) < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }

    before[index] = low > 0 ? (ends[low - 1] ?? -1) : -1;
    ends[low] = index;
  });
  const found: number[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    found.push(at);
  }

  return found.reverse();
}
