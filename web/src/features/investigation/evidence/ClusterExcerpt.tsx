import { useQuery } from '@tanstack/react-query';
import { evidenceEventsQuery, evidenceObjectsQuery } from '../../../api/evidence';
import { usePreferences } from '../../../app/preferences';
import { Badge, Failure, numberClass, tableClass } from '../../../ui/controls';
import { formatCount } from '../../../units/number';
import { formatMoment } from '../../../units/time';
import styles from './evidence.module.css';

const most = '8';

/** Objects or events of the cluster, as they were. */
export function ClusterExcerpt({ api, parameters }: { api: string; parameters: Record<string, string | string[]> }) {
  return api === '/api/kubernetes/events' ? <Events parameters={parameters} /> : <Objects parameters={parameters} />;
}

function Objects({ parameters }: { parameters: Record<string, string | string[]> }) {
  const { zone } = usePreferences();
  const answer = useQuery(evidenceObjectsQuery({ ...parameters, limit: most }));
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  return !answer.data ? (
    <p className="quiet">Reading objects …</p>
  ) : answer.data.objects.length === 0 ? (
    <p className="quiet">No such object is stored any more.</p>
  ) : (
    answer.data.objects.map((object, index) => (
      <div key={index} className={styles.change}>
        <p>
          <Badge>{object.kind}</Badge>{' '}
          <strong>
            {object.namespace && `${object.namespace}/`}
            {object.name}
          </strong>{' '}
          {object.phase && (
            <Badge tone={/^(?:Running|Succeeded|Active|Bound)$/.test(object.phase) ? 'plain' : 'warning'}>{object.phase}</Badge>
          )}
          {object.deleted && <Badge tone="warning">deleted</Badge>}
        </p>
        <p className={styles.facts}>
          <span>as of {formatMoment(object.time, zone, 0)}</span>
          {object.workload && (
            <span>
              {object.workloadKind} {object.workload}
            </span>
          )}
          {object.node && <span>on {object.node}</span>}
        </p>
        <dl className={styles.attributes}>
          {Object.entries(object.fields)
            .slice(0, 24)
            .map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value.slice(0, 300)}</dd>
              </div>
            ))}
        </dl>
      </div>
    ))
  );
}

function Events({ parameters }: { parameters: Record<string, string | string[]> }) {
  const { zone } = usePreferences();
  const answer = useQuery(evidenceEventsQuery({ ...parameters, limit: most }));
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  return !answer.data ? (
    <p className="quiet">Reading events …</p>
  ) : answer.data.events.length === 0 ? (
    <p className="quiet">No such event is stored any more.</p>
  ) : (
    <table className={tableClass}>
      <thead>
        <tr>
          <th scope="col">Last seen</th>
          <th scope="col">Reason</th>
          <th scope="col">Object</th>
          <th scope="col">Message</th>
          <th scope="col" className={numberClass}>
            Times
          </th>
        </tr>
      </thead>
      <tbody>
        {answer.data.events.map((event, index) => (
          <tr key={index}>
            <td>{formatMoment(event.time, zone, 0)}</td>
            <td>
              <Badge tone={event.type === 'Warning' ? 'warning' : 'plain'}>{event.reason}</Badge>
            </td>
            <td>
              {event.kind} {event.name}
            </td>
            <td>{event.message}</td>
            <td className={numberClass}>{formatCount(event.count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
