import { describe, expect, it } from 'vitest';
import { parseSearch, stringifySearch } from './search';

describe('the search part of an address', () => {
  it.each([
    ['?service=cart&service=pay', { service: ['cart', 'pay'] }],
    ['?attr=http.response.status_code>=500&q=a+b', { attr: 'http.response.status_code>=500', q: 'a b' }],
    ['', {}],
  ])('reads %s', (text, expected) => expect(parseSearch(text)).toEqual(expected));

  it('leaves out what is empty, and writes what can be read again', () => {
    const search = { service: ['cart', 'pay & go'], start: '2026-08-21T10:00:00Z', q: 'a=b#c%d+e', empty: '', none: undefined, off: false };
    const text = stringifySearch(search);
    expect(text).toContain('start=2026-08-21T10:00:00Z');
    expect(parseSearch(text)).toEqual({ service: ['cart', 'pay & go'], start: '2026-08-21T10:00:00Z', q: 'a=b#c%d+e' });
  });
});
