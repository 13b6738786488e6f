import { useQuery } from '@tanstack/react-query';
import { evidenceChangesQuery, type ChangeDetail } from '../../../api/evidence';
import type { SuspectChange } from '../../../api/investigations';
import { usePreferences } from '../../../app/preferences';
import { Badge, Failure } from '../../../ui/controls';
import { add, formatDuration, formatMoment, formatRfc3339, nanos } from '../../../units/time';
import { Diff } from './Diff';
import styles from './evidence.module.css';

/** The change that fits, as it was recorded, with what it changed. */
export function ChangeCard({ change }: { change: SuspectChange }) {
  const { zone } = usePreferences();
  const answer = useQuery(
    evidenceChangesQuery({
      start: formatRfc3339(add(change.time, nanos(-6 * 3_600e9))),
      end: formatRfc3339(add(change.time, nanos(60e9))),
    }),
  );
  const known = answer.data?.changes ?? [];
  // A commit may have come long before the deploy that made it run; the record that is named stands for both.
  const detail =
    known.find((one) => one.id === change.id) ?? known.find((one) => one.attributes.diff !== undefined && one.service === change.target);
  return (
    <div className={styles.change}>
      <p>
        <Badge>{change.kind}</Badge> <strong>{change.summary}</strong>
      </p>
      <p className={styles.facts}>
        <span>{change.target}</span>
        <span>{formatMoment(change.time, zone, 0)}</span>
        <span>
          {change.secondsBeforeOnset >= 0
            ? `${formatDuration(nanos(change.secondsBeforeOnset * 1e9))} before the first sign`
            : `${formatDuration(nanos(-change.secondsBeforeOnset * 1e9))} after the first sign`}
        </span>
        {change.author !== undefined && <span>by {change.author}</span>}
        {change.revision !== undefined && <code>{change.revision.slice(0, 40)}</code>}
      </p>
      <p>{change.fit}</p>
      {change.files.length > 0 && (
        <ul className={styles.files}>
          {change.files.map((file) => (
            <li key={file}>
              <code>{file}</code>
            </li>
          ))}
        </ul>
      )}
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {detail && <Detail change={detail} />}
      {answer.data && detail?.attributes.diff === undefined && <p className="quiet">What it changed, line by line, was not recorded.</p>}
    </div>
  );
}

/** Changes that evidence points to. */
export function ChangesExcerpt({ parameters }: { parameters: Record<string, string | string[]> }) {
  const { zone } = usePreferences();
  const answer = useQuery(evidenceChangesQuery(parameters));
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  return answer.data ? (
    <>
      {answer.data.changes.length === 0 && <p className="quiet">No change of that time is stored any more.</p>}
      {answer.data.changes.slice(-5).map((change) => (
        <div key={`${change.id} ${change.time}`} className={styles.change}>
          <p>
            <Badge>{change.kind}</Badge> <strong>{change.summary}</strong>
          </p>
          <p className={styles.facts}>
            <span>{change.service}</span>
            <span>{formatMoment(change.time, zone, 0)}</span>
            {change.author && <span>by {change.author}</span>}
          </p>
          <Detail change={change} />
        </div>
      ))}
    </>
  ) : (
    <p className="quiet">Reading changes …</p>
  );
}

function Detail({ change }: { change: ChangeDetail }) {
  const { diff, ...rest } = change.attributes;
  const attributes = Object.entries(rest);
  return (
    <>
      {/^https?:\/\//.test(change.link) && (
        <p>
          <a href={change.link} target="_blank" rel="noreferrer noopener">
            Its page, elsewhere
          </a>
        </p>
      )}
      {diff !== undefined && <Diff text={diff} />}
      {attributes.length > 0 && (
        <dl className={styles.attributes}>
          {attributes.slice(0, 12).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value.slice(0, 300)}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
