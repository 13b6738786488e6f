import { parser } from '@grafana/lezer-traceql';
import { describe, expect, it } from 'vitest';
import { conditionToQuery, formOf, isOneSet, traceIdsQuery, traceQlOf, type TraceForm } from './traceql';

const isTraceQl = (text: string): boolean => {
  let isSound = true;
  parser.parse(text).iterate({ enter: (node) => void (isSound &&= !node.type.isError) });
  return isSound;
};

const pairs: readonly (readonly [TraceForm, string])[] = [
  [{}, '{ }'],
  [{ service: ['cart'] }, '{ resource.service.name = "cart" }'],
  [
    { service: ['a "b"'], operation: 'GET /x', status: 'error', minDuration: '250ms', maxDuration: '2h' },
    '{ resource.service.name = "a \\"b\\"" && name = "GET /x" && status = error && duration >= 250ms && duration <= 2h }',
  ],
  [{ attr: ['http.response.status_code>=500'] }, '{ .http.response.status_code >= 500 }'],
  [{ attr: ['user.tier="500"', 'ok=true', 'half=0.5'] }, '{ .user.tier = "500" && .ok = true && .half = 0.5 }'],
  [
    { attr: ['resource.k8s.pod.name="cart-7"', 'scope.x!=1', 'event.name="y"'] },
    '{ resource.k8s.pod.name = "cart-7" && instrumentation.x != 1 && event.name = "y" }',
  ],
  [{ attr: ['user.id', '!user.id'] }, '{ .user.id != nil && .user.id = nil }'],
  [{ attr: ['http.route=~/api/v[12]/.*'] }, '{ .http.route =~ "/api/v[12]/.*" }'],
  [{ attr: ['"a key = odd"="x"'] }, '{ ."a key = odd" = "x" }'],
];

describe('the form and TraceQL', () => {
  it.each(pairs)('%j is %s, and back', (form, query) => {
    expect(traceQlOf(form)).toBe(query);
    expect(isTraceQl(query)).toBe(true);
    expect(formOf(query)).toEqual({ form });
  });

  it('takes texts without quotes as texts', () => {
    expect(conditionToQuery('user.id=u-7')).toBe('.user.id = "u-7"');
    expect(conditionToQuery('a=b=c')).toBe('.a = "b=c"');
    expect(conditionToQuery('v=1.2.3')).toBe('.v = "1.2.3"');
  });

  it.each(['', '=x', '"open=x', 'a b', 'x=', '!x=1'])('%j is no condition', (condition) => expect(conditionToQuery(condition)).toBeNull());

  it('keeps what the form cannot say, and says so', () => {
    const several = traceQlOf({ service: ['a', 'b'], status: 'error' }) ?? '';
    expect(several).toBe('{ (resource.service.name = "a" || resource.service.name = "b") && status = error }');
    expect(isTraceQl(several)).toBe(true);
    expect(formOf(several)).toHaveProperty('reason');
    expect(traceQlOf({ attr: ['=='] })).toBeNull();
  });

  it.each([
    ['{ status = error } >> { name = "x" }', /follows the first braces: “>> { name/],
    ['{ status = error || status = ok }', /join conditions by &&, not “\|\| status/],
    ['{ status = error } | count() > 3', /follows the first braces/],
    ['{ status != error }', /cannot say “status != error”/],
    ['{ duration > 1s }', /cannot say “duration > 1s”/],
    ['{ !.a = 1 }', /cannot say “!\.a”/],
    ['{ (.a = 1) }', /cannot say “\(\.a = 1\) }”/],
    ['{ trace:duration > 1s }', /cannot say/],
    ['{ .a > "x" }', /cannot say/],
    ['{ status = error && status = ok }', /cannot say “status = ok”/],
    ['{ .a = 1', /not complete/],
    ['({ .a = 1 })', /do not begin with {/],
    ['{ .a = 5m }', /cannot say “\.a = 5m”/],
  ])('%s is the language’s alone', (query, reason) => {
    const read = formOf(query);
    expect('reason' in read ? read.reason : 'read').toMatch(reason);
  });

  it('reads raw texts and any spaces', () =>
    expect(formOf('{resource.service.name=`cart`&&.a=1}')).toEqual({ form: { service: ['cart'], attr: ['a=1'] } }));

  it('names traces', () => {
    expect(traceIdsQuery(['a1', 'b2'])).toBe('{ trace:id = "a1" || trace:id = "b2" }');
    expect(isTraceQl(traceIdsQuery(['a1', 'b2']))).toBe(true);
  });

  it.each([
    ['{ .a = "}" }', true],
    ['{ .a = 1 } && { .b = 2 }', false],
    ['{ } | rate()', false],
  ])('%s is one set: %s', (query, expected) => expect(isOneSet(query)).toBe(expected));
});
