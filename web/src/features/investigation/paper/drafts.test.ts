import { describe, expect, it } from 'vitest';
import { discardDraft, keepDraft, readDraft } from './drafts';

/** A store as browsers have it. */
function store(limit = Infinity): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (index: number) => [...kept.keys()][index] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > limit) {
        throw new DOMException('full', 'QuotaExceededError');
      }

      kept.set(key, value);
    },
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}

describe('a draft', () => {
  it('is there again, as it was written, until it is discarded', () => {
    const kept = store();
    expect(readDraft('a.postmortem', kept)).toBeNull();
    expect(keepDraft('a.postmortem', 'first\nsecond\n', 1, kept)).toBe(true);
    expect(readDraft('a.postmortem', kept)).toBe('first\nsecond\n');
    discardDraft('a.postmortem', kept);
    expect(readDraft('a.postmortem', kept)).toBeNull();
  });

  it('makes room by dropping the oldest', () => {
    const kept = store();
    for (let i = 0; i < 25; i++) {
      keepDraft(`d${i}`, 'x', 1_000 + i, kept);
    }

    expect(kept.length).toBe(20);
    expect(readDraft('d4', kept)).toBeNull();
    expect(readDraft('d5', kept)).toBe('x');
  });

  it('says when it cannot be kept', () => {
    expect(keepDraft('a', 'too much for it', 1, store(3))).toBe(false);
    expect(keepDraft('a', 'x'.repeat(500_001), 1, store())).toBe(false);
  });
});
