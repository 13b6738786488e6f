import { describe, expect, it } from 'vitest';
import { describeStart, investigateHref, isQuestion, startOf } from './start';

describe('the start of an investigation', () => {
  it.each([
    [{}, false],
    [{ now: true }, true],
    [{ service: 'cart' }, true],
    [{ service: '' }, false],
    [{ service: 'cart', edit: true }, false],
    [{ since: '15m' }, true],
  ])('%j is a question: %s', (search, expected) => expect(isQuestion(search)).toBe(expected));

  it('is sent in the words of the API, without what is empty', () => {
    expect(startOf({ trace: 'ab', service: 'cart', operation: '', now: true })).toEqual({ traceId: 'ab', service: 'cart' });
    expect(startOf({ now: true })).toEqual({});
  });

  it.each([
    [
      { service: 'cart', start: '2026-08-21T10:00:00Z', end: '2026-08-21T10:15:00Z' },
      '/investigate?service=cart&start=2026-08-21T10:00:00Z&end=2026-08-21T10:15:00Z',
    ],
    [{ error: 'a=b & c' }, '/investigate?error=a=b+%26+c'],
    [undefined, '/investigate?now=1'],
  ])('has an address: %j', (search, expected) => expect(investigateHref(search)).toBe(expected));

  it('is told in words', () => {
    expect(describeStart({ service: 'cart', operation: 'GET /cart', since: '15m' })).toBe('cart GET /cart, the last 15m');
    expect(describeStart({ now: true })).toBe('what is wrong now');
  });
});
