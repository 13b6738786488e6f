import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { investigate, InvestigationEnded, type Outcome } from '../../api/investigations';
import shell from '../../app/shell.module.css';
import { Button, Failure, Notice } from '../../ui/controls';
import { formatDuration, formatRfc3339, nanos } from '../../units/time';
import { ReportView } from './ReportView';
import { describeStart, isQuestion, startOf, type StartSearch } from './start';
import { StartForm } from './StartForm';
import styles from './investigation.module.css';

const route = getRouteApi('/investigate');

/** Asks what the cause is, as the address says, and shows how far that is; without a question, the form that makes one. */
export function InvestigatePage() {
  const search = route.useSearch();
  return isQuestion(search) ? <Run key={JSON.stringify(startOf(search))} search={search} /> : <StartForm />;
}

function Run({ search }: { search: StartSearch }) {
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const start = useMemo(() => startOf(search), [search]);
  const key = ['investigate', start];
  const [stages, setStages] = useState<readonly string[]>([]);
  const answer = useQuery<Outcome>({
    queryKey: key,
    queryFn: ({ signal }) => {
      setStages([]);
      return investigate(start, (stage) => setStages((known) => [...known, stage]), signal);
    },
    staleTime: Infinity, // Going back shows the same answer; it is not asked for again.
    gcTime: 30 * 60_000,
    retry: false,
  });
  const outcome = answer.data;
  useEffect(() => {
    if (outcome?.id !== undefined) {
      client.setQueryData(['investigation', outcome.id], { raw: outcome.raw, report: outcome.report });
      void navigate({ to: '/investigations/$id', params: { id: outcome.id }, search: {}, replace: true });
    }
  }, [outcome, client, navigate]);
  const change = () => void navigate({ search: (known) => ({ ...known, edit: true, now: undefined }) });
  if (outcome) {
    const { window } = outcome.report;
    return (
      <ReportView
        received={outcome}
        again={{ ...search, now: undefined, since: undefined, start: formatRfc3339(window.start), end: formatRfc3339(window.end) }}
      />
    );
  }

  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>Investigating</h1>
        <span className="quiet">{describeStart(search)}</span>
      </div>
      {answer.error ? (
        <>
          {answer.error instanceof InvestigationEnded ? (
            <Notice tone="error">
              <strong>The investigation ended without a report.</strong>
              <span>{answer.error.message}</span>
            </Notice>
          ) : (
            <Failure error={answer.error} />
          )}
          <div className={styles.buttons}>
            <Button primary onClick={() => void answer.refetch()}>
              Ask again
            </Button>
            <Button onClick={change}>Change the question</Button>
          </div>
        </>
      ) : answer.fetchStatus === 'idle' ? (
        <>
          <Notice>
            <strong>Cancelled.</strong>
            <span>Nothing was kept of it.</span>
          </Notice>
          <div className={styles.buttons}>
            <Button primary onClick={() => void answer.refetch()}>
              Ask again
            </Button>
            <Button onClick={change}>Change the question</Button>
          </div>
        </>
      ) : (
        <>
          <Stages stages={stages} />
          <div className={styles.buttons}>
            <Button onClick={() => void client.cancelQueries({ queryKey: key })}>Cancel</Button>
          </div>
        </>
      )}
    </div>
  );
}

/** What was done so far, and how long the present step has taken. */
function Stages({ stages }: { stages: readonly string[] }) {
  const [begun, setBegun] = useState(() => ({ stage: 0, at: performance.now(), now: performance.now() }));
  if (begun.stage !== stages.length) {
    setBegun({ ...begun, stage: stages.length, at: begun.now });
  }

  useEffect(() => {
    const timer = setInterval(() => setBegun((known) => ({ ...known, now: performance.now() })), 250);
    return () => clearInterval(timer);
  }, []);
  const shown = stages.length === 0 ? ['Finding where to look'] : stages;
  return (
    <ol className={styles.stages} aria-live="polite">
      {shown.map((stage, index) => (
        <li key={index} data-state={index === shown.length - 1 ? 'now' : 'done'}>
          {stage.replace(/(T\d\d:\d\d:\d\d)\.0+Z/g, '$1Z')}
          {index === shown.length - 1 && (
            <span className="quiet" aria-hidden="true">
              {' '}
              {formatDuration(nanos(Math.max(0, Math.round((begun.now - begun.at) / 100)) * 100e6))}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
