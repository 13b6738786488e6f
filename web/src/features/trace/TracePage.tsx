import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { outlineQuery } from '../../api/traces';
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
      <div className={styles.head}>
        <Failure error={answer.error} retry={() => void answer.refetch()} />
      </div>
    );
  }

  return source ? <TraceView key={source.key} source={source} /> : <p className={styles.head}>Reading the trace …</p>;
}
