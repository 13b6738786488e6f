import { describe, expect, it } from 'vitest';
import { moment, nanos } from '../../units/time';
import { columnsOf, fromRow, idsOf, isOrder } from './found';
import { cellsOf, durationWord, heatOf } from './heat';

const at = (second: number) => moment(BigInt(second) * 1_000_000_000n);

describe('the heat map', () => {
  const heat = heatOf(
    [
      { seconds: 0.001, points: [[at(0), 0]] },
      {
        seconds: 0.002,
        points: [
          [at(0), 3],
          [at(10), 1],
        ],
      },
      { seconds: 0.004, points: [] },
      {
        seconds: 0.008,
        points: [
          [at(10), 7],
          [at(25), 2],
        ],
      },
      { seconds: 0.016, points: [[at(10), 0]] },
    ],
    at(0),
    at(30),
    nanos(10e9),
  );

  it('has rows from the shortest to the longest duration that is there', () => {
    expect(heat.rows).toEqual([2e6, 4e6, 8e6]);
    expect(heat.counts.map((row) => [...row])).toEqual([
      [3, 1, 0],
      [0, 0, 0],
      [0, 7, 2],
    ]);
    expect([heat.most, heat.total]).toEqual([7, 13]);
  });

  it.each([
    [{ left: 0, right: 0.2, bottom: 0.1, top: 0.2 }, [0, 10, 1e6, 2e6]],
    [{ left: 0.4, right: 0.9, bottom: 0.5, top: 1 }, [10, 30, 2e6, 8e6]],
    [{ left: -1, right: 2, bottom: -1, top: 2 }, [0, 30, 1e6, 8e6]],
  ])('of %j is %j', (box, [start, end, shortest, longest]) =>
    expect(cellsOf(heat, box)).toEqual({ start: at(start ?? 0), end: at(end ?? 0), shortest, longest }),
  );

  it.each([
    [1_048_576, '1.04ms', '1.05ms'],
    [8_589_934_592, '8.58s', '8.59s'],
    [134_217_728_000, '134s', '135s'],
    [256, '256ns', '256ns'],
    [0, '0ns', '0ns'],
  ])('writes %d ns as %s or %s', (length, down, up) =>
    expect([durationWord(nanos(length), 'down'), durationWord(nanos(length), 'up')]).toEqual([down, up]),
  );

  it('stands nothing', () => {
    const empty = heatOf([], at(0), at(30), nanos(10e9));
    expect(empty).toMatchObject({ rows: [], most: 0, total: 0 });
  });
});

describe('found traces', () => {
  it('have the columns of the address, and always their root', () => {
    expect(columnsOf('id,duration,nonsense', false)).toEqual(['root', 'duration', 'id']);
    expect(columnsOf('', true)).toEqual(['root']);
    expect(columnsOf(undefined, true)).toContain('matched');
    expect(columnsOf(undefined, false)).toContain('failed');
  });

  it('by TraceQL tell what matched', () => {
    const row = fromRow({
      type: 'trace',
      traceId: 'a',
      start: at(1),
      durationNanos: nanos(5),
      rootService: 'gateway',
      rootName: 'GET /',
      spanCount: 9,
      spansets: [
        {
          matched: 4,
          spans: [
            { service: 'pay', name: 'charge' },
            { service: 'pay', name: 'charge' },
          ],
        },
      ],
    });
    expect(row).toMatchObject({ startTime: at(1), matched: 4, matching: ['pay: charge'], errorCount: undefined });
  });

  it('are picked by their ids', () => {
    expect(idsOf(`${'a'.repeat(32)},xyz,${'b'.repeat(32)}`)).toEqual(['a'.repeat(32), 'b'.repeat(32)]);
    expect(idsOf(undefined)).toEqual([]);
    expect(isOrder('toString')).toBe(false);
  });
});
