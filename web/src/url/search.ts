/** What stands behind the ? of an address: plain words, readable and easy to write by hand; a name that stands twice is a list. */
export type Search = Record<string, string | string[]>;

export function parseSearch(text: string): Search {
  const search: Search = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const known = search[name];
    search[name] = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value];
  }

  return search;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one !== undefined && one !== null && one !== '' && one !== false) {
        query.append(
          name,
          one === true ? '1' : typeof one === 'object' ? JSON.stringify(one) : typeof one === 'string' ? one : JSON.stringify(one),
        );
      }
    }
  }

  // Browsers show these as they are, and people read them.
  const text = query.toString().replaceAll('%3A', ':').replaceAll('%2F', '/').replaceAll('%2C', ',').replaceAll('%3D', '=');
  return text ? `?${text}` : '';
}
