import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { incidentsQuery } from '../../api/investigations';
import { refreshEvery, useLive } from '../../api/live';
import { Failure } from '../../ui/controls';
import { IncidentCard } from './IncidentCard';
import { InvestigateLink } from './InvestigateLink';
import styles from './investigation.module.css';

const countOf = (open: number) => (open === 0 ? 'No incident is open' : open === 1 ? 'One incident is open' : `${open} incidents are open`);

/** What is wrong at this moment, as Clew noticed it; on top of Now. */
export function OpenIncidents() {
  const { isFollowing, running } = useLive();
  const open = useQuery({ ...incidentsQuery({ status: 'open', limit: 20 }), refetchInterval: refreshEvery(isFollowing) });
  const recent = useQuery({ ...incidentsQuery({ since: '24h', limit: 20 }), refetchInterval: refreshEvery(isFollowing) });
  const closed = (recent.data?.incidents ?? []).filter((incident) => incident.status !== 'open').slice(0, 3);
  return (
    <section className={styles.incidents} aria-label="Incidents">
      {open.data && <h2>{countOf(open.data.incidents.length)}</h2>}
      <div className={styles.buttons}>
        <InvestigateLink from={{ now: true }}>What is wrong now?</InvestigateLink>
        <Link to="/investigations">All incidents</Link>
        <span className="quiet">{isFollowing ? 'Live' : 'Asks every 15 s'}</span>
      </div>
      {open.error && <Failure error={open.error} retry={() => void open.refetch()} />}
      {open.data?.incidents.map((incident) => (
        <IncidentCard key={incident.id} incident={incident} />
      ))}
      <RunningNow running={running} />
      {closed.map((incident) => (
        <IncidentCard key={incident.id} incident={incident} />
      ))}
    </section>
  );
}

/** Investigations that go on, of whoever asked. */
export function RunningNow({ running }: { running: ReturnType<typeof useLive>['running'] }) {
  return running.length === 0 ? null : (
    <ul className={styles.running} aria-live="polite">
      {running.map((one) => (
        <li key={one.run}>
          <b>Investigating:</b> {one.stage}
        </li>
      ))}
    </ul>
  );
}
