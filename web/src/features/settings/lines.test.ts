import { describe, expect, it } from 'vitest';
import type { Setting, Source, Sources } from '../../api/settings';
import { moment } from '../../units/time';
import { linesOf, rates, settingsOf } from './lines';

const setting = (name: string): Setting => ({
  name,
  value: 'none',
  default: 'none',
  description: '',
  expected: '',
  variable: `CLEW_${name.toUpperCase().replace('.', '_')}`,
});
const source = (accepted: number): Source => ({
  signal: 'traces',
  protocol: 'otlp_grpc',
  requests: 1,
  refusedRequests: 0,
  accepted,
  stored: accepted,
  losses: [],
});
const sources = (now: bigint, accepted: number, startedAt = 0n): Sources => ({
  startedAt: moment(startedAt),
  now: moment(now),
  sources: [source(accepted)],
});

describe('settings', () => {
  it('says where a setting is given', () =>
    expect(linesOf(setting('retention.max_age'), '30d').map((one) => one.line)).toEqual([
      'retention:\n  max_age: 30d',
      'CLEW_RETENTION_MAX_AGE=30d',
      'clew serve --set retention.max_age=30d',
    ]));

  it.each([
    ['a: b', "listen: 'a: b'"],
    ["it's", "listen: 'it''s'"],
    ['', "listen: ''"],
    ['127.0.0.1:2539', "listen: '127.0.0.1:2539'"],
  ])('quotes %j for YAML', (value, line) => expect(linesOf(setting('listen'), value)[0]?.line).toBe(line));

  it('knows what a part of the page is about', () => {
    const all = ['data', 'retention.max_age', 'sampling.hot', 'limits.tenants', 'listen'].map(setting);
    expect(settingsOf(all, 'storage').map((one) => one.name)).toEqual(['data', 'retention.max_age']);
    expect(settingsOf(all, 'all')).toEqual(all);
  });

  it('tells rates between two answers of the same server', () => {
    expect(rates(sources(0n, 100), sources(2_000_000_000n, 300))?.get('traces otlp_grpc')).toBe(100);
    expect(rates(sources(0n, 100), sources(2_000_000_000n, 3, 1n))).toBeNull();
    expect(rates(sources(0n, 100), sources(0n, 100))).toBeNull();
  });
});
