import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Fragment, useMemo, useState } from 'react';
import { patternsQuery } from '../../api/query';
import { Sparkline } from '../../charts/Sparkline';
import { Badge, Button, Failure, Notice, numberClass, NumberHeading, Select, tableClass } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { formatRfc3339 } from '../../units/time';
import { resolveRange, type Range } from '../../url/range';
import styles from './logs.module.css';
import { baselineOf, baselineRange, baselines, comparePatterns, type ComparedPattern, type Novelty } from './novelty';
import { Variables } from './Variables';

const shownRows = 300;

interface Counted {
  readonly pattern: string;
  readonly samples: readonly [at: number, count: number][];
  readonly total: number;
}

const counted = (data: readonly { pattern: string; samples: [number, number][] }[]): Counted[] =>
  data.map((one) => ({ ...one, total: one.samples.reduce((sum, [, count]) => sum + count, 0) })).sort((a, b) => b.total - a.total);

const words: Record<Novelty, string> = { new: 'new', vanished: 'vanished', more: 'more', fewer: 'fewer', alike: '' };

interface Props {
  readonly query: string | null;
  readonly range: Range;
  /** What patterns are compared with, as the address has it. */
  readonly baseline: string | undefined;
  readonly setBaseline: (name: string | undefined) => void;
  readonly edit: (operator: '|>' | '!>', text: string) => void;
}

/** The statements that lines were printed by, with how often over time, and against a baseline which of them are new or have vanished. */
export function Patterns({ query, range, baseline, setBaseline, edit }: Props) {
  const { start, end } = useMemo(() => resolveRange(range), [range]);
  const against = baselineOf(baseline);
  const before = baselineRange(start, end, against ?? 'before');
  const [open, setOpen] = useState<string | null>(null);
  const answer = useQuery({
    ...patternsQuery(query ?? '', { start: formatRfc3339(start), end: formatRfc3339(end) }),
    enabled: query !== null,
    placeholderData: keepPreviousData,
  });
  const old = useQuery({
    ...patternsQuery(query ?? '', { start: formatRfc3339(before.start), end: formatRfc3339(before.end) }),
    enabled: query !== null && against !== null,
  });
  const rows = useMemo((): ComparedPattern<Counted>[] => {
    const now = counted(answer.data?.data ?? []);
    return against !== null && old.data
      ? comparePatterns(now, counted(old.data.data))
      : now.map((one) => ({ pattern: one.pattern, now: one, before: undefined, novelty: 'alike' }));
  }, [answer.data, old.data, against]);
  if (query === null) {
    return (
      <Notice tone="warning">
        Patterns are about log lines: begin the query with a stream selector such as {'{service_name="cart"}'}.
      </Notice>
    );
  }

  const isCompared = against !== null && old.data !== undefined;
  const count = (novelty: Novelty) => rows.filter((row) => row.novelty === novelty).length;
  return (
    <>
      <div className={styles.live}>
        <label>
          Compare with{' '}
          <Select value={against ?? ''} onChange={(event) => setBaseline(event.target.value || undefined)}>
            <option value="">nothing</option>
            {Object.entries(baselines).map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </Select>
        </label>
        {isCompared && (
          <span role="status">
            {count('new')} new, {count('vanished')} vanished, {count('more') + count('fewer')} changed by three times or more
          </span>
        )}
        {against !== null && old.isPending && <span className="quiet">Comparing …</span>}
      </div>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {old.error && <Failure error={old.error} retry={() => void old.refetch()} />}
      {answer.data && rows.length === 0 && <Notice>No line fits {query} in this stretch of time.</Notice>}
      {rows.length > 0 && (
        <table className={tableClass}>
          <thead>
            <tr>
              <NumberHeading>Lines</NumberHeading>
              {isCompared && <NumberHeading>Before</NumberHeading>}
              {isCompared && <th scope="col">Change</th>}
              <th scope="col">Over time</th>
              <th scope="col">Pattern</th>
              <th scope="col">Filter</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shownRows).map((row) => (
              <Fragment key={row.pattern}>
                <tr>
                  <td className={numberClass}>{formatCount(row.now?.total ?? 0)}</td>
                  {isCompared && <td className={numberClass}>{formatCount(row.before?.total ?? 0)}</td>}
                  {isCompared && (
                    <td>
                      {row.novelty !== 'alike' && <Badge tone={row.novelty === 'new' ? 'warning' : 'plain'}>{words[row.novelty]}</Badge>}
                    </td>
                  )}
                  <td>
                    {row.now && (
                      <Sparkline
                        points={row.now.samples}
                        start={Number(start / 1_000_000_000n)}
                        end={Number(end / 1_000_000_000n)}
                        label={`${row.now.total} lines over time`}
                      />
                    )}
                  </td>
                  <td className="mono">
                    <button
                      type="button"
                      className={styles.pattern}
                      aria-expanded={open === row.pattern}
                      title="What its variable parts were"
                      disabled={!row.now}
                      onClick={() => setOpen(open === row.pattern ? null : row.pattern)}
                    >
                      {row.pattern}
                    </button>
                  </td>
                  <td className={styles.filters}>
                    <Button aria-label={`Only lines like ${row.pattern}`} onClick={() => edit('|>', row.pattern)}>
                      +
                    </Button>{' '}
                    <Button aria-label={`No lines like ${row.pattern}`} onClick={() => edit('!>', row.pattern)}>
                      −
                    </Button>
                  </td>
                </tr>
                {open === row.pattern && (
                  <tr>
                    <td colSpan={isCompared ? 6 : 4}>
                      <Variables selector={query} pattern={row.pattern} range={range} />
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
      )}
      {rows.length > shownRows && (
        <p className="quiet">
          The first {formatCount(shownRows)} of {formatCount(rows.length)} patterns.
        </p>
      )}
    </>
  );
}
