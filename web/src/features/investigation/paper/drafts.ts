/** What a reader wrote into a document, kept in this browser until it is discarded: nothing is lost when the page is left. */

/** Characters of a draft; a longer one is kept only while the page is open. */
const mostCharacters = 500_000;
/** Drafts that are kept; the oldest make room. */
const mostDrafts = 20;
const prefix = 'clew.draft.';

export function readDraft(name: string, store: Storage = localStorage): string | null {
  try {
    const kept = store.getItem(prefix + name);
    return kept === null ? null : kept.slice(kept.indexOf('\n') + 1);
  } catch {
    return null; // The browser lets pages keep nothing.
  }
}

/** Keeps a draft; false when the browser does not let us. */
export function keepDraft(name: string, text: string, now: number = Date.now(), store: Storage = localStorage): boolean {
  if (text.length > mostCharacters) {
    return false;
  }

  try {
    store.setItem(prefix + name, `${now}\n${text}`);
    const others = Array.from({ length: store.length }, (_, index) => store.key(index) ?? '').filter((key) => key.startsWith(prefix));
    const byAge = others.sort((a, b) => parseInt(store.getItem(a) ?? '0', 10) - parseInt(store.getItem(b) ?? '0', 10));
    byAge.slice(0, Math.max(0, byAge.length - mostDrafts)).forEach((key) => store.removeItem(key));
    return true;
  } catch {
    return false;
  }
}

export function discardDraft(name: string, store: Storage = localStorage): void {
  try {
    store.removeItem(prefix + name);
  } catch {
    // Nothing was kept.
  }
}
