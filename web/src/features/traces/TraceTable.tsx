import { Link } from '@tanstack/react-router';
import { Popover } from 'radix-ui';
import { useMemo, useState } from 'react';
import { usePreferences } from '../../app/preferences';
import { clip } from '../../ui/clip';
import { Badge, Button, numberClass, tableClass } from '../../ui/controls';
import { serviceColor } from '../../ui/serviceColor';
import { formatCount } from '../../units/number';
import { formatDuration, formatMoment } from '../../units/time';
import { columns, isOrder, orders, type Column, type FoundTrace, type Order } from './found';
import styles from './traces.module.css';

/** Rows that are in the page at first; the rest on demand. */
const shownRows = 200;

interface Props {
  readonly traces: readonly FoundTrace[];
  readonly shown: readonly Column[];
  readonly sort: string | undefined;
  readonly picked: ReadonlySet<string>;
  readonly setSort: (order: Order | undefined) => void;
  readonly toggle: (traceId: string) => void;
}

export function TraceTable({ traces, shown, sort, picked, setSort, toggle }: Props) {
  const { zone } = usePreferences();
  const order = isOrder(sort) ? sort : 'start';
  const [showsAll, setShowsAll] = useState(false);
  const sorted = useMemo(() => [...traces].sort(orders[order]), [traces, order]);
  const rows = showsAll ? sorted : sorted.slice(0, shownRows);
  return (
    <>
      <table className={tableClass}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Pick</span>
            </th>
            {shown.map((column) => (
              <th
                key={column}
                scope="col"
                className={column === 'duration' || column === 'spans' || column === 'failed' ? numberClass : undefined}
                aria-sort={isOrder(column) ? (order === column ? 'descending' : 'none') : undefined}
              >
                {isOrder(column) ? (
                  <button type="button" className={styles.sort} onClick={() => setSort(column === 'start' ? undefined : column)}>
                    {columns[column]} {order === column && '↓'}
                  </button>
                ) : (
                  columns[column]
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((trace) => (
            <tr key={trace.traceId}>
              <td className={styles.pick}>
                <input
                  type="checkbox"
                  aria-label={`Pick trace ${trace.traceId}`}
                  checked={picked.has(trace.traceId)}
                  onChange={() => toggle(trace.traceId)}
                />
              </td>
              {shown.map((column) => (
                <Cell key={column} column={column} trace={trace} when={formatMoment(trace.startTime, zone)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length < sorted.length && (
        <div>
          <Button onClick={() => setShowsAll(true)}>Show all {formatCount(sorted.length)} rows</Button>
        </div>
      )}
    </>
  );
}

function Cell({ column, trace, when }: { column: Column; trace: FoundTrace; when: string }) {
  switch (column) {
    case 'start':
      return <td className={styles.when}>{when}</td>;
    case 'root':
      return (
        <td className={styles.root}>
          <Link to="/traces/$traceId" params={{ traceId: trace.traceId }}>
            {trace.rootService === '' && trace.rootName === '' ? (
              'root not received'
            ) : (
              <>
                <strong>{clip(trace.rootService, 60)}</strong> {clip(trace.rootName) || '(no name)'}
              </>
            )}
          </Link>{' '}
          {trace.partial && <Badge tone="warning">partial</Badge>}
        </td>
      );
    case 'duration':
      return <td className={numberClass}>{formatDuration(trace.durationNanos)}</td>;
    case 'spans':
      return <td className={numberClass}>{formatCount(trace.spanCount)}</td>;
    case 'failed':
      return (
        <td className={numberClass}>
          {trace.errorCount === undefined ? '' : trace.errorCount > 0 && <Badge tone="error">{formatCount(trace.errorCount)}</Badge>}
        </td>
      );
    case 'matched':
      return (
        <td>
          {trace.matched !== undefined && formatCount(trace.matched)} <span className="quiet">{trace.matching.join(', ')}</span>
        </td>
      );
    case 'services':
      return (
        <td className={styles.services}>
          {trace.services.slice(0, 6).map((service) => (
            <span
              key={service.name}
              className={styles.service}
              title={`${service.name}: ${service.spanCount} spans, ${service.errorCount} failed`}
            >
              <span className={styles.dot} style={{ background: serviceColor(service.name) }} />
              {service.name}
            </span>
          ))}
          {trace.services.length > 6 && ` and ${trace.services.length - 6} more`}
        </td>
      );
    case 'id':
      return <td className="mono">{trace.traceId}</td>;
  }
}

/** Which columns the table has. */
export function ColumnChoice({ shown, choose }: { shown: readonly Column[]; choose: (columns: string | undefined) => void }) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button>Columns</Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles.popover} align="end" sideOffset={4} aria-label="Columns">
          {(Object.keys(columns) as Column[])
            .filter((column) => column !== 'root')
            .map((column) => (
              <label key={column}>
                <input
                  type="checkbox"
                  checked={shown.includes(column)}
                  onChange={(event) =>
                    choose([...shown.filter((one) => one !== column), ...(event.target.checked ? [column] : [])].join(',') || 'root')
                  }
                />{' '}
                {columns[column]}
              </label>
            ))}
          <Button onClick={() => choose(undefined)}>As usual</Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
