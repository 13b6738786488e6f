import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { alertsQuery, changesQuery } from '../../api/events';
import { servicesQuery } from '../../api/services';
import { usePreferences } from '../../app/preferences';
import shell from '../../app/shell.module.css';
import { Badge, Failure, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { formatMoment } from '../../units/time';
import { rangeParameters } from '../../url/range';
import { InvestigateLink } from '../investigation/InvestigateLink';
import { OpenIncidents } from '../investigation/OpenIncidents';
import { FirstSteps } from './FirstSteps';
import styles from './now.module.css';

const route = getRouteApi('/');
const refresh = 15_000;

/** What is wrong, if anything. */
export function NowPage() {
  const search = route.useSearch();
  const parameters = rangeParameters(search);
  const services = useQuery({ ...servicesQuery(parameters), refetchInterval: refresh, placeholderData: keepPreviousData });
  // Only an empty stretch of time raises the question whether there is anything at all.
  const isEmpty = services.data?.services.length === 0;
  const ever = useQuery({ ...servicesQuery(), enabled: isEmpty, refetchInterval: refresh });
  if (isEmpty && ever.data?.services.length === 0) {
    return <FirstSteps />;
  }

  const failing = [...(services.data?.services ?? [])]
    .filter((service) => service.spanCount > 0)
    .sort((a, b) => b.errorCount / b.spanCount - a.errorCount / a.spanCount || b.spanCount - a.spanCount);
  return (
    <div className={shell.page}>
      <h1>Now</h1>
      {services.error && <Failure error={services.error} retry={() => void services.refetch()} />}
      <OpenIncidents />
      <Alerts />
      <section>
        <h2>Services, by failures</h2>
        {services.data && failing.length === 0 && (
          <p className="quiet">Nothing arrived in this stretch of time; choose a longer one above.</p>
        )}
        <table className={tableClass}>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <NumberHeading>Failed</NumberHeading>
              <NumberHeading>Spans</NumberHeading>
            </tr>
          </thead>
          <tbody>
            {failing.slice(0, 30).map((service) => (
              <tr key={service.name}>
                <td>
                  <Link to="/services/$service" params={{ service: service.name }} search={search}>
                    {service.name}
                  </Link>
                </td>
                <td className={numberClass}>
                  {service.errorCount > 0 ? <Badge tone="error">{formatShare(service.errorCount / service.spanCount)}</Badge> : 'none'}
                </td>
                <td className={numberClass}>{formatCount(service.spanCount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Changes />
    </div>
  );
}

function Alerts() {
  const { zone } = usePreferences();
  const answer = useQuery({ ...alertsQuery({ status: 'firing' }), refetchInterval: refresh });
  const alerts = answer.data?.alerts ?? [];
  return alerts.length === 0 ? null : (
    <section>
      <h2>Firing alerts</h2>
      <ul>
        {alerts.map((alert) => (
          <li key={`${alert.fingerprint} ${alert.startsAt}`}>
            <Badge tone="error">{alert.severity || 'firing'}</Badge> <strong>{alert.name}</strong> {alert.service} {alert.summary}{' '}
            <span className="quiet">since {formatMoment(alert.startsAt, zone, 0)}</span>{' '}
            <InvestigateLink plain from={{ alert: alert.fingerprint }} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Changes() {
  const { zone } = usePreferences();
  const answer = useQuery({ ...changesQuery({ since: '24h' }), refetchInterval: refresh });
  const changes = [...(answer.data?.changes ?? [])].reverse().slice(0, 20);
  return changes.length === 0 ? null : (
    <section>
      <h2>Changes of the last day</h2>
      <table className={`${tableClass} ${styles.changes ?? ''}`}>
        <tbody>
          {changes.map((change) => (
            <tr key={`${change.id} ${change.time}`}>
              <td>{formatMoment(change.time, zone, 0)}</td>
              <td>
                <Badge>{change.kind}</Badge>
              </td>
              <td>{change.service}</td>
              <td>{change.summary}</td>
              <td className="quiet">{change.author}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
