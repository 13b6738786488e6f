import { expect, it } from 'vitest';
import { clip } from './clip';

it.each([
  ['payments', 10, 'payments'],
  ['payments', 8, 'payments'],
  ['payments-eu', 8, 'payment…'],
])('%s with room for %i is %s', (name, most, expected) => expect(clip(name, most)).toBe(expected));
