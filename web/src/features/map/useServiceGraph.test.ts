import { expect, it } from 'vitest';
import type { MetricSeries } from '../../api/prometheus';
import { callsOf } from './useServiceGraph';

const series = (client: string, server: string, type: string, value: number): MetricSeries => ({
  labels: { client, server, ...(type && { connection_type: type }) },
  points: [[0, value]],
});

it('puts together what metrics, dependencies and messages tell', () => {
  const calls = callsOf({
    calls: [
      series('web', 'cart', '', 10),
      series('cart', 'db', 'database', 30),
      series('cart', 'mail', 'messaging_system', 5),
      series('cart', 'audit', 'messaging_system', 2),
      series('cart', 'api.example', 'virtual_node', 1),
    ],
    failures: [series('web', 'cart', '', 4)],
    durations: [series('web', 'cart', '', 0.25), series('cart', 'db', 'database', NaN)],
    known: [
      { caller: 'web', callee: 'cart', callCount: 99, errorCount: 9 },
      { caller: 'web', callee: 'new', callCount: 3, errorCount: 1 },
    ],
    queues: [
      { service: 'cart', queue: 'orders', isProducer: true, count: 5 },
      { service: 'mail', queue: 'orders', isProducer: false, count: 4 },
    ],
  });
  expect(
    calls.map(({ client, server, kind, calls: count, errors, p95, isFromQueue }) => [
      client,
      server,
      kind,
      count,
      errors,
      p95,
      isFromQueue === true,
    ]),
  ).toEqual([
    ['web', 'cart', 'service', 10, 4, 0.25, false],
    ['cart', 'db', 'database', 30, 0, null, false],
    ['cart', 'audit', 'service', 2, 0, null, false],
    ['cart', 'api.example', 'external', 1, 0, null, false],
    ['web', 'new', 'service', 3, 1, null, false],
    ['cart', 'orders', 'queue', 5, 0, null, false],
    ['orders', 'mail', 'service', 4, 0, null, true],
  ]);
});
