import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { useShortcuts, type Shortcut } from '../../app/shortcuts';
import { Badge, Notice, numberClass, Select, tableClass } from '../../ui/controls';
import { serviceColor } from '../../ui/serviceColor';
import { formatCount } from '../../units/number';
import { formatDuration, nanos } from '../../units/time';
import { errorStatus, flags, kinds, type TraceModel } from './model';
import { filters, isFilter, listed, nextOrder, sortOrderOf, type SortColumn } from './spanList';
import styles from './list.module.css';

const rowHeight = 28;

interface Props {
  readonly model: TraceModel;
  readonly matching: ReadonlySet<number> | null;
  readonly sort: string | undefined;
  readonly only: string | undefined;
  readonly selected: number;
  readonly change: (part: { sort?: string | undefined; only?: string | undefined }) => void;
  readonly select: (span: number) => void;
}

/** All spans as a table in the order asked for; only the rows in sight are in the page. */
export function SpanList({ model, matching, sort, only, selected, change, select }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const order = sortOrderOf(sort);
  const filter = isFilter(only) ? only : null;
  const { column, isDescending } = order;
  const rows = useMemo(() => listed(model, matching, filter, { column, isDescending }), [model, matching, filter, column, isDescending]);
  // The library's functions are not stable; nothing here is remembered over them.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const place = rows.indexOf(selected);
  useEffect(() => {
    if (place >= 0) {
      virtual.scrollToIndex(place, { align: 'auto' });
    }
    // Only a new place scrolls, not what moved meanwhile.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [place]);
  useShortcuts(
    useMemo<Shortcut[]>(() => {
      const step = (by: number) => {
        const next = rows[place < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, place + by))];
        if (next !== undefined) {
          select(next);
        }
      };
      return [
        { keys: 'j', label: 'Next row', run: () => step(1) },
        { keys: 'k', label: 'Previous row', run: () => step(-1) },
        { keys: 'ArrowDown', label: 'Next row', run: () => step(1) },
        { keys: 'ArrowUp', label: 'Previous row', run: () => step(-1) },
      ];
    }, [rows, place, select]),
  );

  const items = virtual.getVirtualItems();
  const [above, below] = [items[0]?.start ?? 0, virtual.getTotalSize() - (items.at(-1)?.end ?? 0)];
  const heading = (name: SortColumn, label: string, title?: string) => (
    <th
      scope="col"
      className={['duration', 'self', 'critical', 'start'].includes(name) ? numberClass : undefined}
      aria-sort={order.column === name ? (order.isDescending ? 'descending' : 'ascending') : 'none'}
      title={title}
    >
      <button type="button" className={styles.sort} onClick={() => change({ sort: nextOrder(order, name) })}>
        {label} {order.column === name && (order.isDescending ? '↓' : '↑')}
      </button>
    </th>
  );
  return (
    <div className={styles.list}>
      <div className={styles.head}>
        <label>
          Show{' '}
          <Select value={filter ?? ''} onChange={(event) => change({ only: event.target.value || undefined })}>
            <option value="">all spans</option>
            {Object.entries(filters).map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </Select>
        </label>
        <span role="status">{formatCount(rows.length)} spans</span>
      </div>
      {rows.length === 0 ? (
        <div className={styles.head}>
          <Notice>No span fits. Clear the search above, or show all spans.</Notice>
        </div>
      ) : (
        <div ref={scroller} className={styles.scroller} role="region" aria-label="Span list" tabIndex={0}>
          <table className={`${tableClass} ${styles.table ?? ''}`} aria-rowcount={rows.length + 1}>
            <thead>
              <tr>
                {heading('start', 'After')}
                {heading('service', 'Service')}
                {heading('operation', 'Operation')}
                {heading('kind', 'Kind')}
                {heading('duration', 'Duration')}
                {heading('self', 'Own time', 'Time in which nothing below was running')}
                {heading('critical', 'Critical', 'Time that the request waited for this alone')}
              </tr>
            </thead>
            <tbody>
              {above > 0 && (
                <tr aria-hidden="true">
                  <td colSpan={7} style={{ height: above, padding: 0 }} />
                </tr>
              )}
              {items.map((item) => (
                <Row
                  key={item.key}
                  model={model}
                  span={rows[item.index] ?? 0}
                  index={item.index}
                  isSelected={rows[item.index] === selected}
                  select={select}
                />
              ))}
              {below > 0 && (
                <tr aria-hidden="true">
                  <td colSpan={7} style={{ height: below, padding: 0 }} />
                </tr>
              )}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

interface RowProps {
  readonly model: TraceModel;
  readonly span: number;
  readonly index: number;
  readonly isSelected: boolean;
  readonly select: (span: number) => void;
}

function Row({ model, span, index, isSelected, select }: RowProps) {
  const { outline } = model;
  const columns = outline.spans;
  const service = outline.services[columns.service[span] ?? 0]?.name ?? '';
  const name = outline.names[columns.name[span] ?? 0] ?? '';
  const peer = outline.peers[columns.peer[span] ?? -1];
  const mark = columns.flags[span] ?? 0;
  const time = (value: number | undefined) => formatDuration(nanos(value ?? 0));
  return (
    <tr aria-rowindex={index + 2} className={styles.row} data-selected={isSelected}>
      <td className={numberClass}>{time(columns.start[span])}</td>
      <td>
        <span className={styles.swatch} style={{ background: serviceColor(service) }} />
        {service}
      </td>
      <td className={styles.operation} title={name}>
        <button type="button" className={styles.open} aria-pressed={isSelected} onClick={() => select(span)}>
          {name || '(no name)'}
        </button>
        {peer !== undefined && ` → ${peer}`}{' '}
        {columns.status[span] === errorStatus && <Badge tone="error">{(mark & flags.errorOrigin) !== 0 ? 'failed here' : 'failed'}</Badge>}{' '}
        {(mark & flags.parentMissing) !== 0 && <Badge tone="warning">parent missing</Badge>}{' '}
        {(mark & flags.sharedId) !== 0 && <Badge tone="warning">id shared</Badge>}{' '}
        {(mark & flags.skewed) !== 0 && <Badge tone="warning">clock off</Badge>}
      </td>
      <td>{kinds[columns.kind[span] ?? 0]}</td>
      <td className={numberClass}>{time(columns.duration[span])}</td>
      <td className={numberClass}>{time(columns.self[span])}</td>
      <td className={numberClass}>{(columns.critical[span] ?? 0) > 0 ? time(columns.critical[span]) : ''}</td>
    </tr>
  );
}
