import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { doctorQuery, measuresQuery, type DoctorReport, type Finding } from '../../api/doctor';
import { servicesQuery } from '../../api/services';
import { usePreferences } from '../../app/preferences';
import shell from '../../app/shell.module.css';
import { Sparkline } from '../../charts/Sparkline';
import { CopyButton } from '../../ui/CopyButton';
import { Badge, Button, Failure, Notice, numberClass, tableClass } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { formatMoment, formatRfc3339 } from '../../units/time';
import { rangeParameters } from '../../url/range';
import { affected, chosen, servicesOf, severities, severityWords, type Severity } from './findings';
import { formatMeasure, measureName, overTime, parts } from './measures';
import styles from './quality.module.css';

const route = getRouteApi('/quality');
const tones = { Problem: 'error', Warning: 'warning', Note: 'plain' } as const;

/** Whether the telemetry can be trusted: what the doctor found, what to do, and the measures of the tracing itself. */
export function QualityPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { zone } = usePreferences();
  // Without a range the doctor looks at the hour up to the latest span, which is not empty where anything is stored.
  const hasRange = search.since !== undefined || search.start !== undefined;
  const parameters = hasRange ? rangeParameters(search) : {};
  const answer = useQuery({ ...doctorQuery(parameters), placeholderData: keepPreviousData });
  const services = useQuery({ ...servicesQuery(), staleTime: 60_000 });
  const known = useMemo(() => new Set(services.data?.services.map((service) => service.name)), [services.data]);
  const report = answer.data;
  const findings = report ? chosen(report.findings, search, known) : [];
  const isFiltered = search.severity !== undefined || search.service !== undefined || search.check !== undefined;
  const view = search.view ?? 'findings';

  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>Telemetry quality</h1>
        <span className="quiet">
          {report ? `${formatMoment(report.start, zone, 0)} – ${formatMoment(report.end, zone, 0)}` : 'The doctor is looking …'}
        </span>
      </div>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {report && (
        <>
          <div className={styles.summary}>
            {severities.map((severity) => (
              <Count
                key={severity}
                severity={severity}
                count={report.findings.filter((finding) => finding.severity === severity).length}
                isChosen={search.severity === severity.toLowerCase()}
                choose={() =>
                  void navigate({
                    search: (now) => ({
                      ...now,
                      view: undefined,
                      severity: now.severity === severity.toLowerCase() ? undefined : severity.toLowerCase(),
                    }),
                  })
                }
              />
            ))}
            <div className={styles.views} role="group" aria-label="What is shown">
              {(['findings', 'checks', 'measures'] as const).map((name) => (
                <Button
                  key={name}
                  aria-pressed={view === name}
                  onClick={() => void navigate({ search: (now) => ({ ...now, view: name === 'findings' ? undefined : name }) })}
                >
                  {name === 'findings' ? 'Findings' : name === 'checks' ? `All ${report.checks.length} checks` : 'Measures over time'}
                </Button>
              ))}
            </div>
          </div>
          {view === 'findings' && (
            <div className={styles.columns}>
              <section className={styles.findings} aria-label="Findings">
                {isFiltered && (
                  <p>
                    {formatCount(findings.length)} of {formatCount(report.findings.length)} findings{' '}
                    <Button
                      onClick={() =>
                        void navigate({ search: (now) => ({ ...now, severity: undefined, service: undefined, check: undefined }) })
                      }
                    >
                      Show all
                    </Button>
                  </p>
                )}
                {report.findings.length === 0 && <Nothing report={report} />}
                {findings.map((finding) => (
                  <One key={`${finding.check} ${finding.subject}`} finding={finding} report={report} known={known} />
                ))}
              </section>
              <aside className={styles.side}>
                <Affected findings={report.findings} known={known} />
                <section>
                  <h2>What was looked at</h2>
                  <ul className={styles.basis}>
                    {report.basis.map((line) => (
                      <li key={line}>{line}</li>
                    ))}
                  </ul>
                </section>
              </aside>
            </div>
          )}
          {view === 'checks' && <Checks report={report} />}
          {view === 'measures' && <Measures report={report} />}
        </>
      )}
    </div>
  );
}

function Count({ severity, count, isChosen, choose }: { severity: Severity; count: number; isChosen: boolean; choose: () => void }) {
  const words = severityWords[severity];
  return (
    <button
      type="button"
      className={styles.count}
      data-tone={count > 0 ? tones[severity] : 'plain'}
      aria-pressed={isChosen}
      title={words.means}
      onClick={choose}
    >
      <span className={styles.number}>{formatCount(count)}</span>
      <span>
        <span aria-hidden="true">{words.sign}</span> {count === 1 ? severity : words.plural}
      </span>
    </button>
  );
}

function Nothing({ report }: { report: DoctorReport }) {
  const unknown = report.checks.filter((check) => check.outcome === 'Unknown').length;
  return (
    <Notice>
      <strong>Nothing is wrong with what was looked at.</strong>
      <span>
        {unknown > 0
          ? `${unknown} of ${report.checks.length} checks had too little to judge by; “All checks” says what is missing. Choose a longer time above.`
          : 'Every check had enough to judge by.'}
      </span>
    </Notice>
  );
}

function One({ finding, report, known }: { finding: Finding; report: DoctorReport; known: ReadonlySet<string> }) {
  const title = report.checks.find((check) => check.check === finding.check)?.title ?? finding.check;
  const services = servicesOf(finding, known);
  const range = { start: formatRfc3339(report.start), end: formatRfc3339(report.end) };
  const words = severityWords[finding.severity];
  return (
    <article className={styles.finding} data-tone={tones[finding.severity]}>
      <header className={styles.head}>
        <Badge tone={tones[finding.severity]} title={words.means}>
          <span aria-hidden="true">{words.sign}</span> {finding.severity}
        </Badge>
        <h2>{title}</h2>
        <span className={styles.subject}>{finding.subject}</span>
      </header>
      <p>{finding.summary}</p>
      <dl className={styles.advice}>
        <dt>Likely cause</dt>
        <dd>{finding.cause}</dd>
        <dt>What to do</dt>
        <dd>{finding.fix}</dd>
      </dl>
      <div className={styles.links}>
        {finding.traces.slice(0, 3).map((trace, index) => (
          <Link key={trace} to="/traces/$traceId" params={{ traceId: trace }}>
            {finding.traces.length === 1 ? 'Example trace' : `Example ${index + 1}`}
          </Link>
        ))}
        {services.map((service) => (
          <span key={service} className={styles.links}>
            <Link to="/services/$service" params={{ service }} search={range}>
              {service}
            </Link>
            {finding.check.includes('log') && (
              <Link to="/logs" search={{ ...range, query: `{service_name=${JSON.stringify(service)}}` }}>
                logs of {service}
              </Link>
            )}
          </span>
        ))}
        <span className={styles.pushed}>
          <CopyButton
            text={`${title}: ${finding.subject}\n${finding.summary}\nLikely cause: ${finding.cause}\nWhat to do: ${finding.fix}\n`}
            of="the finding"
          />
        </span>
      </div>
    </article>
  );
}

function Affected({ findings, known }: { findings: readonly Finding[]; known: ReadonlySet<string> }) {
  const rows = affected(findings, known);
  return rows.length === 0 ? null : (
    <section>
      <h2>Affected services</h2>
      <table className={tableClass}>
        <thead>
          <tr>
            <th scope="col">Service</th>
            {severities.map((severity) => (
              <th key={severity} scope="col" className={numberClass}>
                {severityWords[severity].plural}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, 20).map((row) => (
            <tr key={row.service}>
              <td>
                <Link to="/quality" search={(now) => ({ ...now, service: row.service })}>
                  {row.service}
                </Link>
              </td>
              {severities.map((severity) => (
                <td key={severity} className={numberClass}>
                  {row.counts[severity] > 0 ? row.counts[severity] : ''}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const outcomes = { Found: '✗ found', Clean: '✓ clean', Unknown: '? unknown' } as const;

function Checks({ report }: { report: DoctorReport }) {
  return (
    <table className={tableClass}>
      <thead>
        <tr>
          <th scope="col">Outcome</th>
          <th scope="col">Check</th>
          <th scope="col">Why it cannot be said</th>
        </tr>
      </thead>
      <tbody>
        {report.checks.map((check) => (
          <tr key={check.check}>
            <td>
              <Badge tone={check.outcome === 'Found' ? 'warning' : 'plain'}>{outcomes[check.outcome]}</Badge>
            </td>
            <td>
              {check.outcome === 'Found' ? (
                <Link
                  to="/quality"
                  search={(now) => ({ ...now, view: undefined, severity: undefined, service: undefined, check: check.check })}
                >
                  {check.title}
                </Link>
              ) : (
                check.title
              )}
            </td>
            <td className="quiet">{check.reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Stretches that the range is divided into; each is a question of its own to the server. */
const stretches = 8;

function Measures({ report }: { report: DoctorReport }) {
  const whole = useQuery(measuresQuery({ start: formatRfc3339(report.start), end: formatRfc3339(report.end) }));
  const pieces = useMemo(() => parts(report.start, report.end, stretches), [report.start, report.end]);
  // One after the other would take long, all at once would keep the answer for the whole waiting.
  const history = useQueries({
    queries: pieces.map((piece) => ({ ...measuresQuery({ start: piece.start, end: piece.end }), enabled: whole.data !== undefined })),
  });
  if (whole.error) {
    return <Failure error={whole.error} retry={() => void whole.refetch()} />;
  }

  return (
    <table className={tableClass}>
      <thead>
        <tr>
          <th scope="col">Measure</th>
          <th scope="col" className={numberClass}>
            Value
          </th>
          <th scope="col">Over the time looked at</th>
          <th scope="col">Target</th>
          <th scope="col">On target</th>
        </tr>
      </thead>
      <tbody>
        {whole.data?.measures.map((measure) => {
          const points = history.flatMap((piece, index) => {
            const value = piece.data?.measures.find((one) => one.name === measure.name)?.value;
            return value === undefined ? [] : [[pieces[index]?.at ?? 0, value] as const];
          });
          const values = points.map(([, value]) => value);
          return (
            <tr key={measure.name}>
              <td>
                <span className="quiet">{measure.id}</span> {measureName(measure)}
              </td>
              <td className={numberClass}>{measure.value === undefined ? '–' : formatMeasure(measure.unit, measure.value)}</td>
              <td>
                {measure.unknown !== undefined ? (
                  <span className="quiet">{measure.unknown}</span>
                ) : overTime.has(measure.name) && points.length > 1 ? (
                  <Sparkline
                    points={points}
                    start={0}
                    end={1}
                    label={`between ${formatMeasure(measure.unit, Math.min(...values))} and ${formatMeasure(measure.unit, Math.max(...values))}`}
                  />
                ) : overTime.has(measure.name) ? (
                  ''
                ) : (
                  <span className="quiet">as it is now</span>
                )}
              </td>
              <td className="quiet">{measure.target}</td>
              <td>{measure.onTarget === undefined ? '' : measure.onTarget ? '✓ yes' : <Badge tone="warning">✗ no</Badge>}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
