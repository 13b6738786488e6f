import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { errorGroupsQuery, type ErrorGroup } from '../../api/errors';
import { usePreferences } from '../../app/preferences';
import { Badge, Failure, Notice, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { formatMoment } from '../../units/time';
import { rangeParameters, resolveRange, type Range } from '../../url/range';
import { InvestigateLink } from '../investigation/InvestigateLink';
import styles from './traces.module.css';

/** Failures grouped by their signature: type, message without values, topmost frames. */
export function ErrorGroups({ range, service }: { range: Range; service: readonly string[] | undefined }) {
  const { zone } = usePreferences();
  const answer = useQuery({ ...errorGroupsQuery({ ...rangeParameters(range), service, limit: 200 }), placeholderData: keepPreviousData });
  const { start } = resolveRange(range);
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  const groups = answer.data?.errors ?? [];
  if (answer.data && groups.length === 0) {
    return (
      <Notice>
        <strong>No exception in this stretch of time{service && service.length > 0 ? ` in ${service.join(', ')}` : ''}.</strong>
        <span>Groups are made of spans and log records that carry one; spans that failed without are found by their status.</span>
      </Notice>
    );
  }

  return (
    <table className={tableClass}>
      <thead>
        <tr>
          <th scope="col">Error</th>
          <NumberHeading>Spans</NumberHeading>
          <NumberHeading>Log lines</NumberHeading>
          <th scope="col">Services</th>
          <th scope="col">Last</th>
          <th scope="col">Look closer</th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <tr key={group.signature}>
            <td className={styles.error}>
              <strong>{group.type || 'Error'}</strong>{' '}
              {group.firstSeen !== undefined && group.firstSeen >= start && (
                <Badge tone="warning" title={`Never seen before ${formatMoment(group.firstSeen, zone, 0)}`}>
                  new
                </Badge>
              )}
              <div className="mono">{group.message}</div>
              {group.frames.length > 0 && (
                <details>
                  <summary className="quiet">in {shortFrame(group.frames[0] ?? '')}</summary>
                  {group.frames.map((frame, index) => (
                    <div key={index} className="mono quiet">
                      {frame}
                    </div>
                  ))}
                </details>
              )}
            </td>
            <td className={numberClass}>{formatCount(group.spanCount)}</td>
            <td className={numberClass}>{group.logCount > 0 ? formatCount(group.logCount) : ''}</td>
            <td>{group.services.join(', ')}</td>
            <td className={styles.when}>{formatMoment(group.lastTime, zone, 0)}</td>
            <td>
              <Actions group={group} range={range} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const shortFrame = (frame: string): string => frame.split('.').slice(-2).join('.');

function Actions({ group, range }: { group: ErrorGroup; range: Range }) {
  const { since, start, end } = range;
  return (
    <span className={styles.actions}>
      {group.spanCount > 0 && (
        <Link to="/traces" search={{ since, start, end, signature: group.signature }}>
          Traces
        </Link>
      )}
      {group.traceId !== undefined && (
        <Link to="/traces/$traceId" params={{ traceId: group.traceId }}>
          An example
        </Link>
      )}
      <InvestigateLink from={{ ...rangeParameters(range), error: group.message || group.type, service: group.services[0] }} plain />
    </span>
  );
}
