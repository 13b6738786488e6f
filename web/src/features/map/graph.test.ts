import { describe, expect, it } from 'vitest';
import { essential, focused, found, graphOf, grouped, healthOf, isTelling, neighbour, prefixOf, type Call, type Traffic } from './graph';

const traffic = (calls: number, errors = 0, p95: number | null = null): Traffic => ({ calls, errors, p95 });
const call = (client: string, server: string, kind: Call['kind'] = 'service', calls = 10, errors = 0): Call => ({
  client,
  server,
  kind,
  calls,
  errors,
  p95: 0.1,
});

// web → shop-cart → shop-db (database), shop-cart → orders (queue) → shop-mail; web → api.example (outside)
const services = new Map([
  ['web', traffic(100, 1)],
  ['shop-cart', traffic(50, 10)],
  ['shop-mail', traffic(0)],
]);
const calls = [
  call('web', 'shop-cart'),
  call('shop-cart', 'shop-db', 'database'),
  call('shop-cart', 'orders', 'queue'),
  { ...call('orders', 'shop-mail'), isFromQueue: true },
  call('web', 'api.example', 'external'),
];
const graph = graphOf(services, calls, new Set(['shop-mail']));
const names = (nodes: readonly { id: string }[]) => nodes.map((node) => node.id);

describe('health', () => {
  it.each([
    [100, 5, false, 'failing'],
    [100, 1, false, 'some'],
    [1_000, 9, false, 'good'],
    [0, 0, false, 'unknown'],
    [0, 0, true, 'failing'],
  ])('of %i calls with %i errors (alert: %s) is %s', (count, errors, alert, expected) =>
    expect(healthOf(traffic(count, errors), alert)).toBe(expected),
  );
});

describe('a service graph', () => {
  it('tells databases, queues and others apart', () => {
    expect(names(graph.nodes)).toEqual([
      'external api.example',
      'queue orders',
      'service shop-cart',
      'database shop-db',
      'service shop-mail',
      'service web',
    ]);
    expect(names(graph.edges)).toContain('queue orders → service shop-mail');
    expect(graph.nodes.find((node) => node.name === 'shop-mail')?.isAlerted).toBe(true);
  });

  it('takes a peer that sent spans for the service it is', () => {
    expect(names(graphOf(services, [call('web', 'shop-cart', 'external')]).edges)).toEqual(['service web → service shop-cart']);
  });

  it('does not take a queue for the service that is called like it', () => {
    expect(names(graphOf(services, [call('shop-cart', 'web', 'queue')]).edges)).toEqual(['service shop-cart → queue web']);
  });

  it('adds up what is told twice, and leaves out calls of oneself', () => {
    const [edge, ...others] = graphOf(services, [
      call('web', 'shop-cart', 'service', 3, 1),
      call('web', 'shop-cart'),
      call('web', 'web'),
    ]).edges;
    expect([edge?.calls, edge?.errors, others.length]).toEqual([13, 1, 0]);
  });

  it('is drawn by groups, with what only they use', () => {
    const closed = grouped(graph, (node) => prefixOf(node.name), new Set());
    expect(names(closed.nodes)).toEqual(['external api.example', 'group shop', 'service web']);
    expect(closed.nodes[1]).toMatchObject({
      calls: 50,
      errors: 10,
      isAlerted: true,
      members: ['queue orders', 'service shop-cart', 'database shop-db', 'service shop-mail'],
    });
    expect(names(closed.edges)).toEqual(['service web → external api.example', 'service web → group shop']);
    expect(names(grouped(graph, (node) => prefixOf(node.name), new Set(['shop'])).nodes)).toEqual(names(graph.nodes));
  });

  it.each([
    [0, ['service shop-cart']],
    [1, ['queue orders', 'service shop-cart', 'database shop-db', 'service web']],
    [2, names(graph.nodes)],
    [9, names(graph.nodes)],
  ])('within %i calls of a service has %j', (hops, expected) =>
    expect(names(focused(graph, 'service shop-cart', hops).nodes)).toEqual(expected),
  );

  it('is searched by words', () => {
    expect([...(found(graph, 'SHOP a') ?? [])]).toEqual(['service shop-cart', 'service shop-mail']);
    expect(found(graph, '  ')).toBeNull();
  });
});

it.each([
  ['shop-cart', 'shop'],
  ['shop.cart', 'shop'],
  ['cart', null],
  ['-cart', null],
])('the group that %s names is %s', (name, expected) => expect(prefixOf(name)).toBe(expected));

it('goes to the node that lies next', () => {
  const places = new Map(Object.entries({ a: { x: 0, y: 0 }, b: { x: 100, y: 10 }, c: { x: 200, y: 0 }, d: { x: 0, y: 50 } }));
  expect(['right', 'left', 'down', 'up'].map((direction) => neighbour(places, 'a', direction as 'left'))).toEqual(['b', null, 'd', null]);
  expect(neighbour(places, 'c', 'left')).toBe('b');
  expect(neighbour(places, 'x', 'left')).toBeNull();
});

describe('of a large graph', () => {
  const count = 200;
  const name = (i: number) => `svc-${String(i).padStart(3, '0')}`;
  // Each calls the next; 150 fails; the first are the busiest.
  const large = graphOf(
    new Map(Array.from({ length: count }, (_, i) => [name(i), traffic(count - i, i === 150 ? 40 : 0)])),
    Array.from({ length: count - 1 }, (_, i) => call(name(i), name(i + 1))),
  );

  it('what fails, who talks to it and the busiest are kept, with the calls between them', () => {
    const kept = essential(large, 10);
    expect(names(kept.nodes)).toEqual([0, 1, 2, 3, 4, 5, 6, 149, 150, 151].map((i) => `service ${name(i)}`));
    expect(kept.edges).toHaveLength(8);
  });

  it('groups tell nothing when one holds nearly everything', () => {
    expect(
      isTelling(
        grouped(large, () => 'svc', new Set()),
        count,
        100,
      ),
    ).toBe(false);
    expect(
      isTelling(
        grouped(large, (node) => node.name.slice(0, 6), new Set()),
        count,
        100,
      ),
    ).toBe(true);
  });
});
