import type { SuspectChange } from '../../api/investigations';
import { usePreferences } from '../../app/preferences';
import { formatTime } from '../../units/time';
import { ChangeCard } from './evidence/ChangesExcerpt';
import type { ReportState } from './state';
import styles from './investigation.module.css';

/** The change that fits in path, time and content; opened, what it changed. */
export function ChangeItem({ change, state }: { change: SuspectChange; state: ReportState }) {
  const { zone } = usePreferences();
  const isOpen = state.isOpen('change');
  return (
    <ul className={styles.evidence}>
      <li className={styles.item} data-open={isOpen} id="evidence-change">
        <button type="button" className={styles.itemHead} aria-expanded={isOpen} onClick={() => state.toggle('change')}>
          <span className={styles.kind} data-kind="change">
            Change
          </span>
          <span className={styles.statement}>{change.summary}</span>
          <span className={styles.figures}>{formatTime(change.time, zone, 0)}</span>
        </button>
        {isOpen && (
          <div className={styles.itemBody}>
            <ChangeCard change={change} />
          </div>
        )}
      </li>
    </ul>
  );
}
