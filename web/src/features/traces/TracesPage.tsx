import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { queryQuery } from '../../api/query';
import { tracesQuery } from '../../api/traces';
import shell from '../../app/shell.module.css';
import { Badge, Button, buttonClass, Failure, Notice } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { add, nanos } from '../../units/time';
import { absoluteRange, rangeParameters } from '../../url/range';
import { InvestigateLink } from '../investigation/InvestigateLink';
import { Comparison } from './Comparison';
import { ErrorGroups } from './ErrorGroups';
import { columnsOf, fromEntry, fromRow, idsOf, maxPicked, type FoundTrace } from './found';
import { durationWord } from './heat';
import { HeatMap } from './HeatMap';
import { Scatter } from './Scatter';
import { SearchForm } from './SearchForm';
import { ColumnChoice, TraceTable } from './TraceTable';
import { isOneSet, traceQlOf } from './traceql';
import styles from './traces.module.css';

const route = getRouteApi('/traces');

/** Traces that fulfil conditions, by the form or by TraceQL; naming a service is not required. */
export function TracesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { view } = search;
  const form = [
    search.since,
    search.start,
    search.end,
    search.service,
    search.operation,
    search.status,
    search.minDuration,
    search.maxDuration,
    search.attr,
    search.query,
    search.limit,
  ];
  const show = (name: 'errors' | 'compare' | undefined) => void navigate({ search: (known) => ({ ...known, view: name }) });
  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>Traces</h1>
        <Button aria-pressed={view !== 'errors' && view !== 'compare'} onClick={() => show(undefined)}>
          Results
        </Button>
        <Button aria-pressed={view === 'errors'} onClick={() => show('errors')}>
          Error groups
        </Button>
        <Button aria-pressed={view === 'compare'} onClick={() => show('compare')}>
          What sets them apart
        </Button>
        <Link to="/traces/open" className={`${buttonClass} ${styles.open ?? ''}`}>
          Open a file …
        </Link>
      </div>
      <SearchForm key={JSON.stringify(form)} />
      {search.signature !== undefined && (
        <p>
          Only traces with the error <code>{search.signature}</code>{' '}
          <Button onClick={() => void navigate({ search: (known) => ({ ...known, signature: undefined }) })}>Any error</Button>
        </p>
      )}
      {view === 'errors' ? <ErrorGroups range={search} service={search.service} /> : <Results />}
    </div>
  );
}

function Results() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { query } = search;
  const limit = search.limit ?? 100;
  const byForm = useQuery({
    ...tracesQuery({
      ...rangeParameters(search),
      service: search.service,
      operation: search.operation,
      status: search.status,
      minDuration: search.minDuration,
      maxDuration: search.maxDuration,
      attr: search.attr,
      signature: search.signature,
      limit,
    }),
    enabled: query === undefined,
    placeholderData: keepPreviousData,
  });
  const byQuery = useQuery({
    ...queryQuery('traceql', query ?? '', { ...rangeParameters(search), limit }),
    enabled: query !== undefined,
    placeholderData: keepPreviousData,
  });
  const answer = query === undefined ? byForm : byQuery;
  const traces = useMemo<readonly FoundTrace[]>(
    () => (query === undefined ? (byForm.data?.traces ?? []).map(fromEntry) : (byQuery.data?.traces ?? []).map(fromRow)),
    [query, byForm.data, byQuery.data],
  );
  const ids = useMemo(() => idsOf(search.picked), [search.picked]);
  const picked = useMemo(() => new Set(ids), [ids]);
  const change = (part: Partial<typeof search>) => void navigate({ search: (known) => ({ ...known, ...part }), replace: true });
  const isFull = traces.length >= limit;
  const shown = columnsOf(search.columns, query !== undefined);
  const [text, incomplete] = [query ?? traceQlOf(search), query !== undefined && byQuery.data?.complete === false];
  const canCount = text !== null && isOneSet(text) && search.signature === undefined;
  const isHeat = canCount && (search.chart === 'heat' || (search.chart === undefined && isFull));

  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  if (query !== undefined && byQuery.data && byQuery.data.series.length > 0) {
    return (
      <Notice>
        <strong>The query answers numbers, not traces.</strong>
        <span>Take the metrics stage off its end to see the traces; the heat map above them counts what they are.</span>
      </Notice>
    );
  }

  if (answer.data && traces.length === 0) {
    return (
      <Notice>
        <strong>No trace fulfils all of this in this stretch of time.</strong>
        <span>
          Widen the time above, or take a condition away. Nothing at all yet? <Link to="/">How to send the first span</Link>.{' '}
          <Button
            onClick={() =>
              void navigate({ search: (known) => ({ ...known, since: undefined, start: '1970-01-01T00:00:00Z', end: undefined }) })
            }
          >
            Look through all of time
          </Button>
        </span>
      </Notice>
    );
  }

  return traces.length === 0 ? null : (
    <>
      <div className={styles.chartHead}>
        {canCount && (
          <span className={styles.actions}>
            <Button aria-pressed={!isHeat} onClick={() => change({ chart: 'dots' })}>
              Dots
            </Button>
            <Button aria-pressed={isHeat} title="All spans that fit, counted by the server" onClick={() => change({ chart: 'heat' })}>
              Heat map
            </Button>
          </span>
        )}
        <span className="quiet">{isHeat ? 'Drag a box to look closer.' : 'Drag a box to pick traces; click a dot to open it.'}</span>
      </div>
      {isHeat ? (
        <HeatMap
          query={text}
          range={search}
          pick={(part) =>
            void navigate({
              search: (known) => ({
                ...known,
                ...absoluteRange(part.start, part.end),
                ...(query === undefined && {
                  minDuration: durationWord(part.shortest, 'down'),
                  maxDuration: durationWord(part.longest, 'up'),
                }),
              }),
            })
          }
        />
      ) : (
        <Scatter
          traces={traces}
          picked={picked}
          pick={(found) => change({ picked: found.slice(0, maxPicked).join(',') || undefined })}
          open={(trace) => void navigate({ to: '/traces/$traceId', params: { traceId: trace.traceId } })}
        />
      )}
      <div className={styles.chartHead}>
        <p className="quiet" role="status">
          {formatCount(traces.length)} traces
          {isFull ? ', the newest; there may be more (raise “at most”)' : incomplete ? '; there may be more (limit query.candidates)' : ''}
        </p>
        {query !== undefined && byQuery.data?.error != null && <Badge tone="warning">{byQuery.data.error}</Badge>}
        {ids.length > 0 && <Picked ids={ids} traces={traces} change={change} />}
        <span className={styles.end}>
          <ColumnChoice shown={shown} choose={(columns) => change({ columns })} />
        </span>
      </div>
      {search.view === 'compare' ? (
        <Comparison
          range={search}
          about={ids.length > 0 ? 'Picked traces' : 'Traces with a failed span'}
          picked={ids.length > 0 ? ids : traces.filter((trace) => (trace.errorCount ?? 0) > 0).map((trace) => trace.traceId)}
          rest={traces
            .filter((trace) => (ids.length > 0 ? !picked.has(trace.traceId) : trace.errorCount === 0))
            .map((trace) => trace.traceId)}
        />
      ) : (
        <TraceTable
          traces={traces}
          shown={shown}
          sort={search.sort}
          picked={picked}
          setSort={(sort) => change({ sort })}
          toggle={(traceId) =>
            change({
              picked:
                (picked.has(traceId) ? ids.filter((id) => id !== traceId) : [...ids, traceId]).slice(0, maxPicked).join(',') || undefined,
            })
          }
        />
      )}
    </>
  );
}

/** What can be done with the traces that were picked. */
function Picked({
  ids,
  traces,
  change,
}: {
  ids: readonly string[];
  traces: readonly FoundTrace[];
  change: (part: {
    picked?: string | undefined;
    view?: string | undefined;
    start?: string | undefined;
    end?: string | undefined;
    since?: string | undefined;
  }) => void;
}) {
  const rows = traces.filter((trace) => ids.includes(trace.traceId));
  const starts = rows.map((trace) => trace.startTime).sort((a, b) => (a < b ? -1 : 1));
  const [first, last] = [starts[0], starts.at(-1)];
  const longest = rows.reduce((most, trace) => Math.max(most, trace.durationNanos), 0);
  const range = first !== undefined && last !== undefined ? absoluteRange(first, add(last, nanos(longest + 1e6))) : null;
  return (
    <span className={styles.actions}>
      <strong>
        {ids.length} picked{ids.length >= maxPicked && ' (the most)'}
      </strong>
      <Button primary onClick={() => change({ view: 'compare' })}>
        What sets them apart
      </Button>
      {ids.length === 2 && (
        <Link to="/traces/compare" search={{ a: ids[0], b: ids[1] }} className={buttonClass}>
          Side by side
        </Link>
      )}
      {range && <InvestigateLink from={ids.length === 1 ? { trace: ids[0] } : { start: range.start, end: range.end }} />}
      {range && <Button onClick={() => change({ ...range, picked: undefined })}>Their time only</Button>}
      <Button onClick={() => change({ picked: undefined, view: undefined })}>None</Button>
    </span>
  );
}
