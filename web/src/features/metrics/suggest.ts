import type { MetricMetadata } from '../../api/prometheus';

const kinds = ['_bucket', '_count', '_sum', '_total', '_created'];

/** The metric that a name belongs to: histograms and summaries have several. */
export function familyOf(name: string, metadata: ReadonlyMap<string, MetricMetadata>): string {
  const suffix = metadata.has(name) ? undefined : kinds.find((kind) => name.endsWith(kind));
  const family = suffix === undefined ? name : name.slice(0, -suffix.length);
  return metadata.has(family) || suffix === '_bucket' ? family : name;
}

/** Names by the metrics they belong to, in the order of the alphabet. */
export function families(names: readonly string[], metadata: ReadonlyMap<string, MetricMetadata>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const name of [...names].sort()) {
    const family = familyOf(name, metadata);
    found.set(family, [...(found.get(family) ?? []), name]);
  }

  return found;
}

/** What one usually wants to know of a metric, by its type, optionally split by a label. */
export function suggestionFor(family: string, names: readonly string[], type: string, by?: string): string {
  const group = by === undefined ? '' : ` by (${by}) `;
  const bucket = names.find((name) => name.endsWith('_bucket'));
  if (bucket !== undefined) {
    return `histogram_quantile(0.95, sum by (le${by === undefined ? '' : `, ${by}`}) (rate(${bucket}[5m])))`;
  }

  const [only = family] = names;
  if (type === 'histogram') {
    return `histogram_quantile(0.95, sum${group}(rate(${only}[5m])))`;
  }

  if (type === 'counter' || only.endsWith('_total')) {
    return `sum${group}(rate(${only}[5m]))`;
  }

  return by === undefined ? only : `avg${group}(${only})`;
}
