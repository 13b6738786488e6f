import { describe, expect, it } from 'vitest';
import { measureOf, servicesOf } from './measureOf';

describe('what a query is measured in', () => {
  it.each([
    ['process_cpu_seconds_total', 'seconds'],
    ['rate(http_requests_total[5m])', 'plain/s'],
    ['sum by (job) (rate(http_response_size_bytes_sum[5m]))', 'bytes/s'],
    ['histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{job="a"}[5m])))', 'seconds'],
    ['histogram_quantile(0.5, sum by (le, service) (rate(traces_spanmetrics_latency_bucket[5m])))', 'seconds'],
    ['rate(a_seconds_sum[5m]) / rate(a_seconds_count[5m])', 'seconds'],
    ['sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))', 'share'],
    ['node_memory_free_bytes / node_memory_total_bytes', 'share'],
    ['count(up)', 'plain'],
    ['avg_over_time(queue_length_ratio[5m] offset 1h)', 'share'],
    ['-(memory_bytes)', 'bytes'],
    ['memory_bytes > 5', 'bytes'],
    ['memory_bytes > bool 5', 'plain'],
    ['{__name__="memory_bytes"}', 'bytes'],
    ['topk(5, memory_bytes)', 'bytes'],
    ['increase(traces_spanmetrics_size_total[5m])', 'bytes'],
    ['rate(http_seconds_count[5m])', 'plain/s'],
    ['', 'plain'],
    ['rate(', 'plain/s'],
  ])('%s is in %s', (query, expected) => {
    const { of, perSecond } = measureOf(query);
    expect(of + (perSecond ? '/s' : '')).toBe(expected);
  });

  it('believes metadata', () => {
    expect(measureOf('queue_wait', new Map([['queue_wait', { type: 'gauge', help: '', unit: 'seconds' }]])).of).toBe('seconds');
  });
});

describe('the services of a query', () => {
  it.each([
    ['sum(x{service="cart", a="b"}) / sum(y{service="cart"})', ['cart']],
    ['x{job="shop/cart"}', ['cart']],
    ['x{service=~"c.*"}', []],
  ])('of %s are %j', (query, expected) => expect(servicesOf(query)).toEqual(expected));
});
