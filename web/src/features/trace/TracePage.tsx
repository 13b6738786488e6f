import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { outlineQuery } from '../../api/traces';
import { ProblemError } from '../../api/problem';
import { Failure } from '../../ui/controls';
import { storedSource } from './source';
import styles from './trace.module.css';
import { TraceView } from './TraceView';

const route = getRouteApi('/traces/$traceId');

/** A trace of the server's store. */
export function TracePage() {
  const { traceId } = route.useParams();
  const { adjusted = false } = route.useSearch();
  const answer = useQuery(outlineQuery(traceId, adjusted));
  const source = useMemo(() => answer.data && storedSource(answer.data), [answer.data]);
  if (answer.error) {
    return (
      <div className={styles.lost}>
        <h1>Trace {traceId}</h1>
        <Failure error={answer.error} retry={() => void answer.refetch()} />
        {answer.error instanceof ProblemError && answer.error.problem.status === 404 && (
          <ul>
            <li>It may be on its way: spans arrive some seconds after the request has ended.</li>
            <li>It may be gone: retention and sampling delete traces (Settings says after what time).</li>
            <li>
              Its log lines may be there:{' '}
              <Link to="/logs" search={{ since: '24h', query: `{service_name=~".+"} | trace_id="${traceId}"` }}>
                lines of this trace
              </Link>
              . Or <Link to="/traces">search for others</Link>.
            </li>
          </ul>
        )}
      </div>
    );
  }

  return source ? <TraceView key={source.key} source={source} /> : <p className={styles.head}>Reading the trace …</p>;
}
