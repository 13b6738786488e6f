import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { queryQuery, type QueryAnswer } from '../../api/query';
import { EmptyRange } from '../../app/EmptyRange';
import shell from '../../app/shell.module.css';
import { useShortcuts, type Shortcut } from '../../app/shortcuts';
import { StackedBars } from '../../charts/StackedBars';
import { Button, Failure, Notice } from '../../ui/controls';
import { formatBytes, formatCount } from '../../units/number';
import { between, formatRfc3339, nanos, type Moment, type Nanos } from '../../units/time';
import { absoluteRange, rangeParameters, resolveRange } from '../../url/range';
import { QueryEditor } from '../query/QueryEditor';
import { FieldPanel } from './FieldPanel';
import { levels } from './levels';
import { LogFormRow } from './LogFormRow';
import { InvestigateLink } from '../investigation/InvestigateLink';
import { LogLines } from './LogLines';
import styles from './logs.module.css';
import { allLogs, isMetric, selectorOf, withLabel, withLine } from './logql';
import { Patterns } from './Patterns';
import { useTail } from './tail';

const route = getRouteApi('/logs');
const limit = 1_000;
/** Lines that are asked for at once; the others follow unless these are too long. */
const firstLimit = 100;
/** Characters that a page of lines may have; a thousand lines of a megabyte each would stop the browser. */
const mostText = 8_000_000;
const bars = 60;

/** Log lines by LogQL: how many over time, the lines, their patterns, and live as they arrive. */
export function LogsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = search.query ?? allLogs;
  const [typed, setTyped] = useState(query);
  const [shown, setShown] = useState(query);
  if (shown !== query) {
    // The address changed by a link or by going back.
    setShown(query);
    setTyped(query);
  }

  const isLive = search.view === 'live';
  const isPatterns = search.view === 'patterns';
  const parameters = rangeParameters(search);
  const first = useQuery({
    ...queryQuery('logql', query, { ...parameters, limit: firstLimit }),
    enabled: !isLive && !isPatterns,
    placeholderData: keepPreviousData,
  });
  const length = useMemo(() => (first.data?.lines ?? []).reduce((sum, one) => sum + one.line.length, 0), [first.data]);
  const isTooLong = (length * limit) / firstLimit > mostText;
  const all = useQuery({
    ...queryQuery('logql', query, { ...parameters, limit }),
    enabled: first.isSuccess && !first.isPlaceholderData && first.data.lines.length >= firstLimit && !isTooLong,
  });
  const answer = all.data ? all : first;
  const tail = useTail(query, isLive);
  const ask = (next: string) => void navigate({ search: (known) => ({ ...known, query: next }) });
  const view = (name: 'live' | 'patterns' | undefined) => void navigate({ search: (known) => ({ ...known, view: name }) });
  const edit = {
    label: (name: string, operator: '=' | '!=', value: string, isStream: boolean) => ask(withLabel(query, name, operator, value, isStream)),
    line: (operator: '|=' | '!=' | '|>' | '!>', text: string) => ask(withLine(query, operator, text)),
  };
  const { pause } = tail;
  const shortcuts = useMemo<Shortcut[]>(() => (isLive ? [{ keys: 'p', label: 'Pause or go on', run: pause }] : []), [isLive, pause]);
  useShortcuts(shortcuts);

  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>Logs</h1>
        <Button aria-pressed={!isLive && !isPatterns} onClick={() => view(undefined)}>
          Lines
        </Button>
        <Button aria-pressed={isPatterns} onClick={() => view('patterns')}>
          Patterns
        </Button>
        <Button aria-pressed={isLive} onClick={() => view('live')}>
          Live
        </Button>
      </div>
      <LogFormRow query={typed} change={setTyped} run={ask} />
      <div className={styles.query}>
        <QueryEditor
          language="logql"
          label="LogQL query"
          placeholder='{service_name="cart"} |= "timeout"'
          value={typed}
          range={parameters}
          change={setTyped}
          run={() => ask(typed)}
        />
        <Button primary onClick={() => ask(typed)}>
          Ask
        </Button>
        {query !== allLogs && <Button onClick={() => ask(allLogs)}>All logs</Button>}
      </div>
      {isLive ? (
        <>
          <div className={styles.live} role="status">
            <Button aria-pressed={tail.state.paused} onClick={tail.pause}>
              {tail.state.paused ? `Go on (${tail.state.waiting.length} waiting)` : 'Pause'}
            </Button>
            <Button onClick={tail.clear}>Clear</Button>
            <span className="quiet">
              {tail.state.status === 'open'
                ? 'Live'
                : tail.state.status === 'connecting'
                  ? 'Connecting …'
                  : 'Connection lost; trying again'}{' '}
              · {formatCount(tail.state.lines.length)} lines
              {tail.state.forgotten > 0 && `, ${formatCount(tail.state.forgotten)} older ones are no longer shown`}
            </span>
          </div>
          <LogLines lines={tail.state.lines} edit={edit} />
        </>
      ) : isPatterns ? (
        <Patterns
          query={selectorOf(query)}
          range={search}
          baseline={search.baseline}
          setBaseline={(baseline) => void navigate({ search: (known) => ({ ...known, baseline }), replace: true })}
          edit={edit.line}
        />
      ) : (
        <>
          {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
          {!isMetric(query) && !answer.error && answer.data?.lines.length !== 0 && (
            <Histogram
              query={query}
              pick={(start, end) => void navigate({ search: (known) => ({ ...known, ...absoluteRange(start, end) }) })}
            />
          )}
          {answer.data && (
            <Answer
              answer={answer.data}
              length={isTooLong && answer === first ? length : null}
              edit={edit}
              showsFields={search.fields ?? false}
              toggleFields={() => void navigate({ search: (known) => ({ ...known, fields: !search.fields }), replace: true })}
            />
          )}
        </>
      )}
    </div>
  );
}

function Answer({
  answer,
  length,
  edit,
  showsFields,
  toggleFields,
}: {
  answer: QueryAnswer;
  /** Characters of the lines, where they are so long that no more of them were asked for. */
  length: number | null;
  edit: React.ComponentProps<typeof LogLines>['edit'];
  showsFields: boolean;
  toggleFields: () => void;
}) {
  return (
    <>
      {answer.error && <Notice tone="warning">{answer.error} What was found until then is shown.</Notice>}
      {answer.series.length > 0 ? (
        <table className={styles.numbers}>
          <tbody>
            {answer.series.slice(0, 500).map((series) => (
              <tr key={JSON.stringify(series.labels)}>
                <td className="mono">{JSON.stringify(series.labels)}</td>
                <td>{series.points.at(-1)?.[1]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : answer.lines.length === 0 ? (
        <EmptyRange title="No line fits in this stretch of time.">Take a condition away, or look further.</EmptyRange>
      ) : (
        <>
          <div className={styles.live}>
            <p className="quiet" role="status">
              {`${formatCount(answer.lines.length)} ${answer.lines.length === 1 ? 'line' : 'lines'}${answer.complete ? '' : ', the newest; narrow the time or the query for others'}${length === null ? '' : `. They are long (${formatBytes(length)} of text), so that no more are shown at once`}`}
            </p>
            <Button aria-pressed={showsFields} onClick={toggleFields}>
              Fields
            </Button>
          </div>
          <div className={styles.answer}>
            <LogLines lines={answer.lines} edit={edit} />
            {showsFields && <FieldPanel lines={answer.lines} edit={edit} />}
          </div>
        </>
      )}
    </>
  );
}

/** How many lines over time, by level. */
function Histogram({ query, pick }: { query: string; pick: (start: Moment, end: Moment) => void }) {
  const search = route.useSearch();
  // Fixed while the address is: what is asked must not move with the clock.
  const { start, end } = useMemo(() => resolveRange(search), [search]);
  const step = Math.max(1_000_000_000, Math.ceil(between(start, end) / bars / 1e9) * 1e9) as Nanos;
  const answer = useQuery({
    ...queryQuery('logql', `sum by (detected_level) (count_over_time(${query} [${step / 1e9}s]))`, {
      start: formatRfc3339(start),
      end: formatRfc3339(end),
      step: `${step / 1e9}s`,
    }),
    placeholderData: keepPreviousData,
  });
  const stacks = useMemo(() => {
    const count = Math.ceil(between(start, end) / step);
    return levels
      .map((level) => {
        const values = new Array<number>(count).fill(0);
        for (const series of answer.data?.series ?? []) {
          const name = series.labels.detected_level ?? 'unknown';
          if (name === level.name || (level.name === 'unknown' && !levels.some((one) => one.name === name))) {
            for (const [at, value] of series.points) {
              // A point counts what came before it.
              const place = Math.min(count - 1, Math.max(0, Math.round(between(start, at) / step) - 1));
              values[place] = (values[place] ?? 0) + value;
            }
          }
        }

        return { ...level, values };
      })
      .filter((stack) => stack.values.some((value) => value > 0))
      .reverse();
  }, [answer.data, start, end, step]);
  return (
    <>
      {answer.error && <Failure error={answer.error} />}
      <StackedBars
        label="Log lines over time, by level"
        start={start}
        step={nanos(step)}
        count={Math.ceil(between(start, end) / step)}
        stacks={stacks}
        pick={pick}
      />
      {search.start !== undefined && (
        <p>
          <InvestigateLink plain from={{ start: search.start, end: search.end }}>
            Investigate this stretch of time
          </InvestigateLink>
        </p>
      )}
    </>
  );
}
