/** Small, sure edits of LogQL that buttons make; whatever they do not understand stays as it is. */

const selector = /^\s*\{((?:[^"`{}]|"(?:[^"\\]|\\.)*"|`[^`]*`)*)\}/;

/** Everything: a query that any installation answers. */
export const allLogs = '{service_name=~".+"}';

/** Adds a condition on a label of the stream, or behind the query on any other label. */
export function withLabel(query: string, name: string, operator: '=' | '!=', value: string, isStream: boolean): string {
  const condition = `${name}${operator}${JSON.stringify(value)}`;
  const found = selector.exec(query);
  if (!isStream || !found) {
    return `${query.trimEnd()} | ${condition}`;
  }

  const inner = (found[1] ?? '').trim().replace(/,$/, '');
  const others = inner === 'service_name=~".+"' ? '' : inner;
  return `{${others ? `${others}, ` : ''}${condition}}${query.slice(found[0].length)}`;
}

/** Adds a line filter. */
export const withLine = (query: string, operator: '|=' | '!=' | '|>' | '!>', text: string): string =>
  `${query.trimEnd()} ${operator} ${text.includes('`') ? JSON.stringify(text) : `\`${text}\``}`;

/** The stream selector alone, for questions about patterns and volumes; null when the query does not begin with one. */
export function selectorOf(query: string): string | null {
  return selector.exec(query)?.[0].trim() ?? null;
}

/** True for a query that answers numbers instead of lines. */
export const isMetric = (query: string): boolean => !/^\s*(?:#.*\n\s*)*\{/.test(query);
