import { describe, expect, it } from 'vitest';
import type { Finding } from '../../api/doctor';
import { affected, chosen, servicesOf } from './findings';

const finding = (severity: Finding['severity'], subject: string, check = 'c'): Finding => ({
  check,
  severity,
  subject,
  summary: '',
  count: 1,
  of: 2,
  traces: [],
  cause: '',
  fix: '',
});
const known = new Set(['web', 'orders', 'cart']);

describe('findings', () => {
  it.each([
    ['web → orders', ['web', 'orders']],
    ['cart: user.id', ['cart']],
    ['cart', ['cart']],
    ['dns → 10.0.0.2', []],
    ['cart (POST /pay)', ['cart']],
    ['the server', []],
  ])('%s names services', (subject, expected) => expect(servicesOf(finding('Note', subject), known)).toEqual(expected));

  it('counts services, the worst first', () =>
    expect(
      affected(
        [finding('Note', 'cart'), finding('Note', 'cart: a'), finding('Problem', 'web → orders'), finding('Warning', 'orders')],
        known,
      ).map((one) => one.service),
    ).toEqual(['orders', 'web', 'cart']));

  it('chooses by severity, service and check', () => {
    const all = [finding('Note', 'cart', 'a'), finding('Problem', 'web → orders', 'b')];
    expect(chosen(all, { severity: 'problem' }, known)).toEqual([all[1]]);
    expect(chosen(all, { service: 'cart' }, known)).toEqual([all[0]]);
    expect(chosen(all, { check: 'b', service: 'cart' }, known)).toEqual([]);
    expect(chosen(all, {}, known)).toEqual(all);
  });
});
