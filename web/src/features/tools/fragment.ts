/**
 * Texts in the part of an address behind #: a link restores them, and they are never sent to a server, which what people paste here must not be.
 * Packed with deflate and written in the alphabet of base64 for addresses.
 */

/** Characters of a packed text that an address holds; beyond it addresses break when they are sent around. */
export const maxFragment = 16_000;

/** Characters that are unpacked: an address from a stranger could promise gigabytes. */
const maxUnpacked = 4_000_000;

/** Null when the texts are too long for an address. */
export async function pack(texts: readonly string[]): Promise<string | null> {
  if (texts.every((text) => text === '')) {
    return '';
  }

  if (texts.reduce((sum, text) => sum + text.length, 0) > maxUnpacked / 4) {
    return null;
  }

  const stream = new Blob([JSON.stringify(texts)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = '';
  for (let i = 0; i < bytes.length; i += 8_192) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 8_192));
  }

  const packed = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return packed.length > maxFragment ? null : packed;
}

/** Null for what was not packed here, or is too long. */
export async function unpack(packed: string): Promise<string[] | null> {
  if (packed === '' || packed.length > maxFragment * 4 || !/^[\w-]+$/.test(packed)) {
    return null;
  }

  try {
    const bytes = Uint8Array.from(atob(packed.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const reader = new Blob([bytes])
      .stream()
      .pipeThrough(new DecompressionStream('deflate-raw'))
      .pipeThrough(new TextDecoderStream())
      .getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      text += value ?? '';
      if (text.length > maxUnpacked) {
        await reader.cancel();
        return null;
      }

      if (done) {
        break;
      }
    }

    const texts = JSON.parse(text) as unknown;
    return Array.isArray(texts) && texts.every((one) => typeof one === 'string') ? texts : null;
  } catch {
    return null;
  }
}
