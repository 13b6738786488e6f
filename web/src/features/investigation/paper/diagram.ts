export interface DrawnTimeline {
  readonly title: string;
  readonly moments: readonly { readonly at: string; readonly events: readonly string[] }[];
}

/**
 * Reads a Mermaid diagram of type `timeline`, the one that Clew writes into documents: a title, then lines of `moment : event : event`, a line
 * that begins with a colon goes on. Null when it is another diagram; that is shown as it is written.
 */
export function readTimeline(source: string): DrawnTimeline | null {
  const [first, ...lines] = source
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('%%'));
  if (first !== 'timeline') {
    return null;
  }

  let title = '';
  const moments: { at: string; events: string[] }[] = [];
  for (const line of lines) {
    if (line.startsWith('title ')) {
      title = line.slice(6).trim();
      continue;
    }

    const [at = '', ...events] = line.split(/\s*:\s+|\s+:\s*|^:\s*/).map((part) => part.trim());
    const last = moments.at(-1);
    if (at === '' && last) {
      last.events.push(...events.filter(Boolean));
    } else {
      moments.push({ at, events: events.filter(Boolean) });
    }
  }

  return { title, moments };
}
