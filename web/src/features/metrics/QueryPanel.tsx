import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import {
  exemplarsQuery,
  metricInstantQuery,
  metricRangeQuery,
  type Exemplar,
  type MetricAnswer,
  type MetricMetadata,
} from '../../api/prometheus';
import { usePreferences } from '../../app/preferences';
import { formatSeconds, Swatch, TimeChart, type Band, type Dot, type Mark } from '../../charts/TimeChart';
import { Button, Failure, Notice, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatMeasure, type Measure } from '../../units/measure';
import { formatCount } from '../../units/number';
import type { Moment } from '../../units/time';
import { absoluteRange } from '../../url/range';
import { InvestigateLink } from '../investigation/InvestigateLink';
import { QueryEditor } from '../query/QueryEditor';
import { aligned, namesOf, selectorOf, summaryOf } from './aligned';
import { measureOf, servicesOf } from './measureOf';
import styles from './metrics.module.css';
import type { Window } from './window';

/** Series beyond these are counted, not drawn: lines that nobody can tell apart tell nothing. */
const drawn = 60;
/** Rows of the table. */
const listed = 500;
/** Exemplars are drawn in so many columns, a few in each. */
const columns = 60;
const dotsInColumn = 2;
const noDots: readonly Dot[] = [];

interface Props {
  readonly letter: string;
  readonly query: string;
  readonly range: Window;
  readonly isInstant: boolean;
  readonly metadata: ReadonlyMap<string, MetricMetadata> | undefined;
  readonly marks: readonly Mark[];
  readonly bands: readonly Band[];
  readonly ask: (query: string) => void;
  readonly remove: (() => void) | undefined;
  readonly look: (start: Moment, end: Moment) => void;
}

/** One query: the text, the chart or the table. */
export function QueryPanel({ letter, query, range, isInstant, metadata, marks, bands, ask, remove, look }: Props) {
  const [typed, setTyped] = useState(query);
  const [shown, setShown] = useState(query);
  if (shown !== query) {
    // The address changed by a link or by going back.
    setShown(query);
    setTyped(query);
  }

  const over = useQuery({
    ...metricRangeQuery(query, range.start, range.end, range.step),
    enabled: query !== '' && !isInstant,
    placeholderData: keepPreviousData,
  });
  const instant = useQuery({
    ...metricInstantQuery(query, range.end),
    enabled: query !== '' && isInstant,
    placeholderData: keepPreviousData,
  });
  const answer = isInstant ? instant : over;
  const measure = useMemo(() => measureOf(query, metadata), [query, metadata]);
  const [service] = servicesOf(query);
  return (
    <section className={styles.panel} aria-label={`Query ${letter}`}>
      <div className={styles.query}>
        <span className={styles.letter} aria-hidden="true">
          {letter}
        </span>
        <QueryEditor
          language="promql"
          label={`PromQL query ${letter}`}
          placeholder="sum by (service) (rate(traces_spanmetrics_calls_total[5m]))"
          value={typed}
          range={range.parameters}
          change={setTyped}
          run={() => ask(typed.trim())}
        />
        <Button primary={typed.trim() !== query} onClick={() => ask(typed.trim())}>
          Ask
        </Button>
        {query !== '' && (
          <InvestigateLink from={{ ...absoluteRange(range.from, range.to), ...(service !== undefined && { service }) }}>
            Explain this
          </InvestigateLink>
        )}
        {remove && (
          <Button onClick={remove} aria-label={`Remove query ${letter}`} title="Remove">
            ✕
          </Button>
        )}
      </div>
      {query !== '' && answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {query !== '' && answer.data && !answer.error && (
        <>
          <Remarks answer={answer.data} />
          {answer.data.text !== null ? (
            <p className="mono">{answer.data.text}</p>
          ) : answer.data.series.length === 0 ? (
            <Notice>
              <strong>No series fits in this stretch of time.</strong>
              <span>Widen the time, or look which names and labels there are with “Browse metrics”.</span>
            </Notice>
          ) : isInstant ? (
            <Values letter={letter} answer={answer.data} measure={measure} />
          ) : (
            <Chart
              letter={letter}
              query={query}
              answer={answer.data}
              range={range}
              measure={measure}
              marks={marks}
              bands={bands}
              look={look}
              ask={ask}
            />
          )}
        </>
      )}
      {query !== '' && answer.isPending && answer.isFetching && <div className={styles.waiting}>Asking …</div>}
    </section>
  );
}

/** The largest of each moment: others would hide the lines. */
function sparse(exemplars: readonly Exemplar[], range: Window): Exemplar[] {
  const width = Math.max(1, range.end - range.start) / columns;
  const known = new Map<number, number>();
  return [...exemplars]
    .sort((a, b) => b.value - a.value)
    .filter((one) => {
      const column = Math.floor((one.at - range.start) / width);
      const before = known.get(column) ?? 0;
      known.set(column, before + 1);
      return before < dotsInColumn;
    });
}

function Remarks({ answer }: { answer: MetricAnswer }) {
  const remarks = [
    ...answer.warnings,
    ...answer.infos,
    ...(answer.hasHistograms ? ['Of native histograms the mean is shown; histogram_quantile() shows more.'] : []),
  ];
  return remarks.length === 0 ? null : (
    <Notice tone={answer.warnings.length > 0 ? 'warning' : 'plain'}>
      {remarks.slice(0, 5).map((text) => (
        <span key={text}>{text}</span>
      ))}
      {remarks.length > 5 && <span>and {remarks.length - 5} more</span>}
    </Notice>
  );
}

function Chart({
  letter,
  query,
  answer,
  range,
  measure,
  marks,
  bands,
  look,
  ask,
}: Pick<Props, 'letter' | 'query' | 'range' | 'marks' | 'bands' | 'look' | 'ask'> & { answer: MetricAnswer; measure: Measure }) {
  const navigate = useNavigate();
  const { zone } = usePreferences();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => new Set());
  const [focus, setFocus] = useState(-1);
  const exemplars = useQuery(exemplarsQuery(query, range.start, range.end));
  const grid = useMemo(() => aligned(answer.series.slice(0, drawn), range.start, range.end, range.step), [answer, range]);
  const series = useMemo(() => grid.series.map((one) => ({ ...one, isHidden: hidden.has(one.name) })), [grid, hidden]);
  const isComparable = measure.of === 'seconds' && !measure.perSecond;
  const dots = useMemo(
    () =>
      sparse(exemplars.data ?? [], range).map((one) => ({
        ...one,
        label: `${formatMeasure(one.value, { of: 'seconds', perSecond: false })}, trace ${one.traceId.slice(0, 8)}: click to open`,
      })),
    [exemplars.data, range],
  );
  const openDot = (dot: Dot) => {
    const found = dots.find((one) => one === dot);
    if (found) {
      void navigate({ to: '/traces/$traceId', params: { traceId: found.traceId }, search: { span: found.spanId } });
    }
  };
  return (
    <>
      <TimeChart
        label={`${query}: ${formatCount(answer.series.length)} series over time; the table below has them`}
        start={range.start}
        end={range.end}
        times={grid.times}
        series={series}
        measure={measure}
        marks={marks}
        bands={bands}
        dots={isComparable ? dots : noDots}
        openDot={openDot}
        focus={focus}
        group="metrics"
        pick={look}
      />
      {answer.series.length > drawn && (
        <p className="quiet">
          {drawn} of {formatCount(answer.series.length)} series are drawn; sum them up, or choose with{' '}
          <button type="button" className={styles.link} onClick={() => ask(`topk(10, ${query})`)}>
            topk(10, …)
          </button>
          .
        </p>
      )}
      <div className={styles.legend} role="region" aria-label={`Series of ${letter}`} tabIndex={0}>
        <table className={tableClass}>
          <thead>
            <tr>
              <th scope="col">Series</th>
              {['Last', 'Least', 'Mean', 'Most'].map((name) => (
                <NumberHeading key={name}>{name}</NumberHeading>
              ))}
            </tr>
          </thead>
          <tbody>
            {series.map((one, index) => {
              const sum = summaryOf(one.values);
              return (
                <tr
                  key={`${one.name} ${index}`}
                  onMouseEnter={() => setFocus(index)}
                  onMouseLeave={() => setFocus(-1)}
                  data-hidden={one.isHidden}
                >
                  <td>
                    <button
                      type="button"
                      className={styles.series}
                      aria-pressed={!one.isHidden}
                      title={`${selectorOf(one.labels)}: shown or not`}
                      onFocus={() => setFocus(index)}
                      onBlur={() => setFocus(-1)}
                      onClick={() =>
                        setHidden((known) =>
                          known.has(one.name) ? new Set([...known].filter((name) => name !== one.name)) : new Set([...known, one.name]),
                        )
                      }
                    >
                      <Swatch index={index} />
                      <span>{one.name}</span>
                    </button>
                  </td>
                  {[sum?.last, sum?.least, sum?.mean, sum?.most].map((value, place) => (
                    <td key={place} className={numberClass}>
                      {value === undefined ? '–' : formatMeasure(value, measure)}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {dots.length > 0 && (
        <details>
          <summary>
            ◆ Exemplars: {formatCount(dots.length)} of {formatCount(exemplars.data?.length ?? 0)} measured requests
          </summary>
          <ul className={styles.exemplars}>
            {[...dots]
              .sort((a, b) => b.value - a.value)
              .slice(0, 50)
              .map((one) => (
                <li key={`${one.traceId} ${one.at}`}>
                  <Link to="/traces/$traceId" params={{ traceId: one.traceId }} search={{ span: one.spanId }} className="mono">
                    {one.traceId.slice(0, 16)}
                  </Link>{' '}
                  <strong>{formatMeasure(one.value, { of: 'seconds', perSecond: false })}</strong>{' '}
                  <span className="quiet">{formatSeconds(one.at, zone)}</span> {one.labels.service ?? one.labels.job ?? ''}{' '}
                  {one.labels.span_name ?? ''}
                </li>
              ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Values({ letter, answer, measure }: { letter: string; answer: MetricAnswer; measure: Measure }) {
  const rows = useMemo(
    () =>
      [...answer.series]
        .map((one, index) => ({ one, name: namesOf(answer.series.map((each) => each.labels))[index] ?? '' }))
        .sort((a, b) => (b.one.points.at(-1)?.[1] ?? 0) - (a.one.points.at(-1)?.[1] ?? 0)),
    [answer],
  );
  const most = rows.reduce((sofar, { one }) => Math.max(sofar, Math.abs(one.points.at(-1)?.[1] ?? 0)), 0) || 1;
  return (
    <div className={styles.values} role="region" aria-label={`Values of ${letter}`} tabIndex={0}>
      <table className={tableClass}>
        <thead>
          <tr>
            <th scope="col">Series</th>
            <NumberHeading>Value</NumberHeading>
            <th scope="col">
              <span className="visually-hidden">Share of the largest</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, listed).map(({ one, name }, index) => {
            const value = one.points.at(-1)?.[1] ?? NaN;
            return (
              <tr key={index} title={selectorOf(one.labels)}>
                <td>{name}</td>
                <td className={numberClass} title={String(value)}>
                  {formatMeasure(value, measure)}
                </td>
                <td className={styles.share}>
                  <span style={{ width: `${Number.isFinite(value) ? (Math.abs(value) / most) * 100 : 0}%` }} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.length > listed && (
        <p className="quiet">
          The {listed} largest of {formatCount(rows.length)} series.
        </p>
      )}
    </div>
  );
}
