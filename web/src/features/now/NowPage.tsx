import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { doctorQuery } from '../../api/doctor';
import { alertsQuery, changesQuery } from '../../api/events';
import { servicesQuery } from '../../api/services';
import { usePreferences } from '../../app/preferences';
import shell from '../../app/shell.module.css';
import { clip } from '../../ui/clip';
import { Badge, buttonClass, Failure, Notice, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { formatMoment } from '../../units/time';
import { rangeParameters } from '../../url/range';
import { InvestigateLink } from '../investigation/InvestigateLink';
import { OpenIncidents } from '../investigation/OpenIncidents';
import { severities, severityWords } from '../quality/findings';
import { FirstSteps } from './FirstSteps';
import { byHealth, healthOf, type Health } from './health';
import styles from './now.module.css';

const route = getRouteApi('/');
const refresh = 15_000;

/** The first span is looked for more often: somebody sits there and waits for it. */
const firstRefresh = 2_000;

/** What is wrong, if anything. */
export function NowPage() {
  const search = route.useSearch();
  const parameters = rangeParameters(search);
  const services = useQuery({ ...servicesQuery(parameters), refetchInterval: refresh, placeholderData: keepPreviousData });
  // Only an empty stretch of time raises the question whether there is anything at all.
  const isEmpty = services.data?.services.length === 0;
  const ever = useQuery({
    ...servicesQuery(),
    enabled: isEmpty,
    refetchInterval: (query) => (query.state.data?.services.length === 0 ? firstRefresh : refresh),
  });
  if (isEmpty && ever.data?.services.length === 0) {
    return <FirstSteps />;
  }

  return (
    <div className={shell.page}>
      <h1>Now</h1>
      {search.loaded && (
        <Notice>
          <strong>The demonstration is loaded.</strong>
          <span>A recorded incident of a small shop, as if it ended just now. Look around, or let Clew find the cause.</span>
          <span>
            <InvestigateLink from={{ at: search.loaded }}>Find its cause</InvestigateLink>
          </span>
        </Notice>
      )}
      {services.error && <Failure error={services.error} retry={() => void services.refetch()} />}
      <OpenIncidents />
      <Alerts />
      <div className={styles.columns}>
        <Services services={services.data?.services ?? []} isEmpty={isEmpty} />
        <div className={styles.side}>
          <Changes />
          <Telemetry />
        </div>
      </div>
    </div>
  );
}

function Alerts() {
  const { zone } = usePreferences();
  const answer = useQuery({ ...alertsQuery({ status: 'firing' }), refetchInterval: refresh });
  const alerts = (answer.data?.alerts ?? []).filter((alert) => alert.source !== 'clew'); // Those are the incidents above.
  return alerts.length === 0 ? null : (
    <section>
      <h2>Firing alerts</h2>
      <ul className={styles.alerts}>
        {alerts.slice(0, 20).map((alert) => (
          <li key={alert.fingerprint}>
            <Badge tone="error">{alert.severity || 'firing'}</Badge> <strong>{alert.name}</strong> {alert.service} {alert.summary}{' '}
            <span className="quiet">since {formatMoment(alert.startsAt, zone, 0)}</span>{' '}
            <InvestigateLink from={{ alert: alert.fingerprint }} plain />
          </li>
        ))}
      </ul>
      {alerts.length > 20 && <p className="quiet">{formatCount(alerts.length - 20)} more are firing.</p>}
    </section>
  );
}

const words: Readonly<Record<Health, { readonly sign: string; readonly tone: 'error' | 'warning' | 'plain' }>> = {
  failing: { sign: '✗', tone: 'error' },
  erring: { sign: '!', tone: 'warning' },
  well: { sign: '✓', tone: 'plain' },
  silent: { sign: '–', tone: 'plain' },
};

const shownServices = 30;

function Services({ services, isEmpty }: { services: readonly Parameters<typeof healthOf>[0][]; isEmpty: boolean }) {
  const search = route.useSearch();
  const range = { since: search.since, start: search.start, end: search.end };
  const ordered = byHealth(services);
  return (
    <section className={styles.services}>
      <h2>Services, by health</h2>
      {isEmpty && (
        <Notice>
          <span>
            Nothing arrived in this stretch of time.{' '}
            <Link to="/" search={{ since: '24h' }}>
              Look at the last day
            </Link>{' '}
            or choose another one above.
          </span>
        </Notice>
      )}
      {ordered.length > 0 && (
        <table className={tableClass}>
          <thead>
            <tr>
              <th scope="col">Health</th>
              <th scope="col">Service</th>
              <NumberHeading>Failed</NumberHeading>
              <NumberHeading>Spans</NumberHeading>
              <NumberHeading>Log records</NumberHeading>
            </tr>
          </thead>
          <tbody>
            {ordered.slice(0, shownServices).map((service) => {
              const health = healthOf(service);
              return (
                <tr key={service.name}>
                  <td>
                    <Badge tone={words[health].tone}>
                      <span aria-hidden="true">{words[health].sign}</span> {health}
                    </Badge>
                  </td>
                  <td>
                    <Link to="/services/$service" params={{ service: service.name }} search={range} title={service.name}>
                      {clip(service.name, 60)}
                    </Link>
                  </td>
                  <td className={numberClass}>
                    {service.errorCount > 0 ? (
                      <Link to="/traces" search={{ ...range, service: [service.name], status: 'error' }}>
                        {formatShare(service.errorCount / service.spanCount)}
                      </Link>
                    ) : (
                      <span className="quiet">none</span>
                    )}
                  </td>
                  <td className={numberClass}>{formatCount(service.spanCount)}</td>
                  <td className={numberClass}>{formatCount(service.logCount)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {ordered.length > shownServices && (
        <p>
          <Link to="/services" search={range}>
            All {formatCount(ordered.length)} services
          </Link>
        </p>
      )}
    </section>
  );
}

const shownChanges = 8;

function Changes() {
  const { zone } = usePreferences();
  const answer = useQuery({ ...changesQuery({ since: '24h' }), refetchInterval: refresh });
  const changes = [...(answer.data?.changes ?? [])].reverse();
  return (
    <section>
      <h2>Recent changes</h2>
      {answer.error && <Failure error={answer.error} />}
      {answer.data && changes.length === 0 && (
        <p className="quiet">
          None in the last day.{' '}
          <Link to="/changes" search={{ view: 'record' }}>
            Record one
          </Link>
        </p>
      )}
      <ul className={styles.changes}>
        {changes.slice(0, shownChanges).map((change) => (
          <li key={`${change.id} ${change.time}`}>
            <span className="quiet">{formatMoment(change.time, zone, 0).slice(5)}</span> <Badge>{change.kind}</Badge>{' '}
            <Link to="/changes" search={{ since: '24h', id: change.id }}>
              {change.summary}
            </Link>
          </li>
        ))}
      </ul>
      {changes.length > shownChanges && (
        <Link to="/changes" search={{ since: '24h' }}>
          All {formatCount(changes.length)} changes of the last day
        </Link>
      )}
    </section>
  );
}

/** Looking through the telemetry takes the server a second: not at every turn. */
const doctorRefresh = 300_000;

function Telemetry() {
  const answer = useQuery({ ...doctorQuery({}), staleTime: doctorRefresh, refetchInterval: doctorRefresh });
  const findings = answer.data?.findings ?? [];
  return (
    <section>
      <h2>Telemetry health</h2>
      {answer.error && <Failure error={answer.error} />}
      {!answer.data && !answer.error && <p className="quiet">The doctor is looking …</p>}
      {answer.data && (
        <>
          <p className={styles.counts}>
            {findings.length === 0 && <Badge>✓ nothing is wrong</Badge>}
            {severities.map((severity) => {
              const count = findings.filter((finding) => finding.severity === severity).length;
              return count === 0 ? null : (
                <Link key={severity} className={buttonClass} to="/quality" search={{ severity: severity.toLowerCase() }}>
                  <span aria-hidden="true">{severityWords[severity].sign}</span> {count}{' '}
                  {count === 1 ? severity : severityWords[severity].plural}
                </Link>
              );
            })}
          </p>
          <ul className={styles.changes}>
            {findings
              .filter((finding) => finding.severity !== 'Note')
              .slice(0, 4)
              .map((finding) => (
                <li key={`${finding.check} ${finding.subject}`}>
                  <Link to="/quality" search={{ check: finding.check }}>
                    {answer.data.checks.find((check) => check.check === finding.check)?.title ?? finding.check}
                  </Link>{' '}
                  <span className="quiet">{finding.subject}</span>
                </li>
              ))}
          </ul>
        </>
      )}
    </section>
  );
}
