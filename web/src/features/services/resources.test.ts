import { expect, it } from 'vitest';
import { jobOf, resourcePanels } from './resources';

it.each([
  ['cart', 'job=~"(.+/)?cart"'],
  ['a.b (c)', 'job=~"(.+/)?a\\\\.b \\\\(c\\\\)"'],
])('what %s sends has %s', (service, expected) => expect(jobOf(service)).toBe(expected));

it('chooses by name what is busy, what waits and what fails', () => {
  const names = [
    'process_cpu_time_seconds_total',
    'process_memory_usage_bytes',
    'db_client_connection_count',
    'queue_wait_seconds',
    'http_requests_total',
    'db_client_connection_timeouts_total',
  ];
  expect(resourcePanels('cart', names).map(({ title, kind, query }) => [kind, title, query])).toEqual([
    ['Utilisation', 'CPU, seconds per second', 'sum by (instance) (rate(process_cpu_time_seconds_total{job=~"(.+/)?cart"}[5m]))'],
    ['Utilisation', 'Memory', 'sum by (instance) (process_memory_usage_bytes{job=~"(.+/)?cart"})'],
    ['Saturation', 'Connections to databases', 'sum by (instance, state) (db_client_connection_count{job=~"(.+/)?cart"})'],
    ['Saturation', 'Queues', 'sum by (instance) (queue_wait_seconds{job=~"(.+/)?cart"})'],
    ['Errors', 'Connections that timed out', 'sum by (instance) (rate(db_client_connection_timeouts_total{job=~"(.+/)?cart"}[5m]))'],
  ]);
  expect(resourcePanels('cart', [])).toEqual([]);
});
