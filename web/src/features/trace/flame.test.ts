import { describe, expect, it } from 'vitest';
import { flameOf, neighbour, tilesOf } from './flame';
import { gapsOf } from './gaps';
import { graphOf } from './graph';
import { isFilter, listed, nextOrder, sortOrderOf } from './spanList';
import { modelFrom } from './testModel';

// shop calls pay twice (10 and 30 long, the second fails) and the database; 50 of its 100 are its own, 40 of them in one piece.
const model = modelFrom([
  { service: 'shop', name: 'checkout', at: [0, 100], kind: 2, critical: 50 },
  { service: 'pay', name: 'charge', parent: 0, at: [5, 10], kind: 2, critical: 10 },
  { service: 'pay', name: 'charge', parent: 0, at: [15, 30], kind: 2, status: 2, flags: 8, critical: 30 },
  { service: 'pay', name: 'log', parent: 2, at: [16, 4] },
  { service: 'shop', name: 'SELECT', parent: 0, at: [85, 10], kind: 3, peer: 'orders-db', critical: 10 },
]);

describe('the flame graph', () => {
  const flame = flameOf(model, 'self');
  const named = (node: number) => model.outline.names[flame.name[node] ?? -1] ?? 'all';

  it('adds up like calls, and what is below them', () => {
    expect(
      Array.from(
        { length: flame.count },
        (_, node) => `${named(node)} ${flame.spans[node] ?? 0} ${flame.own[node] ?? 0} ${flame.total[node] ?? 0}`,
      ),
    ).toEqual(['all 5 0 100', 'checkout 1 50 100', 'charge 2 36 40', 'log 1 4 4', 'SELECT 1 10 10']);
    expect(flame.failed).toEqual([1, 0, 1, 0, 0]);
    expect(flame.longest[2]).toBe(2);
  });

  it('adds up to what the request waited for', () => expect(flameOf(model, 'critical').total[0]).toBe(100));

  it('lies within its parent, wide to narrow', () => {
    expect(
      tilesOf(flame, 0, 0)
        .map((tile) => `${named(tile.node)} ${tile.depth} ${tile.left.toFixed(2)} ${tile.width.toFixed(2)}`)
        .sort(),
    ).toEqual(['SELECT 2 0.40 0.10', 'all 0 0.00 1.00', 'charge 2 0.00 0.40', 'checkout 1 0.00 1.00', 'log 3 0.00 0.04']);
    expect(tilesOf(flame, 2, 0).map((tile) => `${named(tile.node)} ${tile.width.toFixed(1)}`)).toEqual([
      'checkout 1.0',
      'all 1.0',
      'charge 1.0',
      'log 0.1',
    ]);
    expect(tilesOf(flame, 0, 0.2).map((tile) => named(tile.node))).toEqual(['all', 'checkout', 'charge']);
    expect(tilesOf(flame, 0, 0, 2, 2).map((tile) => named(tile.node))).toEqual(['SELECT', 'charge']);
  });

  it('is walked by keys', () => {
    expect(neighbour(flame, 0, 'up')).toBe(0);
    expect(neighbour(flame, 0, 'down')).toBe(1);
    expect(neighbour(flame, 1, 'down')).toBe(2);
    expect(neighbour(flame, 2, 'right')).toBe(4);
    expect(neighbour(flame, 4, 'right')).toBe(4);
    expect(neighbour(flame, 4, 'left')).toBe(2);
    expect(neighbour(flame, 3, 'down')).toBe(3);
  });

  it('stands a trace in which nothing took time', () => {
    const still = modelFrom([
      { service: 'a', name: 'x', at: [0, 0] },
      { service: 'a', name: 'y', parent: 0, at: [0, 0] },
    ]);
    expect(tilesOf(flameOf(still, 'self'), 0, 0.0001)).toEqual([{ node: 0, depth: 0, left: 0, width: 1 }]);
  });
});

describe('gaps', () => {
  it('are where nothing that a span called was running', () =>
    expect(gapsOf(model).map((gap) => [gap.span, gap.start, gap.duration, gap.after, gap.before])).toEqual([
      [0, 45, 40, 2, 4],
      [2, 20, 25, 3, -1],
      [0, 0, 5, -1, 1],
      [0, 95, 5, 4, -1],
    ]));

  it('are not in spans that call nothing, and not shorter than worth a look', () =>
    expect(
      gapsOf(
        modelFrom([
          { service: 'a', name: 'x', at: [0, 100] },
          { service: 'a', name: 'y', parent: 0, at: [1, 98] },
        ]),
      ),
    ).toEqual([]));
});

describe('the list of spans', () => {
  it.each([
    [undefined, null, [0, 1, 2, 3, 4]],
    ['-duration', null, [0, 2, 1, 4, 3]],
    ['duration', null, [3, 1, 4, 2, 0]],
    ['operation', null, [1, 2, 0, 3, 4]],
    ['service', null, [1, 2, 3, 0, 4]],
    ['nonsense', 'failed', [2]],
    [undefined, 'origin', [2]],
    [undefined, 'peer', [4]],
    ['-critical', 'critical', [0, 2, 1, 4]],
    [undefined, 'odd', []],
  ] as const)('by %s, only %s', (sort, only, expected) => expect([...listed(model, null, only, sortOrderOf(sort))]).toEqual(expected));

  it('keeps to what was searched for', () => expect([...listed(model, new Set([4, 1]), null, sortOrderOf('-start'))]).toEqual([4, 1]));

  it('turns the order around on the second click', () => {
    expect(nextOrder(sortOrderOf(undefined), 'duration')).toBe('-duration');
    expect(nextOrder(sortOrderOf('-duration'), 'duration')).toBe('duration');
    expect(nextOrder(sortOrderOf('-duration'), 'service')).toBe('service');
  });

  it('knows its filters', () => {
    expect(isFilter('failed')).toBe(true);
    expect(isFilter('toString')).toBe(false);
    expect(isFilter(undefined)).toBe(false);
  });
});

describe('the service graph of a trace', () => {
  it('has services and what they name that sends no spans', () => {
    const graph = graphOf(model);
    expect(graph.nodes.map((node) => `${node.name} ${node.isInferred ? 'inferred' : ''}`)).toEqual(['shop ', 'pay ', 'orders-db inferred']);
    expect(graph.edges).toEqual([
      { from: 's0', to: 's1', calls: 2, failed: 1, total: 40, longest: 30 },
      { from: 's0', to: 'p0', calls: 1, failed: 0, total: 10, longest: 10 },
    ]);
  });
});
