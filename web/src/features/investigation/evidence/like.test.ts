import { describe, expect, it } from 'vitest';
import { isLike, quoted } from './like';

describe('lines like the one that was found', () => {
  const statement =
    'orders logs "Order ord_ec4520e6db63: payments unavailable, checkout refused" in 68 % of its \'POST /orders\' requests; 0 % is usual.';

  it('are told by what the finding quotes', () => {
    const sample = quoted(statement);
    expect(sample).toBe('Order ord_ec4520e6db63: payments unavailable, checkout refused');
    expect(isLike('Order ord_ffff01: payments unavailable, checkout refused', sample)).toBe(true);
    expect(isLike('Order ord_ec4520e6db63 placed for 3999 cents', sample)).toBe(false);
  });

  it('cannot be told when nothing is quoted, or only numbers', () => {
    expect(quoted('the rate of errors jumped')).toBe('');
    expect(isLike('anything', '')).toBe(false);
    expect(isLike('anything 1 2 3', '1 2 3')).toBe(false);
  });
});
