import { expect, it } from 'vitest';
import type { GraphShape } from './graphLayout';
import { layersOf } from './layers';

const box = { width: 100, height: 40 } as const;
const shape = (names: readonly string[], calls: readonly (readonly [string, string])[]): GraphShape => ({
  nodes: names.map((id) => ({ id, ...box })),
  edges: calls.map(([from, to]) => ({ id: `${from} ${to}`, from, to })),
});

/** Many services, each called by some before it; the numbers come from a rule, not from chance. */
function large(count: number): GraphShape {
  const names = Array.from({ length: count }, (_, i) => `s${String(i).padStart(4, '0')}`);
  const calls: [string, string][] = [];
  for (let i = 1; i < count; i++) {
    for (const caller of new Set([Math.floor(i / 4), Math.floor(i / 3), (i * 7) % i])) {
      calls.push([names[caller] ?? '', names[i] ?? '']);
    }
  }

  return shape(names, calls);
}

it('puts what is called to the right of what calls it', () => {
  const layout = layersOf(
    shape(
      ['a', 'b', 'c', 'd'],
      [
        ['a', 'b'],
        ['b', 'c'],
        ['a', 'd'],
      ],
    ),
  );
  const x = (id: string) => layout.nodes.get(id)?.x ?? NaN;
  expect([x('a') < x('b'), x('b') < x('c'), x('d') === x('b')]).toEqual([true, true, true]);
});

it('places services that call each other in a circle, and calls of the unknown are left out', () => {
  const layout = layersOf(
    shape(
      ['a', 'b', 'c'],
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
        ['a', 'a'],
        ['a', 'nowhere'],
      ],
    ),
  );
  expect(layout.nodes.size).toBe(3);
  expect([...layout.edges.keys()]).toEqual(['a b', 'b c', 'c a']);
});

it('lets no two boxes lie on each other, looks like a screen and the same each time', () => {
  const graph = large(300);
  const layout = layersOf(graph);
  const places = [...layout.nodes.values()];
  for (const [i, a] of places.entries()) {
    for (const b of places.slice(i + 1)) {
      expect(Math.abs(a.x - b.x) >= box.width || Math.abs(a.y - b.y) >= box.height).toBe(true);
    }
  }

  expect(layout.width / layout.height).toBeGreaterThan(1);
  expect(layout.width / layout.height).toBeLessThan(2.8);
  expect(places.every(({ x, y }) => x >= 0 && y >= 0 && x + box.width <= layout.width && y + box.height <= layout.height)).toBe(true);
  expect(layersOf({ nodes: [...graph.nodes].reverse(), edges: [...graph.edges].reverse() }).nodes).toEqual(layout.nodes);
});

it('places thousands of services while one blinks', () => {
  const graph = large(3_000);
  const before = performance.now();
  expect(layersOf(graph).nodes.size).toBe(3_000);
  expect(performance.now() - before).toBeLessThan(1_000);
});

it('of nothing is nothing', () => expect(layersOf(shape([], [])).nodes.size).toBe(0));
