import type { Cause, Report } from '../../api/investigations';
import { usePreferences } from '../../app/preferences';
import { formatCount, formatShare } from '../../units/number';
import { between, formatDuration, formatMoment, formatTime } from '../../units/time';
import { Command } from './Command';
import { detectionOf, onsetOf, remediesFor } from './facts';
import { VerdictBadge } from './VerdictBadge';
import { capital, headlineOf, headlineParts, spoken, verdicts } from './words';
import styles from './investigation.module.css';

/** The answer, before anything else: how sure, what, since when, who is hit, and what to do first. */
export function VerdictHead({ report, cause }: { report: Report; cause: Cause | undefined }) {
  const { zone } = usePreferences();
  const isFirst = cause === undefined || cause.rank === 1;
  const verdict = isFirst ? report.verdict : cause.verdict;
  const [remedy] = remediesFor(report, 'now');
  const [first, rest] = headlineParts(isFirst ? report.headline : cause.summary);
  const isNamed = verdict === 'CONFIRMED' || verdict === 'LIKELY';
  return (
    <header className={styles.head} data-verdict={verdict}>
      <div className={styles.headLine}>
        <VerdictBadge verdict={verdict} score={cause && isNamed ? cause.score : undefined} />
        <span className="quiet">
          {formatMoment(report.window.start, zone, 0)} – {formatTime(report.window.end, zone, 0)} (
          {formatDuration(between(report.window.start, report.window.end))})
        </span>
      </div>
      <h1>{first}</h1>
      {rest !== '' && <p className={styles.rest}>{rest}</p>}
      <p className={styles.meaning}>{verdicts[verdict].meaning}</p>
      {cause && isNamed && <Story cause={cause} />}
      <Facts report={report} cause={cause} />
      {isNamed && remedy && (
        <div className={styles.doNow}>
          <h2>Do now</h2>
          <div>
            <p>{remedy.text}</p>
            {remedy.command !== undefined && <Command text={remedy.command} />}
          </div>
        </div>
      )}
    </header>
  );
}

/** Trigger → critical failure → effect. */
function Story({ cause }: { cause: Cause }) {
  const parts = [
    ['Trigger', cause.trigger ?? 'Nothing recorded fits: no change, no rise in traffic.'],
    ['Critical failure', cause.criticalFailure ?? cause.summary],
    ['Impact', cause.effect ?? 'No entry point got worse by the telemetry.'],
  ] as const;
  return (
    <ol className={styles.story} aria-label="From the trigger to the impact">
      {parts.map(([name, sentence]) => (
        <li key={name}>
          <h2>{name}</h2>
          <p>{sentence}</p>
        </li>
      ))}
    </ol>
  );
}

function Facts({ report, cause }: { report: Report; cause: Cause | undefined }) {
  const { zone } = usePreferences();
  const onset = onsetOf(report, cause);
  const detection = detectionOf(report, onset);
  const { reach, recovery } = report;
  return (
    <dl className={styles.facts}>
      {cause && (
        <div>
          <dt>Where</dt>
          <dd>
            <strong>{cause.service}</strong>
            <span>
              {capital(spoken(cause.kind))}
              {cause.entity !== 'service' && `, a ${spoken(cause.entity)}`}
              {cause.operation !== undefined && `, in ${cause.operation}`}
              {cause.instance !== undefined && `, instance ${cause.instance}`}
            </span>
            {cause.place && <span title={cause.place.statement}>At {cause.place.text}</span>}
          </dd>
        </div>
      )}
      <div>
        <dt>Since</dt>
        <dd>
          <strong>{onset === null ? 'not known' : formatTime(onset, zone, 0)}</strong>
          <span>
            {recovery && onset !== null
              ? `well again at ${formatTime(recovery.time, zone, 0)}, after ${formatDuration(between(onset, recovery.time))}`
              : onset === null
                ? 'the data show no first sign'
                : 'not over at the end of the window'}
          </span>
        </dd>
      </div>
      <div>
        <dt>Who is hit</dt>
        <dd>
          {reach?.requests === 0 ? (
            <span>no request of the window is stored</span>
          ) : reach ? (
            <>
              <strong>
                {formatCount(reach.requestsHit)} of {formatCount(reach.requests)} requests
                {reach.requests > 0 && ` (${formatShare(reach.requestsHit / reach.requests)})`}
              </strong>
              {reach.usersHit !== undefined && <span>{formatCount(reach.usersHit)} users among those looked at</span>}
              {reach.affected.length > 0 && <span>{some(reach.affected)}</span>}
            </>
          ) : (
            <strong>not known</strong>
          )}
        </dd>
      </div>
      {reach && reach.notAffected.length > 0 && (
        <div>
          <dt>Not hit</dt>
          <dd>
            <span>{some(reach.notAffected)}</span>
          </dd>
        </div>
      )}
      <div>
        <dt>Noticed</dt>
        <dd>
          {detection ? (
            <>
              {/* Clew dates an incident back to its onset; when it was noticed is not part of the alert. */}
              <strong>{detection.source === 'clew' ? 'by Clew itself' : `after ${formatDuration(detection.after)}`}</strong>
              <span>
                {detection.source === 'clew' ? '' : 'by the alert '}
                {detection.name}
              </span>
            </>
          ) : (
            <span>by no alert that is recorded</span>
          )}
        </dd>
      </div>
    </dl>
  );
}

function some(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

/** The verdict above a document. */
export function ShortHead({ report, cause }: { report: Report; cause: Cause | undefined }) {
  return (
    <header className={styles.shortHead}>
      <VerdictBadge verdict={report.verdict} score={cause?.score} />
      <h1>{headlineOf(report.headline)}</h1>
    </header>
  );
}
