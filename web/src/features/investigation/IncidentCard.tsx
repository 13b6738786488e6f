import { Link } from '@tanstack/react-router';
import { verdictSchema, type Incident } from '../../api/investigations';
import { usePreferences } from '../../app/preferences';
import { Badge, buttonClass } from '../../ui/controls';
import { between, formatDuration, formatMoment, formatRfc3339 } from '../../units/time';
import { InvestigateLink } from './InvestigateLink';
import { VerdictBadge } from './VerdictBadge';
import { headlineParts } from './words';
import styles from './investigation.module.css';

/** An incident that was noticed: what is felt, what the investigation says, and the way to it. */
export function IncidentCard({ incident }: { incident: Incident }) {
  const { zone } = usePreferences();
  const isOpen = incident.status === 'open';
  const verdict = verdictSchema.options.find((one) => one === incident.verdict);
  const headline = headlineParts(incident.headline ?? '');
  return (
    <article className={styles.incident} data-open={isOpen}>
      <div className={styles.incidentHead}>
        <Badge tone={isOpen ? 'error' : 'plain'}>{isOpen ? `open, ${incident.severity}` : 'closed'}</Badge>
        <strong>{incident.summary}</strong>
        <span className="quiet">
          since {formatMoment(incident.onset, zone, 0)}
          {incident.endsAt !== undefined && `, for ${formatDuration(between(incident.onset, incident.endsAt))}`}, noticed after{' '}
          {formatDuration(between(incident.onset, incident.noticedAt))}
        </span>
      </div>
      {incident.headline !== undefined && (
        <p>
          {verdict && <VerdictBadge verdict={verdict} />} <span className={styles.cause}>{headline[0]}</span>{' '}
          <span className="quiet">{headline[1]}</span>
        </p>
      )}
      {incident.symptoms.length > 1 && (
        <details>
          <summary>{incident.symptoms.length} symptoms</summary>
          <ul>
            {incident.symptoms.map((symptom) => (
              <li key={symptom}>{symptom}</li>
            ))}
          </ul>
        </details>
      )}
      <div className={styles.buttons}>
        {incident.investigation === undefined ? (
          <InvestigateLink
            from={{
              start: formatRfc3339(incident.onset),
              ...(incident.endsAt !== undefined && { end: formatRfc3339(incident.endsAt) }),
              service: incident.service,
            }}
          >
            {incident.headline === undefined ? 'Investigate' : 'See the cause and its proof'}
          </InvestigateLink>
        ) : (
          <Link to="/investigations/$id" params={{ id: incident.investigation }} className={buttonClass}>
            See the cause and its proof
          </Link>
        )}
      </div>
    </article>
  );
}
