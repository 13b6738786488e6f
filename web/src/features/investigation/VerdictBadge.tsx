import type { Verdict } from '../../api/investigations';
import { formatScore, verdicts } from './words';
import styles from './investigation.module.css';

const signs: Record<Verdict, string> = { CONFIRMED: '●', LIKELY: '◐', INCONCLUSIVE: '○', NO_INCIDENT: '✓' };

/** A verdict in a word and a sign; the colour repeats it. */
export function VerdictBadge({ verdict, score }: { verdict: Verdict; score?: number | undefined }) {
  return (
    <span className={styles.verdict} data-verdict={verdict} title={verdicts[verdict].meaning}>
      <span aria-hidden="true">{signs[verdict]}</span> {verdicts[verdict].name}
      {score !== undefined && <span className={styles.score}> score {formatScore(score)}</span>}
    </span>
  );
}
