import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { evidenceEventsQuery, evidenceObjectsQuery } from '../../api/evidence';
import { usePreferences } from '../../app/preferences';
import { Badge, Failure, Notice, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { formatMoment } from '../../units/time';
import type { Window } from '../metrics/window';
import panels from '../panels/panels.module.css';

const fieldsListed = 8;

/** What Kubernetes says of a service: its objects as they were at the end, and what happened to them. */
export function Kubernetes({ service, window }: { service: string; window: Window }) {
  const { zone } = usePreferences();
  const parameters = { ...window.parameters, service, limit: 200 };
  const objects = useQuery({ ...evidenceObjectsQuery(parameters), placeholderData: keepPreviousData });
  const events = useQuery({ ...evidenceEventsQuery(parameters), placeholderData: keepPreviousData });
  const [found, happened] = [objects.data?.objects ?? [], events.data?.events ?? []];
  return (
    <>
      {objects.error && <Failure error={objects.error} retry={() => void objects.refetch()} />}
      {events.error && <Failure error={events.error} retry={() => void events.refetch()} />}
      {objects.data && events.data && found.length === 0 && happened.length === 0 && (
        <Notice>
          <strong>Nothing is known of {service} in Kubernetes.</strong>
          <span>
            Send what <code>kubectl get … -o json</code> prints to <code>/api/kubernetes</code>, or the collector's k8sobjects receiver
            here. Pods belong to a service by its name, by labels, or by the k8s.pod.name of its telemetry.
          </span>
        </Notice>
      )}
      {found.length > 0 && (
        <section>
          <h2>Objects</h2>
          <div className={panels.scroll} role="region" aria-label="Objects" tabIndex={0}>
            <table className={tableClass}>
              <thead>
                <tr>
                  <th scope="col">Kind</th>
                  <th scope="col">Name</th>
                  <th scope="col">Phase</th>
                  <th scope="col">Node</th>
                  <th scope="col">State</th>
                  <th scope="col">Since</th>
                </tr>
              </thead>
              <tbody>
                {found.map((object) => (
                  <tr key={`${object.kind} ${object.namespace} ${object.name} ${object.time}`}>
                    <td>{object.kind}</td>
                    <td>
                      <span className="quiet">{object.namespace && `${object.namespace}/`}</span>
                      {object.name} {object.deleted && <Badge tone="warning">deleted</Badge>}
                    </td>
                    <td>
                      {object.phase && (
                        <Badge tone={/Running|Succeeded|Bound|Active/.test(object.phase) ? 'plain' : 'error'}>{object.phase}</Badge>
                      )}
                    </td>
                    <td>{object.node}</td>
                    <td className="mono">
                      {Object.entries(object.fields)
                        .slice(0, fieldsListed)
                        .map(([name, value]) => `${name}=${value}`)
                        .join(' ')}
                    </td>
                    <td>{formatMoment(object.time, zone, 0)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
      {happened.length > 0 && (
        <section>
          <h2>Events</h2>
          <div className={panels.scroll} role="region" aria-label="Events" tabIndex={0}>
            <table className={tableClass}>
              <thead>
                <tr>
                  <th scope="col">Last</th>
                  <th scope="col">Type</th>
                  <th scope="col">Reason</th>
                  <th scope="col">Object</th>
                  <th scope="col">Message</th>
                  <NumberHeading>Times</NumberHeading>
                </tr>
              </thead>
              <tbody>
                {happened.map((event, index) => (
                  <tr key={index}>
                    <td>{formatMoment(event.time, zone, 0)}</td>
                    <td>
                      <Badge tone={event.type === 'Warning' ? 'warning' : 'plain'}>{event.type}</Badge>
                    </td>
                    <td>{event.reason}</td>
                    <td>
                      {event.kind} {event.name}
                    </td>
                    <td>{event.message}</td>
                    <td className={numberClass}>{formatCount(event.count)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </>
  );
}
