import { Link } from '@tanstack/react-router';
import type { Report } from '../../api/investigations';
import { Badge } from '../../ui/controls';
import { Section } from './ReportView';
import { reasons } from './words';
import styles from './investigation.module.css';

/** Reasons that are given of changes only. */
const ofChanges = new Set(['does-not-fit-path', 'does-not-fit-time', 'does-not-explain']);

/** Who else was suspected, and which changes are innocent, each with the reason. */
export function Alternatives({ report }: { report: Report }) {
  const changes = report.rejected.filter((one) => ofChanges.has(one.reason));
  const suspects = report.rejected.filter((one) => !ofChanges.has(one.reason));
  return (
    <div className={styles.halves}>
      <Section id="rejected" title="Ruled out">
        {suspects.length === 0 ? (
          <p className="quiet">Nobody else was under suspicion.</p>
        ) : (
          <ul className={styles.rejected}>
            {suspects.map((one, index) => (
              <li key={index}>
                <div>
                  <Link to="/services/$service" params={{ service: one.service }}>
                    {one.service}
                  </Link>{' '}
                  <Badge>{reasons[one.reason] ?? one.reason}</Badge>{' '}
                  {one.score > 0 && <span className="quiet">score {one.score.toFixed(2)}</span>}
                </div>
                <p>{one.against}</p>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section id="innocent" title="Changes that are innocent">
        {changes.length === 0 ? (
          <p className="quiet">
            {report.coverage.changes === 0 ? 'No change is recorded for the day before.' : 'No other change came near in time and path.'}
          </p>
        ) : (
          <ul className={styles.rejected}>
            {changes.map((one, index) => (
              <li key={index}>
                <div>
                  <strong>{one.service}</strong> <Badge>{reasons[one.reason] ?? one.reason}</Badge>
                </div>
                <p>{one.against}</p>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}
