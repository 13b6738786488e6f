import type { Cause, Evidence, Report } from '../../api/investigations';
import { usePreferences } from '../../app/preferences';
import { formatCount } from '../../units/number';
import { formatTime } from '../../units/time';
import { Command } from './Command';
import { kindOf } from './evidence/kind';
import { Proof } from './evidence/Proof';
import { evidenceKey } from './reveal';
import type { ReportState } from './state';
import { outcomes, type VerifiedById } from './verified';
import { formatChange, growth, spoken } from './words';
import styles from './investigation.module.css';

interface Props {
  readonly evidence: Evidence;
  /** Where in the page it stands: the same evidence may carry several answers. */
  readonly place: number | 'rest';
  readonly report: Report;
  readonly cause: Cause;
  readonly state: ReportState;
  readonly verified: VerifiedById | null;
}

/** One piece of evidence: what was found, in figures; opened, the thing itself. */
export function EvidenceItem({ evidence, place, report, cause, state, verified }: Props) {
  const { zone } = usePreferences();
  const key = evidenceKey(evidence.id, place);
  const isOpen = state.isOpen(key);
  const kind = kindOf(evidence);
  const check = verified?.get(evidence.id);
  return (
    <li className={styles.item} data-open={isOpen} id={`evidence-${key}`}>
      <button type="button" className={styles.itemHead} aria-expanded={isOpen} onClick={() => state.toggle(key)}>
        <span className={styles.kind} data-kind={kind.name}>
          {kind.label}
        </span>
        <span className={styles.statement}>{evidence.statement}</span>
        {evidence.change && (
          <span className={styles.figures}>
            {formatChange(evidence.change)} <strong>{growth(evidence.change)}</strong>
          </span>
        )}
        {check && (
          <span className={styles.checked} data-tone={outcomes[check.outcome].tone} title={check.detail}>
            <span aria-hidden="true">{outcomes[check.outcome].sign}</span> {outcomes[check.outcome].name}
          </span>
        )}
      </button>
      {isOpen && (
        <div className={styles.itemBody}>
          <p className={styles.meta}>
            <span>
              <b>{evidence.entity}</b>
            </span>
            <span>found by {spoken(evidence.inspection)}</span>
            {evidence.onset !== undefined && <span>since {formatTime(evidence.onset, zone, 0)}</span>}
            {evidence.significance > 0 && (
              <span title="How far it lies from what ordinary stretches of time show, in robust standard deviations">
                {evidence.significance >= 100 ? 'over 100' : Number(evidence.significance.toPrecision(2))} deviations from usual
              </span>
            )}
            {evidence.observations > 0 && (
              <span>
                {formatCount(evidence.observations)} {evidence.observations === 1 ? 'observation' : 'observations'}
              </span>
            )}
          </p>
          <Proof evidence={evidence} report={report} cause={cause} />
          {check && check.outcome !== 'same' && (
            <p className={styles.meta}>
              Asked again: {outcomes[check.outcome].name}. {check.detail}
            </p>
          )}
          {evidence.query !== undefined && <Command text={evidence.query} />}
        </div>
      )}
    </li>
  );
}
