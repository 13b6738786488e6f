import { Link } from '@tanstack/react-router';
import type { Report } from '../../api/investigations';
import { usePreferences } from '../../app/preferences';
import { Badge } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { formatTime } from '../../units/time';
import { Command } from './Command';
import { Section } from './ReportView';
import { capital, spoken } from './words';
import styles from './investigation.module.css';

/** Attacks and abuse of rights in the window, whether or not they have to do with the incident. */
export function Security({ report }: { report: Report }) {
  const { zone } = usePreferences();
  return report.security.length === 0 ? null : (
    <Section id="security" title="Attacks seen in the window">
      <ul className={styles.rejected}>
        {report.security.map((one, index) => (
          <li key={index}>
            <div>
              <Badge tone={one.succeeded ? 'error' : 'warning'}>{one.succeeded ? 'got in' : 'held off'}</Badge>{' '}
              <strong>{capital(spoken(one.pattern))}</strong> by {one.actor}{' '}
              <span className="quiet">
                {formatTime(one.start, zone, 0)} – {formatTime(one.end, zone, 0)}, {formatCount(one.attempts)} attempts
                {one.wasThereBefore && ', as before the incident'}
              </span>
            </div>
            <p>{one.statement}</p>
            {one.followUp.length > 0 && (
              <details>
                <summary>What the actor did afterwards</summary>
                <ol>
                  {one.followUp.map((step, at) => (
                    <li key={at}>{step}</li>
                  ))}
                </ol>
              </details>
            )}
            {one.traceIds[0] !== undefined && (
              <p>
                <Link to="/traces/$traceId" params={{ traceId: one.traceIds[0] }}>
                  A request that shows it
                </Link>
              </p>
            )}
            {one.query !== undefined && <Command text={one.query} />}
          </li>
        ))}
      </ul>
    </Section>
  );
}
