import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { errorGroupsQuery, type ErrorGroup } from '../../api/errors';
import { usePreferences } from '../../app/preferences';
import { Badge, Failure, Notice, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { formatMoment } from '../../units/time';
import type { Window } from '../metrics/window';

/** Failures of a service by signature. */
export function Errors({ service, window }: { service: string; window: Window }) {
  const answer = useQuery({ ...errorGroupsQuery({ ...window.parameters, service, limit: 100 }), placeholderData: keepPreviousData });
  return (
    <>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data?.errors.length === 0 && (
        <Notice>
          <strong>No exception of {service} in this stretch of time.</strong>
          <span>Failures without an exception are among its failed traces.</span>
        </Notice>
      )}
      {answer.data && answer.data.errors.length > 0 && <ErrorTable errors={answer.data.errors} window={window} />}
    </>
  );
}

/** Groups of failures, and where one sees one of each. */
export function ErrorTable({
  errors,
  window,
  showsServices = false,
}: {
  errors: readonly ErrorGroup[];
  window: Window;
  showsServices?: boolean;
}) {
  const { zone } = usePreferences();
  return (
    <table className={tableClass}>
      <caption className="visually-hidden">Failures by what went wrong, the most frequent first</caption>
      <thead>
        <tr>
          <th scope="col">Failure</th>
          {showsServices && <th scope="col">Services</th>}
          <NumberHeading>Spans</NumberHeading>
          <NumberHeading>Logs</NumberHeading>
          <th scope="col">First</th>
          <th scope="col">Last</th>
          <th scope="col">See</th>
        </tr>
      </thead>
      <tbody>
        {errors.map((error) => (
          <tr key={error.signature}>
            <td>
              <strong>{error.type || 'Error'}</strong> {error.message}
              {error.frames.length > 0 && <div className="quiet mono">{error.frames.join(' ← ')}</div>}{' '}
              {error.firstSeen !== undefined && error.firstSeen >= window.from && (
                <Badge tone="warning">! new in this stretch of time</Badge>
              )}
            </td>
            {showsServices && <td>{error.services.join(', ')}</td>}
            <td className={numberClass}>{formatCount(error.spanCount)}</td>
            <td className={numberClass}>{formatCount(error.logCount)}</td>
            <td>{formatMoment(error.firstTime, zone, 0)}</td>
            <td>{formatMoment(error.lastTime, zone, 0)}</td>
            <td>
              {error.traceId !== undefined && (
                <Link to="/traces/$traceId" params={{ traceId: error.traceId }}>
                  A trace
                </Link>
              )}{' '}
              <Link to="/traces" search={{ ...window.parameters, signature: error.signature }}>
                Its traces
              </Link>{' '}
              <Link to="/investigate" search={{ ...window.parameters, error: error.signature }} preload={false}>
                Investigate
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
