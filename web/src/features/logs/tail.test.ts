import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../api/query';
import { moment } from '../../units/time';
import { emptyTail, maxTail, tailReducer } from './tail';

const line = (at: number): LogLine => ({ type: 'line', time: moment(BigInt(at)), labels: {}, line: String(at) });

describe('a live tail', () => {
  it('shows the newest first, however they come', () => {
    const state = tailReducer(emptyTail, { kind: 'lines', lines: [line(1), line(3), line(2)], dropped: 0 });
    expect(state.lines.map((one) => one.line)).toEqual(['3', '2', '1']);
  });

  it('keeps a bounded number and counts what left', () => {
    let state = emptyTail;
    for (let i = 0; i < 5; i++) {
      state = tailReducer(state, { kind: 'lines', lines: Array.from({ length: 1_000 }, (_, n) => line(i * 1_000 + n)), dropped: 1 });
    }

    expect(state.lines).toHaveLength(maxTail);
    expect(state.lines[0]?.line).toBe('4999');
    expect(state.forgotten).toBe(3_000 + 5);
  });

  it('lets lines wait while it is paused, and shows them afterwards', () => {
    let state = tailReducer(emptyTail, { kind: 'lines', lines: [line(1)], dropped: 0 });
    state = tailReducer(state, { kind: 'pause' });
    state = tailReducer(state, { kind: 'lines', lines: [line(2)], dropped: 0 });
    expect([state.lines.length, state.waiting.length]).toEqual([1, 1]);
    state = tailReducer(state, { kind: 'pause' });
    expect(state.lines.map((one) => one.line)).toEqual(['2', '1']);
    expect(state.waiting).toEqual([]);
  });
});
