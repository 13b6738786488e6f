import { describe, expect, it } from 'vitest';
import { aligned, namesOf, selectorOf, summaryOf } from './aligned';

describe('series on a grid', () => {
  it('have gaps where nothing is, and where a number is none', () => {
    const { times, series } = aligned(
      [
        {
          labels: { job: 'a' },
          points: [
            [100, 1],
            [120, NaN],
            [130, 3],
          ],
        },
        { labels: { job: 'b' }, points: [[110, 2]] },
      ],
      100,
      130,
      10,
    );
    expect(times).toEqual([100, 110, 120, 130]);
    expect(series.map(({ name, values }) => [name, values])).toEqual([
      ['a', [1, null, null, 3]],
      ['b', [null, 2, null, null]],
    ]);
  });

  it('have no point outside the range', () => {
    expect(
      aligned(
        [
          {
            labels: {},
            points: [
              [5, 1],
              [1_000, 2],
            ],
          },
        ],
        100,
        130,
        10,
      ).series[0]?.values,
    ).toEqual([null, null, null, null]);
  });
});

describe('names of series', () => {
  it.each([
    [
      [
        { __name__: 'up', job: 'a', pod: '1' },
        { __name__: 'up', job: 'a', pod: '2' },
      ],
      ['1', '2'],
    ],
    [
      [
        { a: '1', b: 'x' },
        { a: '2', b: 'y' },
      ],
      ['a=1 b=x', 'a=2 b=y'],
    ],
    [[{ __name__: 'up', job: 'a' }], ['a']],
    [[{ __name__: 'up' }], ['up']],
    [[{}], ['value']],
    [
      [{ le: '1' }, {}],
      ['1', 'value'],
    ],
    [[], []],
  ])('%j are %j', (labels, expected) => expect(namesOf(labels)).toEqual(expected));

  it('can be asked for again', () => {
    expect(selectorOf({ __name__: 'up', job: 'a"b', a: '1' })).toBe('up{a="1", job="a\\"b"}');
    expect(selectorOf({ __name__: 'up' })).toBe('up');
    expect(selectorOf({})).toBe('{}');
  });
});

it('sums values up', () => {
  expect(summaryOf([null, 3, 1, null, 2])).toEqual({ last: 2, least: 1, most: 3, mean: 2 });
  expect(summaryOf([null])).toBeNull();
});
