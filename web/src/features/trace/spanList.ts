import { errorStatus, flags, type TraceModel } from './model';

/** Columns that the list of spans can be ordered by. */
export const sortable = ['start', 'service', 'operation', 'kind', 'duration', 'self', 'critical'] as const;
export type SortColumn = (typeof sortable)[number];

export interface SortOrder {
  readonly column: SortColumn;
  readonly isDescending: boolean;
}

/** Reads "duration" or "-duration"; anything else is by start. */
export function sortOrderOf(text: string | undefined): SortOrder {
  const column = sortable.find((one) => one === text?.replace('-', ''));
  return column ? { column, isDescending: text?.startsWith('-') ?? false } : { column: 'start', isDescending: false };
}

/** The order after a click on a heading: numbers begin with the largest, names with the first. */
export function nextOrder(current: SortOrder, column: SortColumn): string {
  const startsDescending = column === 'duration' || column === 'self' || column === 'critical';
  const isDescending = current.column === column ? !current.isDescending : startsDescending;
  return `${isDescending ? '-' : ''}${column}`;
}

export const filters = {
  failed: 'failed',
  origin: 'where an error starts',
  critical: 'on the critical path',
  odd: 'odd: parent missing, id shared, clock off',
  peer: 'calls of what sends no spans',
} as const;
export type SpanFilter = keyof typeof filters;

export const isFilter = (text: string | undefined): text is SpanFilter => text !== undefined && Object.hasOwn(filters, text);

/** Spans that pass the filter and are among the matches, in the order asked for. */
export function listed(model: TraceModel, matching: ReadonlySet<number> | null, filter: SpanFilter | null, order: SortOrder): Uint32Array {
  const { outline } = model;
  const columns = outline.spans;
  const passes = (span: number): boolean => {
    const mark = columns.flags[span] ?? 0;
    switch (filter) {
      case null:
        return true;
      case 'failed':
        return columns.status[span] === errorStatus;
      case 'origin':
        return (mark & flags.errorOrigin) !== 0;
      case 'critical':
        return (columns.critical[span] ?? 0) > 0;
      case 'odd':
        return (mark & (flags.parentMissing | flags.sharedId | flags.skewed)) !== 0;
      case 'peer':
        return (columns.peer[span] ?? -1) >= 0;
    }
  };
  const found: number[] = [];
  for (let span = 0; span < model.count; span++) {
    if ((matching === null || matching.has(span)) && passes(span)) {
      found.push(span);
    }
  }

  // Texts repeat: their ranks are compared in their place.
  const ranks = (texts: readonly string[]) => {
    const rank = new Uint32Array(texts.length);
    [...texts.keys()].sort((a, b) => (texts[a] ?? '').localeCompare(texts[b] ?? '')).forEach((text, place) => (rank[text] = place));
    return rank;
  };
  const services = ranks(outline.services.map((service) => service.name));
  const names = ranks(outline.names);
  const valueOf = (span: number): number => {
    switch (order.column) {
      case 'service':
        return services[columns.service[span] ?? 0] ?? 0;
      case 'operation':
        return names[columns.name[span] ?? 0] ?? 0;
      default:
        return columns[order.column][span] ?? 0;
    }
  };
  const sign = order.isDescending ? -1 : 1;
  return Uint32Array.from(found.sort((a, b) => sign * (valueOf(a) - valueOf(b)) || a - b));
}
