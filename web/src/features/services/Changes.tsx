import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { evidenceChangesQuery } from '../../api/evidence';
import { usePreferences } from '../../app/preferences';
import { Badge, Failure, Notice, tableClass } from '../../ui/controls';
import { formatMoment } from '../../units/time';
import type { Window } from '../metrics/window';

/** What was done to a service on purpose. */
export function Changes({ service, window }: { service: string; window: Window }) {
  const { zone } = usePreferences();
  const answer = useQuery({ ...evidenceChangesQuery(window.parameters), placeholderData: keepPreviousData });
  const changes = (answer.data?.changes ?? []).filter((change) => change.service === service).reverse();
  return (
    <>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data && changes.length === 0 && (
        <Notice>
          <strong>No change of {service} is known in this stretch of time.</strong>
          <span>
            Changes come by <code>clew change add</code>, webhooks of GitHub, GitLab and Argo CD, and from Kubernetes.
          </span>
        </Notice>
      )}
      {changes.length > 0 && (
        <table className={tableClass}>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Kind</th>
              <th scope="col">What</th>
              <th scope="col">Version</th>
              <th scope="col">By</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={`${change.id} ${change.time}`}>
                <td>{formatMoment(change.time, zone, 0)}</td>
                <td>
                  <Badge>{change.kind}</Badge>
                </td>
                <td>
                  {/^https?:\/\//.test(change.link) ? (
                    <a href={change.link} rel="noreferrer" target="_blank">
                      {change.summary}
                    </a>
                  ) : (
                    change.summary
                  )}
                </td>
                <td>{change.version}</td>
                <td className="quiet">{change.author}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
