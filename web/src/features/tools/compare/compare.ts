import { step } from '../json/document';
import { align, ascending } from './align';
import type { Value } from './value';

export interface Difference {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  /** Where: a path without its $, or "line 7". */
  readonly path: string;
  /** As it is written on the left; absent for what was added. */
  readonly before?: string;
  readonly after?: string;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** Scalars that are the same on both sides. */
  readonly same: number;
  /** Differences that were passed over because their path is left out. */
  readonly leftOut: number;
  /** There are more than are listed. */
  readonly isCut: boolean;
}

export const maxDifferences = 5_000;

/** Members by which the items of a list are known again when their order or their content changes. */
const identities = ['id', '_id', 'uid', 'uuid', 'spanId', 'span_id', 'spanID', 'traceId', 'trace_id', 'traceID', 'key', 'name'];

/**
 * Compares by structure: members of objects by name, whatever their order; items of lists by an id where all have one, else by their content, so
 * that one inserted at the front is one difference.
 * @param ignore Paths that may differ, with * for any part: "headers.date", "*.timestamp".
 */
export function compare(left: Value, right: Value, ignore: readonly string[] = []): Comparison {
  const patterns = ignore
    .map((one) => one.trim())
    .filter(Boolean)
    .map((one) => new RegExp(`^(?:.*[.\\]])?${one.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}(?:[.[].*)?$`, 'i'));
  const differences: Difference[] = [];
  let [same, leftOut, isCut] = [0, 0, false];
  const isIgnored = (path: string) => patterns.some((pattern) => pattern.test(path));
  const tell = (difference: Difference) => {
    if (isIgnored(difference.path)) {
      leftOut++;
    } else if (differences.length >= maxDifferences) {
      isCut = true;
    } else {
      differences.push(difference);
    }
  };

  const texts = new Map<Value, string>();
  const textOf = (value: Value): string => {
    let text = texts.get(value);
    if (text === undefined) {
      text = written(value, true);
      texts.set(value, text);
    }

    return text;
  };

  const values = (a: Value, b: Value, path: string): void => {
    if (a.kind === 'object' && b.kind === 'object') {
      objects(a.members, b.members, path);
    } else if (a.kind === 'array' && b.kind === 'array') {
      arrays(a.items, b.items, path);
    } else if (a.kind === 'scalar' && b.kind === 'scalar' && a.text === b.text) {
      same++;
    } else {
      tell({ kind: 'changed', path: path || 'the whole', before: written(a), after: written(b) });
    }
  };

  const objects = (a: readonly (readonly [string, Value])[], b: readonly (readonly [string, Value])[], path: string): void => {
    // The last of several members with the same name holds, as in most readers.
    const [before, after] = [new Map(a), new Map(b)];
    for (const [key, value] of before) {
      const place = child(path, key);
      const other = after.get(key);
      if (other === undefined) {
        tell({ kind: 'removed', path: place, before: written(value) });
      } else {
        values(value, other, place);
      }
    }

    for (const [key, value] of after) {
      if (!before.has(key)) {
        tell({ kind: 'added', path: child(path, key), after: written(value) });
      }
    }
  };

  const arrays = (a: readonly Value[], b: readonly Value[], path: string): void => {
    const identity = identities.find((key) => [a, b].every((side) => side.length > 0 && isIdentity(side, key)));
    if (identity !== undefined) {
      byIdentity(a, b, path, identity);
      return;
    }

    const pairs = align(a.map(textOf), b.map(textOf));
    const [inA, inB] = [new Set(pairs.map((pair) => pair[0])), new Set(pairs.map((pair) => pair[1]))];
    // What was taken out here and put in there has moved.
    const gone = new Map<string, number[]>();
    a.forEach((value, index) => {
      if (!inA.has(index)) {
        gone.set(textOf(value), [...(gone.get(textOf(value)) ?? []), index]);
      }
    });
    const moved = new Map<number, number>();
    b.forEach((value, index) => {
      const from = inB.has(index) ? undefined : gone.get(textOf(value))?.shift();
      if (from !== undefined) {
        moved.set(index, from);
        inA.add(from);
        inB.add(index);
      }
    });
    let [i, j] = [0, 0];
    for (const [x, y] of [...pairs, [a.length, b.length] as const]) {
      gap(a, b, i, x, j, y, inA, inB, moved, path);
      if (x < a.length) {
        same += leaves(a[x]);
      }

      [i, j] = [x + 1, y + 1];
    }
  };

  /** Between two items that are the same on both sides: what is alike is compared, the rest was put in or taken out. */
  const gap = (
    a: readonly Value[],
    b: readonly Value[],
    i: number,
    x: number,
    j: number,
    y: number,
    inA: ReadonlySet<number>,
    inB: ReadonlySet<number>,
    moved: ReadonlyMap<number, number>,
    path: string,
  ): void => {
    for (;;) {
      while (i < x && inA.has(i)) {
        i++;
      }

      while (j < y && inB.has(j)) {
        const from = moved.get(j);
        if (from !== undefined) {
          tell({ kind: 'moved', path: item(path, j, b[j]), before: place(path, from, a[from]), after: written(b[j]) });
        }

        j++;
      }

      const [before, after] = [i < x ? a[i] : undefined, j < y ? b[j] : undefined];
      if (before === undefined && after === undefined) {
        return;
      }

      if (before !== undefined && after !== undefined && isAlike(before, after)) {
        values(before, after, item(path, j, after));
        i++;
        j++;
      } else if (before !== undefined && (after === undefined || x - i >= y - j)) {
        tell({ kind: 'removed', path: item(path, i, before), before: written(before) });
        i++;
      } else if (after !== undefined) {
        tell({ kind: 'added', path: item(path, j, after), after: written(after) });
        j++;
      }
    }
  };

  const byIdentity = (a: readonly Value[], b: readonly Value[], path: string, key: string): void => {
    const name = (value: Value | undefined) =>
      value?.kind === 'object' ? written(value.members.find((member) => member[0] === key)?.[1]) : '';
    const places = new Map(b.map((value, index) => [name(value), index]));
    const kept: [number, number][] = [];
    a.forEach((value, index) => {
      const other = places.get(name(value));
      if (other === undefined) {
        tell({ kind: 'removed', path: `${path}[${key}=${name(value)}]`, before: written(value) });
      } else {
        kept.push([index, other]);
        places.delete(name(value));
      }
    });
    const inOrder = new Set(ascending(kept.map((pair) => pair[1])));
    kept.forEach(([i, j], index) => {
      const [before, after] = [a[i], b[j]];
      if (before && after) {
        values(before, after, `${path}[${key}=${name(before)}]`);
        if (!inOrder.has(index)) {
          tell({ kind: 'moved', path: `${path}[${key}=${name(before)}]`, before: `place ${i + 1}`, after: `place ${j + 1}` });
        }
      }
    });
    for (const index of places.values()) {
      tell({ kind: 'added', path: `${path}[${key}=${name(b[index])}]`, after: written(b[index]) });
    }
  };

  const isText =
    left.kind === 'array' &&
    right.kind === 'array' &&
    [...left.items, ...right.items].every((one) => one.kind === 'scalar' && !/^["\d[{tfn-]/.test(one.text));
  const item = (path: string, index: number, value: Value | undefined): string =>
    path === '' && isText && value?.kind === 'scalar' ? `line ${index + 1}` : `${path}[${index}]`;
  const place = (path: string, index: number, value: Value | undefined): string => `from ${item(path, index, value)}`;
  values(left, right, '');
  return { differences, same, leftOut, isCut };
}

const child = (path: string, key: string): string => (path + step(key, 0)).replace(/^\./, '');

function isIdentity(items: readonly Value[], key: string): boolean {
  const seen = new Set<string>();
  return items.every((value) => {
    const found = value.kind === 'object' ? value.members.find((member) => member[0] === key)?.[1] : undefined;
    return found?.kind === 'scalar' && !seen.has(found.text) && seen.add(found.text).size > 0;
  });
}

/** True when two items are the same one with changes, rather than two. */
function isAlike(a: Value, b: Value): boolean {
  if (a.kind === 'object' && b.kind === 'object') {
    const keys = new Set(a.members.map((member) => member[0]));
    const shared = b.members.filter((member) => keys.has(member[0])).length;
    return shared * 2 >= Math.max(a.members.length, b.members.length);
  }

  if (a.kind === 'scalar' && b.kind === 'scalar') {
    const words = (text: string) => text.split(/\s+/).filter(Boolean);
    const [left, right] = [words(a.text), words(b.text)];
    if (left.length < 3 && right.length < 3) {
      return true;
    }

    const known = new Set(left);
    return right.filter((word) => known.has(word)).length * 2 >= Math.max(left.length, right.length);
  }

  return a.kind === b.kind;
}

function leaves(value: Value | undefined): number {
  return value === undefined
    ? 0
    : value.kind === 'scalar'
      ? 1
      : value.kind === 'array'
        ? value.items.reduce((sum, one) => sum + leaves(one), 0)
        : value.members.reduce((sum, [, one]) => sum + leaves(one), 0);
}

/** As one line of JSON-like text; with members in the order of their names for comparing. */
export function written(value: Value | undefined, sorted = false): string {
  switch (value?.kind) {
    case 'object': {
      const members = sorted ? [...value.members].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) : value.members;
      return `{${members.map(([key, one]) => `${JSON.stringify(key)}:${written(one, sorted)}`).join(',')}}`;
    }

    case 'array':
      return `[${value.items.map((one) => written(one, sorted)).join(',')}]`;
    case 'scalar':
      return value.text;
    case undefined:
      return '';
  }
}

/** The parts of two texts that differ: what they begin and end with alike, and what lies between. */
export function differingPart(
  before: string,
  after: string,
): { readonly start: number; readonly endBefore: number; readonly endAfter: number } {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) {
    start++;
  }

  let [endBefore, endAfter] = [before.length, after.length];
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore--;
    endAfter--;
  }

  return { start, endBefore, endAfter };
}
