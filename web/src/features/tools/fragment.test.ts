import { describe, expect, it } from 'vitest';
import { maxFragment, pack, unpack } from './fragment';

describe('texts in an address', () => {
  it.each([
    [['{"a":1}']],
    [['left', '']],
    [['ünï → 𝄞', '\n'.repeat(3)]],
    [[JSON.stringify(Array.from({ length: 3_000 }, (_, i) => ({ id: i, name: 'span' })))]],
  ])('come back as they were (%#)', async (texts) => {
    const packed = await pack(texts);
    expect(packed).toMatch(/^[\w-]+$/);
    expect(await unpack(packed ?? '')).toEqual(texts);
  });

  it('says nothing with nothing', async () => expect(await pack(['', ''])).toBe(''));

  it('gives up on what is too long for an address', async () => {
    let seed = 1;
    const noise = Array.from({ length: maxFragment }, () =>
      String.fromCharCode(33 + ((seed = (Math.imul(seed, 48_271) >>> 0) % 2_147_483_647) % 90)),
    ).join('');
    expect(await pack([noise])).toBeNull();
    expect(await pack(['a'.repeat(2_000_000)])).toBeNull();
  });

  it.each(['', '!!', 'AAAA', 'x'.repeat(100_000), 'main'])('does not unpack %.20s', async (text) => expect(await unpack(text)).toBeNull());
});
