import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { metricRangeQuery } from '../../api/prometheus';
import { Swatch, TimeChart, type Mark } from '../../charts/TimeChart';
import { Failure } from '../../ui/controls';
import { formatMeasure, type Measure } from '../../units/measure';
import { absoluteRange } from '../../url/range';
import { aligned, summaryOf } from '../metrics/aligned';
import { measureOf } from '../metrics/measureOf';
import type { Window } from '../metrics/window';
import { Panel } from './Panel';
import styles from './panels.module.css';

/** Lines that are drawn, and told of beneath. */
const drawn = 20;
const noMarks: readonly Mark[] = [];

export interface PanelQuery {
  readonly query: string;
  /** What the line is called; of several series it stands before their labels. */
  readonly name?: string;
}

interface Props {
  readonly title: string;
  readonly queries: readonly PanelQuery[];
  readonly window: Window;
  /** What the numbers are measured in; as the first query tells when absent. */
  readonly measure?: Measure;
  readonly marks?: readonly Mark[];
  /** What to say when there is nothing. */
  readonly empty?: string;
  readonly note?: string;
  readonly group?: string;
  readonly isWide?: boolean;
}

/** A chart with its queries, which it says and which open in Metrics. */
export function MetricPanel({
  title,
  queries,
  window,
  measure: given,
  marks = noMarks,
  empty,
  note,
  group = 'panels',
  isWide = false,
}: Props) {
  const navigate = useNavigate();
  const [focus, setFocus] = useState(-1);
  const { data, error, isPending } = useQueries({
    queries: queries.map(({ query }) => ({
      ...metricRangeQuery(query, window.start, window.end, window.step),
      placeholderData: keepPreviousData,
    })),
    combine: (answers) => ({
      data: answers.map((answer) => answer.data),
      error: answers.find((answer) => answer.error)?.error ?? null,
      isPending: answers.some((answer) => answer.isPending),
    }),
  });
  const first = queries[0]?.query ?? '';
  const measure = useMemo(() => given ?? measureOf(first), [given, first]);
  const { times, series, more } = useMemo(() => {
    const grids = data.map((answer) => aligned(answer?.series ?? [], window.start, window.end, window.step));
    const all = grids.flatMap((grid, index) => {
      const name = queries[index]?.name;
      return grid.series.map((one) => ({
        ...one,
        name: name === undefined ? one.name : grid.series.length === 1 ? name : `${name}: ${one.name}`,
      }));
    });
    return { times: grids[0]?.times ?? [], series: all.slice(0, drawn), more: all.length - drawn };
  }, [data, queries, window]);
  return (
    <Panel
      title={title}
      note={note}
      isWide={isWide}
      queries={queries.map(({ query }) => query)}
      open={
        <Link to="/graph" search={{ ...window.parameters, q: queries.map(({ query }) => query) }} aria-label={`Open ${title} in Metrics`}>
          Open in Metrics
        </Link>
      }
    >
      {error && <Failure error={error} />}
      {!error && series.length === 0 && (
        <p className={styles.empty}>
          {isPending
            ? 'Asking …'
            : (empty ?? 'Nothing was measured in this stretch of time. What is derived from spans follows them by up to two minutes.')}
        </p>
      )}
      {series.length > 0 && (
        <>
          <TimeChart
            label={`${title}: ${series.length} series over time; the list below has their last values`}
            start={window.start}
            end={window.end}
            times={times}
            series={series}
            measure={measure}
            marks={marks}
            focus={focus}
            group={group}
            height={150}
            pick={(from, to) => void navigate({ to: '.', search: (known: object) => ({ ...known, ...absoluteRange(from, to) }) })}
          />
          <ul className={styles.legend}>
            {series.map((one, index) => {
              const sum = summaryOf(one.values);
              return (
                <li key={`${one.name} ${index}`} onMouseEnter={() => setFocus(index)} onMouseLeave={() => setFocus(-1)}>
                  <Swatch index={index} /> {one.name} <strong>{sum ? formatMeasure(sum.last, measure) : '–'}</strong>
                </li>
              );
            })}
            {more > 0 && <li className="quiet">and {more} more</li>}
          </ul>
        </>
      )}
    </Panel>
  );
}
