import type { Setting, Sources } from '../../api/settings';
import { between, nanos, type Nanos } from '../../units/time';

/** How a setting is given in each of the places it can be given in. */
export function linesOf(setting: Setting, value: string): readonly { readonly where: string; readonly line: string }[] {
  const parts = setting.name.split('.');
  const quoted = /^[\w.%/+-]+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
  return [
    {
      where: 'Configuration file',
      line: parts.map((part, depth) => `${'  '.repeat(depth)}${part}:${depth === parts.length - 1 ? ` ${quoted}` : ''}`).join('\n'),
    },
    { where: 'Environment', line: `${setting.variable}=${value}` },
    { where: 'Command line', line: `clew serve --set ${setting.name}=${value}` },
  ];
}

/** Records a second, between two answers about what came in; null where the counts began anew. */
export function rates(before: Sources, after: Sources): ReadonlyMap<string, number> | null {
  const length: Nanos = between(before.now, after.now);
  if (before.startedAt !== after.startedAt || length < 1e8) {
    return null;
  }

  const known = new Map(before.sources.map((source) => [`${source.signal} ${source.protocol}`, source.accepted]));
  return new Map(
    after.sources.map((source) => {
      const name = `${source.signal} ${source.protocol}`;
      return [name, (source.accepted - (known.get(name) ?? 0)) / (length / nanos(1e9))];
    }),
  );
}

/** What the part of the page is about: its settings are those whose names begin with it. */
export const prefixes: Readonly<Record<string, readonly string[]>> = {
  storage: ['retention.', 'data', 'limits.min_free_disk'],
  sampling: ['sampling.', 'head_sampling.'],
  redaction: ['redaction.'],
  limits: ['limits.', 'query.'],
  sources: ['listen', 'otlp_', 'syslog_', 'drop_in.'],
};

export function settingsOf(all: readonly Setting[], view: string): readonly Setting[] {
  const wanted = prefixes[view];
  return wanted ? all.filter((setting) => wanted.some((prefix) => setting.name.startsWith(prefix))) : all;
}
