import { describe, expect, it } from 'vitest';
import { afterStage, refreshEvery } from './live';

describe('investigations that go on', () => {
  it('show their last stage, and are gone when they have ended', () => {
    const first = afterStage([], 1, 'reading');
    const both = afterStage(first, 2, 'reading');
    expect(afterStage(both, 1, 'looking')).toEqual([
      { run: 2, stage: 'reading' },
      { run: 1, stage: 'looking' },
    ]);
    expect(afterStage(both, 2, undefined)).toEqual([{ run: 1, stage: 'reading' }]);
    expect(afterStage([], 9, undefined)).toEqual([]);
  });

  it('are not collected without end', () => {
    let running = afterStage([], 0, 'x');
    for (let run = 1; run < 100; run++) {
      running = afterStage(running, run, 'x');
    }

    expect(running).toHaveLength(16);
    expect(running.at(-1)?.run).toBe(99);
  });

  it('are asked for less often while the server tells by itself', () => expect(refreshEvery(true)).toBeGreaterThan(refreshEvery(false)));
});
