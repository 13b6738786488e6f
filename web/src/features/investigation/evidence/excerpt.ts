import { errorStatus, flags, type TraceModel } from '../../trace/model';

export interface ExcerptRow {
  readonly span: number;
  /** Nesting among the rows that are shown. */
  readonly depth: number;
  /** Spans between this one and the shown span above it, and beside it, that are left out. */
  readonly hidden: number;
}

export interface Excerpt {
  readonly rows: readonly ExcerptRow[];
  /** Spans that are not shown at all. */
  readonly hidden: number;
}

/**
 * The spans of a trace that tell what happened, with those above them: where errors start, what the request waited for longest, and the longest
 * own work of the service that is accused. Never more than `limit` rows, whatever the trace's size.
 */
export function excerptOf(model: TraceModel, service: string, limit = 14): Excerpt {
  const { spans, services } = model.outline;
  const accused = services.findIndex((one) => one.name === service);
  const worth = (span: number): number => {
    const mark = spans.flags[span] ?? 0;
    const isOrigin = (mark & flags.errorOrigin) !== 0;
    const failed = spans.status[span] === errorStatus;
    const share = model.duration > 0 ? (spans.critical[span] ?? 0) / model.duration : 0;
    const own = model.duration > 0 ? (spans.self[span] ?? 0) / model.duration : 0;
    return (isOrigin ? 4 : failed ? 1 : 0) + share * 2 + (spans.service[span] === accused ? 1 + own : 0);
  };
  const byWorth = Array.from({ length: model.count }, (_, span) => [worth(span), span] as const)
    .filter(([value]) => value > 0.02)
    .sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  const chosen = new Set<number>(model.count > 0 ? [0] : []);
  for (const [, span] of byWorth) {
    const line: number[] = [];
    for (let above = span; above >= 0 && !chosen.has(above); above = spans.parent[above] ?? -1) {
      line.push(above);
    }

    // A long way down is shown without its middle, an endless one not at all.
    const kept = line.length > 5 ? [...line.slice(0, 3), line[line.length - 1] ?? span] : line;
    if (chosen.size + kept.length <= limit) {
      kept.forEach((one) => chosen.add(one));
    }

    if (chosen.size >= limit) {
      break;
    }
  }

  const shown = [...chosen].sort((a, b) => a - b);
  const depths = new Map<number, number>();
  const rows = shown.map((span): ExcerptRow => {
    let above = spans.parent[span] ?? -1;
    let hidden = 0;
    while (above >= 0 && !chosen.has(above)) {
      hidden++;
      above = spans.parent[above] ?? -1;
    }

    const depth = above < 0 ? 0 : (depths.get(above) ?? 0) + 1;
    depths.set(span, depth);
    return { span, depth, hidden };
  });
  return { rows, hidden: model.count - rows.length };
}
