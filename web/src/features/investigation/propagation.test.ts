import { describe, expect, it } from 'vitest';
import { layoutOf, mostSteps, phase, stepsOf, users, type MapStep } from './propagation';

const step = (to: string, from: string | null = null): MapStep => ({ from, to, time: null, statement: `${to} suffers` });

describe('the propagation map', () => {
  it('has a column for each step away from where it began', () => {
    const map = layoutOf([step('dns'), step('payments', 'dns'), step('orders', 'payments'), step('auth', 'dns')]);
    expect(map.nodes.map(({ name, column, row, step: at }) => [name, column, row, at])).toEqual([
      ['dns', 0, 0.5, 0],
      ['payments', 1, 0, 1],
      ['orders', 2, 0.5, 2],
      ['auth', 1, 1, 3],
    ]);
    expect(map.edges).toEqual([
      { from: 0, to: 1, step: 1 },
      { from: 1, to: 2, step: 2 },
      { from: 0, to: 3, step: 3 },
    ]);
    expect([map.columns, map.rows, map.left]).toEqual([3, 2, 0]);
  });

  it('shows a way back as an edge, not as a second place', () => {
    const map = layoutOf([step('a'), step('b', 'a'), step('a', 'b'), step('b', 'b')]);
    expect(map.nodes).toHaveLength(2);
    expect(map.edges).toEqual([
      { from: 0, to: 1, step: 1 },
      { from: 1, to: 0, step: 2 },
    ]);
  });

  it('places an origin that is named only as one', () => {
    expect(layoutOf([step('b', 'a')]).nodes.map((node) => [node.name, node.column])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
  });

  it('keeps to what can be read, and says what it left out', () => {
    const map = layoutOf([step('s0'), ...Array.from({ length: 60 }, (_, index) => step(`s${index + 1}`, 's0'))]);
    expect(map.nodes).toHaveLength(mostSteps);
    expect(map.left).toBe(61 - mostSteps);
  });

  it('is empty when no order is known', () =>
    expect(layoutOf([])).toEqual({ steps: [], nodes: [], edges: [], columns: 0, rows: 0, left: 0 }));

  it('plays in the order of the report and ends at the users', () => {
    const comparison = { baseline: 0, window: 1, unit: '1' };
    const steps = stepsOf({
      propagation: [
        { order: 2, from: 'dns', to: 'gateway', statement: 'fails' },
        { order: 1, to: 'dns', statement: 'slow' },
      ],
      impact: [
        {
          service: 'gateway',
          operation: 'POST /',
          summary: 'half fail',
          errorStatuses: [],
          requestRate: comparison,
          errorRatio: comparison,
          durationP95: comparison,
        },
      ],
    });
    expect(steps.map((one) => [one.from, one.to])).toEqual([
      [null, 'dns'],
      ['dns', 'gateway'],
      ['gateway', users],
    ]);
  });

  it('ends at the users also where the entry point is no step', () => {
    const comparison = { baseline: 0, window: 1, unit: '1' };
    const impact = {
      service: 'till',
      operation: 'POST /sale',
      summary: 'slow',
      errorStatuses: [],
      requestRate: comparison,
      errorRatio: comparison,
      durationP95: comparison,
    };
    expect(
      stepsOf({ propagation: [{ order: 1, to: 'stock', statement: 'slow' }], impact: [impact] }).map((one) => [one.from, one.to]),
    ).toEqual([
      [null, 'stock'],
      ['stock', users],
    ]);
    expect(stepsOf({ propagation: [], impact: [impact] })).toEqual([]);
  });

  it.each([
    [0, 2, 'since'],
    [2, 2, 'now'],
    [3, 2, 'later'],
  ] as const)('step %d while %d is shown is %s', (at, shown, expected) => expect(phase(at, shown)).toBe(expected));
});
