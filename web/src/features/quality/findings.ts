import type { Finding } from '../../api/doctor';

export const severities = ['Problem', 'Warning', 'Note'] as const;
export type Severity = (typeof severities)[number];

/** What a severity means, and a sign that is not a colour. */
export const severityWords: Readonly<Record<Severity, { readonly sign: string; readonly plural: string; readonly means: string }>> = {
  Problem: { sign: '✗', plural: 'Problems', means: 'It cannot be found out what happened, or somebody sees what they should not.' },
  Warning: { sign: '!', plural: 'Warnings', means: 'Answers are incomplete or misleading in places.' },
  Note: { sign: 'i', plural: 'Notes', means: 'It costs money or attention.' },
};

/** The services that a finding's subject names ("web → orders", "cart: user.id"). */
export function servicesOf(finding: Finding, known: ReadonlySet<string>): string[] {
  return [...new Set(finding.subject.split(/\s*(?:→|↔|, |: |\()\s*/).map((part) => part.replace(/\)$/, '')))].filter((part) =>
    known.has(part),
  );
}

/** Findings that the address asks for. */
export function chosen(
  findings: readonly Finding[],
  wanted: { readonly severity?: string | undefined; readonly service?: string | undefined; readonly check?: string | undefined },
  known: ReadonlySet<string>,
): Finding[] {
  return findings.filter(
    (finding) =>
      (wanted.severity === undefined || finding.severity.toLowerCase() === wanted.severity) &&
      (wanted.service === undefined || servicesOf(finding, known).includes(wanted.service)) &&
      (wanted.check === undefined || finding.check === wanted.check),
  );
}

/** Services by how many findings name them, the worst first: problems count before warnings, those before notes. */
export function affected(
  findings: readonly Finding[],
  known: ReadonlySet<string>,
): { readonly service: string; readonly counts: Readonly<Record<Severity, number>> }[] {
  const counts = new Map<string, Record<Severity, number>>();
  for (const finding of findings) {
    for (const service of servicesOf(finding, known)) {
      const count = counts.get(service) ?? { Problem: 0, Warning: 0, Note: 0 };
      count[finding.severity]++;
      counts.set(service, count);
    }
  }

  return [...counts]
    .map(([service, one]) => ({ service, counts: one }))
    .sort(
      (a, b) =>
        b.counts.Problem - a.counts.Problem ||
        b.counts.Warning - a.counts.Warning ||
        b.counts.Note - a.counts.Note ||
        a.service.localeCompare(b.service),
    );
}
