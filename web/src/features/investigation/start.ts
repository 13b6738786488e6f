import type { InvestigationStart } from '../../api/investigations';
import { stringifySearch } from '../../url/search';
import type { Range } from '../../url/range';

/** What an investigation starts from, as addresses write it: /investigate?service=cart&since=15m. */
export interface StartSearch extends Range {
  readonly trace?: string | undefined;
  readonly alert?: string | undefined;
  readonly error?: string | undefined;
  readonly user?: string | undefined;
  readonly at?: string | undefined;
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly text?: string | undefined;
  readonly baselineStart?: string | undefined;
  readonly baselineEnd?: string | undefined;
  /** Nothing is named: what is wrong now? */
  readonly now?: boolean | undefined;
  /** Shows the form, filled in, in place of asking. */
  readonly edit?: boolean | undefined;
}

export const startMembers = [
  'start',
  'end',
  'since',
  'trace',
  'alert',
  'error',
  'user',
  'at',
  'service',
  'operation',
  'text',
  'baselineStart',
  'baselineEnd',
] as const satisfies readonly (keyof StartSearch)[];

/** Whether the address asks a question, rather than for the form. */
export const isQuestion = (search: StartSearch): boolean =>
  search.edit !== true && (search.now === true || startMembers.some((name) => (search[name] ?? '') !== ''));

/** The body of the question; members that are empty are left out. */
export const startOf = (search: StartSearch): InvestigationStart =>
  Object.fromEntries(
    startMembers.flatMap((name) => {
      const value = search[name] ?? '';
      return value === '' ? [] : [[name === 'trace' ? 'traceId' : name, value]];
    }),
  );

/** The address that investigates at once; for links that are made outside of the router. Inside, link to `/investigate` with a StartSearch. */
export const investigateHref = (search: StartSearch = { now: true }): string => `/investigate${stringifySearch({ ...search })}`;

/** The question in a few words, for headings and titles. */
export function describeStart(search: StartSearch): string {
  const parts = [
    search.text && `“${search.text}”`,
    search.alert && `alert ${search.alert}`,
    search.trace && `trace ${search.trace.slice(0, 16)}…`,
    search.error && `“${search.error}”`,
    search.user && `user ${search.user}`,
    search.service && search.operation ? `${search.service} ${search.operation}` : (search.service ?? search.operation),
    search.since && `the last ${search.since}`,
    search.start && `${search.start} to ${search.end ?? 'now'}`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : 'what is wrong now';
}
