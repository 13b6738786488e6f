import { expect, it } from 'vitest';
import { families, suggestionFor } from './suggest';

const metadata = new Map(
  Object.entries({ http_seconds: 'histogram', queue_length: 'gauge', calls_total: 'counter', native_seconds: 'histogram' }).map(
    ([name, type]) => [name, { type, help: '', unit: '' }],
  ),
);

it('puts the names of a metric together', () => {
  expect([
    ...families(
      ['queue_length', 'http_seconds_sum', 'http_seconds_bucket', 'http_seconds_count', 'calls_total', 'other_sum', 'x_bucket'],
      metadata,
    ),
  ]).toEqual([
    ['calls_total', ['calls_total']],
    ['http_seconds', ['http_seconds_bucket', 'http_seconds_count', 'http_seconds_sum']],
    ['other_sum', ['other_sum']],
    ['queue_length', ['queue_length']],
    ['x', ['x_bucket']],
  ]);
});

it.each([
  [
    'http_seconds',
    ['http_seconds_bucket', 'http_seconds_count'],
    'histogram',
    undefined,
    'histogram_quantile(0.95, sum by (le) (rate(http_seconds_bucket[5m])))',
  ],
  [
    'http_seconds',
    ['http_seconds_bucket'],
    'histogram',
    'job',
    'histogram_quantile(0.95, sum by (le, job) (rate(http_seconds_bucket[5m])))',
  ],
  ['native_seconds', ['native_seconds'], 'histogram', 'job', 'histogram_quantile(0.95, sum by (job) (rate(native_seconds[5m])))'],
  ['calls_total', ['calls_total'], 'counter', undefined, 'sum(rate(calls_total[5m]))'],
  ['unknown_total', ['unknown_total'], '', 'job', 'sum by (job) (rate(unknown_total[5m]))'],
  ['queue_length', ['queue_length'], 'gauge', undefined, 'queue_length'],
  ['queue_length', ['queue_length'], 'gauge', 'job', 'avg by (job) (queue_length)'],
])('asks of %s (%j, %s) by %s: %s', (family, names, type, by, expected) => expect(suggestionFor(family, names, type, by)).toBe(expected));
