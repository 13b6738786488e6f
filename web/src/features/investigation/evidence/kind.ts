import type { Evidence } from '../../../api/investigations';

export interface EvidenceKind {
  readonly name: 'trace' | 'log' | 'metric' | 'change' | 'cluster' | 'alert' | 'calls' | 'finding';
  readonly label: string;
}

const kinds = {
  trace: { name: 'trace', label: 'Traces' },
  log: { name: 'log', label: 'Logs' },
  metric: { name: 'metric', label: 'Metric' },
  change: { name: 'change', label: 'Change' },
  cluster: { name: 'cluster', label: 'Cluster' },
  alert: { name: 'alert', label: 'Alert' },
  calls: { name: 'calls', label: 'Calls' },
  finding: { name: 'finding', label: 'Finding' },
} as const satisfies Record<string, EvidenceKind>;

/** What a piece of evidence is made of. */
export function kindOf({ check, traceIds }: Evidence): EvidenceKind {
  const api = check?.api ?? '';
  const language = check?.parameters.find(({ name }) => name === 'language')?.value;
  return api === '/api/logs' || language === 'logql'
    ? kinds.log
    : language === 'promql'
      ? kinds.metric
      : api === '/api/changes'
        ? kinds.change
        : api.startsWith('/api/kubernetes/')
          ? kinds.cluster
          : api === '/api/alerts'
            ? kinds.alert
            : api.startsWith('/api/traces') || language === 'traceql' || traceIds.length > 0
              ? kinds.trace
              : api === '/api/dependencies'
                ? kinds.calls
                : kinds.finding;
}

/** The check's parameters as the API takes them; those that repeat become lists. */
export function parametersOf(check: NonNullable<Evidence['check']>): Record<string, string | string[]> {
  const parameters: Record<string, string | string[]> = {};
  for (const { name, value } of check.parameters) {
    const known = parameters[name];
    parameters[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }

  return parameters;
}
