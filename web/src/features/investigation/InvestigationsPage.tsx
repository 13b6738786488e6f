import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { incidentsQuery, investigationsQuery } from '../../api/investigations';
import { refreshEvery, useLive } from '../../api/live';
import { usePreferences } from '../../app/preferences';
import shell from '../../app/shell.module.css';
import { Badge, buttonClass, Failure, Notice, tableClass } from '../../ui/controls';
import { between, formatDuration, formatMoment } from '../../units/time';
import { InvestigateLink } from './InvestigateLink';
import { IncidentCard } from './IncidentCard';
import { RunningNow } from './OpenIncidents';
import { VerdictBadge } from './VerdictBadge';
import { headlineParts, spoken } from './words';
import styles from './investigation.module.css';

/** What was noticed, and what was asked; the newest first. */
export function InvestigationsPage() {
  const { zone } = usePreferences();
  const { isFollowing, running } = useLive();
  const refresh = refreshEvery(isFollowing);
  const incidents = useQuery({ ...incidentsQuery({ limit: 50 }), refetchInterval: refresh });
  const past = useQuery({ ...investigationsQuery({ limit: 100 }), refetchInterval: refresh });
  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>Incidents</h1>
        <InvestigateLink from={{ now: true }}>What is wrong now?</InvestigateLink>
        <Link to="/investigate" className={buttonClass}>
          Start from something …
        </Link>
      </div>
      <RunningNow running={running} />
      <section>
        <h2>Noticed by Clew</h2>
        {incidents.error && <Failure error={incidents.error} retry={() => void incidents.refetch()} />}
        {incidents.data?.incidents.length === 0 && (
          <p className="quiet">
            None. Clew watches errors, durations and silence of every operation, and opens an incident some 30 to 50 seconds after it is
            felt.
          </p>
        )}
        {incidents.data?.incidents.map((incident) => (
          <IncidentCard key={incident.id} incident={incident} />
        ))}
      </section>
      <section>
        <h2>Investigations that are remembered</h2>
        {past.error && <Failure error={past.error} retry={() => void past.refetch()} />}
        {past.data?.investigations.length === 0 && (
          <Notice>
            <span>Nothing was investigated yet. Start one above, or from a trace, a log line or a service.</span>
          </Notice>
        )}
        {past.data && past.data.investigations.length > 0 && (
          <table className={`${tableClass} ${styles.past ?? ''}`}>
            <thead>
              <tr>
                <th scope="col">Window from</th>
                <th scope="col">Length</th>
                <th scope="col">Verdict</th>
                <th scope="col">What</th>
                <th scope="col">Cause</th>
                <th scope="col">Kind</th>
              </tr>
            </thead>
            <tbody>
              {past.data.investigations.map((one) => (
                <tr key={one.id}>
                  <td>{formatMoment(one.start, zone, 0)}</td>
                  <td>{formatDuration(between(one.start, one.end))}</td>
                  <td>
                    <VerdictBadge verdict={one.verdict} />
                  </td>
                  <td>
                    <Link to="/investigations/$id" params={{ id: one.id }}>
                      {headlineParts(one.headline)[0]}
                    </Link>
                    <div className="quiet">{headlineParts(one.headline)[1]}</div>
                  </td>
                  <td>{one.service}</td>
                  <td>
                    <Badge>{spoken(one.kind)}</Badge>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {past.data && past.data.investigations.length >= past.data.limit && (
          <p className="quiet">The latest {past.data.limit}; there may be more (limit of this list).</p>
        )}
      </section>
    </div>
  );
}
