import { describe, expect, it } from 'vitest';
import { byHealth, healthOf } from './health';

const service = (name: string, spanCount: number, errorCount: number, logCount = 0) => ({ name, spanCount, errorCount, logCount });

describe('the health of services', () => {
  it.each([
    [service('a', 100, 10), 'failing'],
    [service('a', 100, 1), 'erring'],
    [service('a', 1000, 9), 'well'],
    [service('a', 0, 0, 5), 'silent'],
  ])('%o is %s', (one, expected) => expect(healthOf(one)).toBe(expected));

  it('orders the worst first, then the busiest', () =>
    expect(
      byHealth([
        service('quiet', 0, 0, 9),
        service('small', 10, 0),
        service('big', 1000, 1),
        service('some', 100, 2),
        service('half', 100, 50),
        service('all', 10, 10),
      ]).map((one) => one.name),
    ).toEqual(['all', 'half', 'some', 'big', 'small', 'quiet']));
});
