import { Link } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import type { ReceivedReport } from '../../api/investigations';
import { useShortcuts, type Shortcut } from '../../app/shortcuts';
import { Button, buttonClass, Failure } from '../../ui/controls';
import { formatRfc3339 } from '../../units/time';
import { Alternatives } from './Alternatives';
import { accused, heads } from './facts';
import { Coverage } from './Coverage';
import { Impacts } from './Impacts';
import { Nothing } from './Nothing';
import { TraceExcerpt } from './evidence/TraceExcerpts';
import { Fishbone } from './Fishbone';
import { PaperView } from './paper/PaperView';
import { Propagation } from './Propagation';
import { Remedies } from './Remedies';
import { Security } from './Security';
import { SimilarCases } from './SimilarCases';
import type { StartSearch } from './start';
import { useReportState } from './state';
import { Strata } from './Strata';
import { Timeline } from './Timeline';
import { useVerification, verifiedById, outcomes } from './verified';
import { ShortHead, VerdictHead } from './VerdictHead';
import { Whys } from './Whys';
import { Factors } from './Factors';
import styles from './investigation.module.css';

interface Props {
  readonly received: ReceivedReport;
  /** Absent for a report that is not remembered. */
  readonly id?: string | undefined;
  /** The question that gives this answer again. */
  readonly again?: StartSearch;
}

/** A report, the verdict first; everything that it cites opens where it stands. */
export function ReportView({ received, id, again }: Props) {
  const { report } = received;
  const state = useReportState();
  const first = heads(report);
  const cause = accused(report).find((one) => one.rank === state.cause) ?? first[0];
  const verification = useVerification(received, id, state.verify === true);
  const verified = verifiedById(verification.data);
  const { change } = state;
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      { keys: 'v', label: 'Ask again for the evidence', run: () => change({ verify: true }) },
      { keys: 'Escape', label: 'Close what is open', run: () => change({ open: undefined }) },
    ],
    [change],
  );
  useShortcuts(shortcuts);
  const isNamed = report.verdict === 'CONFIRMED' || report.verdict === 'LIKELY';
  const paper = state.view === 'postmortem' || state.view === 'runbook' ? state.view : null;
  const question: StartSearch = again ?? { start: formatRfc3339(report.window.start), end: formatRfc3339(report.window.end) };
  return (
    <div className={styles.page}>
      {paper ? <ShortHead report={report} cause={cause} /> : <VerdictHead report={report} cause={cause} />}
      {first.length > 1 && (
        <div className={styles.causes} role="group" aria-label="Several causes at the same time">
          <span>{first.length} causes of different symptoms at the same time:</span>
          {first.map((one) => (
            <Button
              key={one.rank}
              aria-pressed={one === cause}
              onClick={() => change({ cause: one.rank === 1 ? undefined : one.rank, open: undefined })}
            >
              {one.incident}. {one.service}
            </Button>
          ))}
        </div>
      )}
      <div className={styles.bar}>
        <div className={styles.views} role="group" aria-label="Show">
          {views.map(([view, name]) => (
            <Button key={name} aria-pressed={paper === view} onClick={() => change({ view: view ?? undefined })}>
              {name}
            </Button>
          ))}
        </div>
        <Button
          aria-pressed={state.verify === true}
          onClick={() => (state.verify === true ? void verification.refetch() : change({ verify: true }))}
          title="Asks the store again for everything that is cited (v)"
        >
          {verification.isFetching ? 'Asking again …' : verification.data ? 'Evidence asked again' : 'Ask again for the evidence'}
        </Button>
        <a className={buttonClass} href={download(received.raw)} download={`investigation-${id ?? 'report'}.json`}>
          Download JSON
        </a>
        <Link className={buttonClass} to="/investigate" search={{ ...question, edit: true }}>
          Ask something else
        </Link>
        {verification.data && (
          <span role="status" className={styles.checked} data-tone={outcomes[worst(verification.data.items)].tone}>
            {summary(verification.data.items)}
          </span>
        )}
      </div>
      {verification.error && <Failure error={verification.error} retry={() => void verification.refetch()} />}
      {paper ? (
        <PaperView received={received} id={id ?? formatRfc3339(report.window.start)} paper={paper} />
      ) : (
        <>
          {!isNamed && <Nothing report={report} question={question} />}
          {cause && (
            <div className={styles.columns}>
              <Section id="why" title={isNamed ? 'Why' : 'The best suspect, not the answer'}>
                <Whys report={report} cause={cause} state={state} verified={verified} />
                <Factors cause={cause} />
              </Section>
              <div className={styles.side}>
                <Section id="impact" title="What users felt">
                  <Impacts report={report} />
                </Section>
                <Section id="do" title="What to do">
                  <Remedies report={report} />
                </Section>
              </div>
            </div>
          )}
          {!cause && (
            <Section id="impact" title="What users felt">
              <Impacts report={report} />
            </Section>
          )}
          {cause && report.failingTrace && (
            <Section id="request" title="One request that shows it">
              <p>{report.failingTrace.summary}</p>
              <TraceExcerpt traceId={report.failingTrace.traceId} service={cause.service} />
            </Section>
          )}
          {report.propagation.length > 0 && report.propagation.length + report.impact.length > 1 && (
            <Section id="propagation" title="How it spread">
              <Propagation report={report} state={state} />
            </Section>
          )}
          <Section id="timeline" title="Timeline">
            <Timeline report={report} cause={cause} />
          </Section>
          <Alternatives report={report} />
          {report.strata.length > 0 && (
            <Section id="strata" title="What failing requests have in common">
              <Strata report={report} />
            </Section>
          )}
          {cause && report.fishbone.length > 0 && (
            <Section id="fishbone" title="What contributed">
              <Fishbone report={report} cause={cause} state={state} />
            </Section>
          )}
          <Security report={report} />
          <SimilarCases report={report} />
          <Section id="coverage" title="What this rests on">
            <Coverage report={report} />
          </Section>
        </>
      )}
    </div>
  );
}

const views = [
  [null, 'Report'],
  ['postmortem', 'Postmortem'],
  ['runbook', 'Runbook'],
] as const;

export function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section id={id} className={styles.section} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  );
}

interface Item {
  readonly outcome: keyof typeof outcomes;
}

const order = ['same', 'not-checked', 'changed', 'gone'] as const;

const worst = (items: readonly Item[]): keyof typeof outcomes =>
  order[items.reduce((most, item) => Math.max(most, order.indexOf(item.outcome)), 0)] ?? 'same';

function summary(items: readonly Item[]): string {
  const parts = order.flatMap((outcome) => {
    const count = items.filter((item) => item.outcome === outcome).length;
    return count > 0 ? [`${count} ${outcomes[outcome].name}`] : [];
  });
  return `${items.length} pieces of evidence: ${parts.join(', ')}.`;
}

const downloads = new WeakMap<object, string>();

/** An address of the report as a file, made once. */
function download(raw: unknown): string {
  const key = raw as object;
  let url = downloads.get(key);
  if (url === undefined) {
    downloads.set(key, (url = URL.createObjectURL(new Blob([JSON.stringify(raw, null, 2)], { type: 'application/json' }))));
  }

  return url;
}
