/** Levels from worst to least, as Loki's detected_level has them, with the colours of the theme. */
export const levels = [
  { name: 'critical', color: 'var(--error)' },
  { name: 'error', color: 'var(--error)' },
  { name: 'warn', color: 'var(--warning)' },
  { name: 'info', color: 'var(--accent)' },
  { name: 'debug', color: 'var(--text-quiet)' },
  { name: 'trace', color: 'var(--line)' },
  { name: 'unknown', color: 'var(--text-quiet)' },
] as const;

/** The level that labels tell: by name, or by OpenTelemetry's severity number. */
export function levelOf(labels: Readonly<Record<string, string>>): string {
  const named = (labels.detected_level ?? labels.level ?? labels.severity_text ?? '').toLowerCase();
  if (named !== '') {
    return named === 'warning' ? 'warn' : named === 'fatal' ? 'critical' : named === 'information' ? 'info' : named;
  }

  const number = Number(labels.severity_number ?? Number.NaN);
  return Number.isNaN(number) || number < 1
    ? 'unknown'
    : (['trace', 'debug', 'info', 'warn', 'error', 'critical'][Math.min(5, Math.floor((number - 1) / 4))] ?? 'unknown');
}
