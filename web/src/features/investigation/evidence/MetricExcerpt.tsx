import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Report } from '../../../api/investigations';
import { queryQuery } from '../../../api/query';
import { Failure } from '../../../ui/controls';
import { add, between, formatRfc3339, nanos, type Moment } from '../../../units/time';
import { SeriesChart } from './SeriesChart';
import styles from './evidence.module.css';

/** The metric before and during the incident, the window shaded. */
export function MetricExcerpt({
  parameters,
  report,
  onset,
}: {
  parameters: Record<string, string | string[]>;
  report: Report;
  onset: Moment | undefined;
}) {
  const { window, baseline } = report;
  const length = between(window.start, window.end);
  const before = nanos(-Math.min(Math.max(length * 2, 900e9), 2 * 3_600e9));
  const from = add(window.start, before);
  const start = baseline.start < window.start && baseline.start > from ? baseline.start : from;
  const end = add(window.end, nanos(length * 0.15));
  const step = Math.max(5, Math.round(between(start, end) / 120e9));
  const query = typeof parameters.query === 'string' ? parameters.query : '';
  const question = useMemo(() => ({ start: formatRfc3339(start), end: formatRfc3339(end), step: `${step}s` }), [start, end, step]);
  const answer = useQuery({ ...queryQuery('promql', query, question), staleTime: 60_000 });
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  return answer.data ? (
    <>
      <p className={styles.query}>
        <code>{query}</code>
      </p>
      {answer.data.series.length === 0 ? (
        <p className="quiet">No such series is stored any more.</p>
      ) : (
        <SeriesChart series={answer.data.series} start={start} end={end} window={window} onset={onset} />
      )}
      {answer.data.error !== null && <p role="status">The answer is not whole: {answer.data.error}</p>}
    </>
  ) : (
    <p className="quiet">Reading the metric …</p>
  );
}
