import type { Cause, Evidence, Report } from '../../api/investigations';
import { ChangeItem } from './ChangeItem';
import { evidenceById } from './facts';
import { EvidenceItem } from './EvidenceItem';
import type { ReportState } from './state';
import type { VerifiedById } from './verified';
import styles from './investigation.module.css';

interface Props {
  readonly report: Report;
  readonly cause: Cause;
  readonly state: ReportState;
  readonly verified: VerifiedById | null;
}

/** Why, and why that, down to the cause; each answer with what shows it, which opens in place. */
export function Whys({ report, cause, state, verified }: Props) {
  const byId = evidenceById(report);
  const cited = new Set(cause.whys.flatMap((why) => why.evidence));
  const rest = cause.evidence.filter((one) => !cited.has(one.id));
  const items = (ids: readonly string[], place: number | 'rest') =>
    ids
      .flatMap((id) => byId.get(id) ?? [])
      .map((one: Evidence) => (
        <EvidenceItem key={one.id} evidence={one} place={place} report={report} cause={cause} state={state} verified={verified} />
      ));
  return (
    <>
      <ol className={styles.whys}>
        {cause.whys.map((why, index) => (
          <li key={index}>
            <h3>{why.question}</h3>
            <p>{why.answer}</p>
            <ul className={styles.evidence}>{items(why.evidence, index)}</ul>
          </li>
        ))}
      </ol>
      {cause.change && (
        <>
          <h3>The change that fits</h3>
          <ChangeItem change={cause.change} state={state} />
        </>
      )}
      {rest.length > 0 && (
        <>
          <h3>{cause.whys.length > 0 ? 'What else speaks for it' : 'What speaks for it'}</h3>
          <ul className={styles.evidence}>
            {items(
              rest.map((one) => one.id),
              'rest',
            )}
          </ul>
        </>
      )}
    </>
  );
}
