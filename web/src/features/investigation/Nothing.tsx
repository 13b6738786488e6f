import { Link } from '@tanstack/react-router';
import type { Report } from '../../api/investigations';
import { formatCount } from '../../units/number';
import { Section } from './ReportView';
import { Remedies } from './Remedies';
import type { StartSearch } from './start';
import { capital, spoken } from './words';
import styles from './investigation.module.css';

/** What an answer without a name says, and what would help to get one. */
export function Nothing({ report, question }: { report: Report; question: StartSearch }) {
  const isQuiet = report.verdict === 'NO_INCIDENT';
  const suspects = report.causes.filter((cause) => cause.evidence.length > 0).slice(0, 3);
  return (
    <div className={styles.halves}>
      <Section id="nothing" title={isQuiet ? 'Why this is an answer' : 'Why no cause is named'}>
        {isQuiet ? (
          <>
            <p>
              {formatCount(report.coverage.windowTraces)} traces of the window were compared with{' '}
              {formatCount(report.coverage.baselineTraces)} of ordinary time; rates, failures and durations of every entry point are as
              usual, and nobody is under more than slight suspicion.
            </p>
            {report.reach && report.reach.notAffected.length > 0 && (
              <p>Looked at and well: {report.reach.notAffected.slice(0, 8).join(', ')}.</p>
            )}
            <p>If somebody does feel something, it may be smaller than the whole, or lie elsewhere in time:</p>
          </>
        ) : (
          <>
            <p>
              {report.coverage.windowTraces === 0 && report.coverage.logsRead === 0
                ? 'Nothing is stored of this window: no trace, no log record. Choose another stretch of time, or see to it that telemetry arrives.'
                : suspects.length === 0
                  ? 'Nothing that was compared moved beyond both thresholds.'
                  : 'Some things moved, but none explains the trouble by a clear margin. In the order of suspicion:'}
            </p>
            {suspects.length > 0 && (
              <ol>
                {suspects.map((cause) => (
                  <li key={cause.rank}>
                    <b>{cause.service}</b>, {spoken(cause.kind)}, score {cause.score.toFixed(2)}: {cause.summary}
                  </li>
                ))}
              </ol>
            )}
            {report.unknown.length > 0 && (
              <>
                <p>What the data cannot say:</p>
                <ul>
                  {report.unknown.slice(0, 5).map((one, index) => (
                    <li key={index}>
                      {capital(spoken(one.inspection))}
                      {one.entity !== undefined && `, ${one.entity}`}: {one.reason}
                    </li>
                  ))}
                </ul>
              </>
            )}
            <p>What often helps:</p>
          </>
        )}
        <ul>
          <li>
            <Link to="/investigate" search={{ ...question, edit: true }}>
              Name a trace, a user, a message or a service
            </Link>{' '}
            that shows the trouble.
          </li>
          <li>
            <Link to="/traces" search={{ status: 'error', start: question.start, end: question.end }}>
              Look at the failed traces
            </Link>{' '}
            of that time yourself.
          </li>
          {report.coverage.changes === 0 && <li>Tell Clew of changes: a webhook, or a line in the deploy script (docs/changes.md).</li>}
          {report.coverage.metricSeries === 0 && <li>Send metrics, or let Clew scrape them: what runs short shows there first.</li>}
          {report.coverage.logsRead === 0 && <li>Send logs with trace ids.</li>}
        </ul>
      </Section>
      {report.causes.length === 0 || report.verdict === 'NO_INCIDENT' ? (
        <Section id="next" title="What to do">
          <Remedies report={report} />
        </Section>
      ) : null}
    </div>
  );
}
