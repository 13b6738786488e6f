import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type CSSProperties } from 'react';
import { serviceColor } from '../../ui/serviceColor';
import { formatDuration, nanos } from '../../units/time';
import type { Gap } from './gaps';
import { errorStatus, flags, kinds, rowOf, type TraceModel } from './model';
import { ticks, type Viewport } from './viewport';
import styles from './trace.module.css';

const rowHeight = 26;

interface Props {
  readonly model: TraceModel;
  readonly rows: Uint32Array;
  readonly collapsed: ReadonlySet<number>;
  readonly selected: number;
  readonly matching: ReadonlySet<number> | null;
  readonly viewport: Viewport;
  readonly showsCritical: boolean;
  /** Gaps to show, by the span they are in. */
  readonly gaps: ReadonlyMap<number, readonly Gap[]>;
  readonly select: (span: number) => void;
  readonly toggle: (span: number) => void;
  readonly collapse: (what: 'nothing' | 'services' | 'levels') => void;
}

/** The spans as rows; only those in sight are in the page, however many there are. */
export function Waterfall({ model, rows, collapsed, selected, matching, viewport, showsCritical, gaps, select, toggle, collapse }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  // The library's functions are not stable; nothing here is remembered over them.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const place = rowOf(rows, selected);
  useEffect(() => {
    if (place >= 0) {
      virtual.scrollToIndex(place, { align: 'auto' });
    }
    // Only a new place scrolls, not what moved meanwhile.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [place]);

  return (
    <div className={styles.waterfall} style={{ '--names': 'clamp(12rem, 34%, 34rem)' } as CSSProperties}>
      <div className={styles.ruler}>
        <div className={styles.rows} role="group" aria-label="Rows that are shown">
          <span>Spans</span>
          <button type="button" title="Show every span" onClick={() => collapse('nothing')}>
            All
          </button>
          <button type="button" title="Only calls between services" onClick={() => collapse('services')}>
            By service
          </button>
          <button type="button" title="Hide what is deeper than two levels" onClick={() => collapse('levels')}>
            Two levels
          </button>
        </div>
        <div className={styles.ticks} aria-hidden="true">
          {ticks(viewport).map((at) => (
            <span key={at} style={{ left: `${((at - viewport.from) / (viewport.to - viewport.from)) * 100}%` }}>
              {formatDuration(nanos(at))}
            </span>
          ))}
        </div>
      </div>
      <div ref={scroller} className={styles.scroller} role="treegrid" aria-label="Spans" aria-rowcount={rows.length} tabIndex={0}>
        <div className={styles.inner} style={{ height: virtual.getTotalSize() }} role="rowgroup">
          {virtual.getVirtualItems().map((item) => (
            <Row
              key={item.key}
              model={model}
              span={rows[item.index] ?? 0}
              index={item.index}
              top={item.start}
              isCollapsed={collapsed.has(rows[item.index] ?? -1)}
              isSelected={rows[item.index] === selected}
              isDim={matching !== null && !matching.has(rows[item.index] ?? -1)}
              viewport={viewport}
              showsCritical={showsCritical}
              gaps={gaps}
              select={select}
              toggle={toggle}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

interface RowProps extends Pick<Props, 'model' | 'viewport' | 'showsCritical' | 'gaps' | 'select' | 'toggle'> {
  readonly span: number;
  readonly index: number;
  readonly top: number;
  readonly isCollapsed: boolean;
  readonly isSelected: boolean;
  readonly isDim: boolean;
}

function Row({ model, span, index, top, isCollapsed, isSelected, isDim, viewport, showsCritical, gaps, select, toggle }: RowProps) {
  const { outline } = model;
  const columns = outline.spans;
  const service = outline.services[columns.service[span] ?? 0]?.name ?? '';
  const name = outline.names[columns.name[span] ?? 0] ?? '';
  const peer = outline.peers[columns.peer[span] ?? -1];
  const start = columns.start[span] ?? 0;
  const length = columns.duration[span] ?? 0;
  const isError = columns.status[span] === errorStatus;
  const mark = columns.flags[span] ?? 0;
  const children = model.childCount[span] ?? 0;
  const range = viewport.to - viewport.from;
  const left = ((start - viewport.from) / range) * 100;
  const width = (Math.max(0, length) / range) * 100;
  const right = left + width;
  const depth = model.depth[span] ?? 0;
  const labels = [
    isError ? ((mark & flags.errorOrigin) !== 0 ? 'failed here' : 'failed') : '',
    isCollapsed && (model.failuresBelow[span] ?? 0) > 0 ? `${model.failuresBelow[span] ?? 0} failed below` : '',
    (mark & flags.parentMissing) !== 0 ? 'parent missing' : '',
    (mark & flags.skewed) !== 0 ? 'clock skew' : '',
  ].filter(Boolean);
  return (
    <div
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      role="row"
      aria-rowindex={index + 1}
      aria-level={depth + 1}
      aria-selected={isSelected}
      aria-expanded={children > 0 ? !isCollapsed : undefined}
      data-dim={isDim}
      tabIndex={-1}
      onClick={() => select(span)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          select(span);
        }
      }}
    >
      <div className={styles.name} role="gridcell" style={{ paddingLeft: Math.min(depth, 40) * 11 + 4 }}>
        {children > 0 ? (
          <button
            type="button"
            className={styles.twist}
            tabIndex={-1}
            aria-label={`${isCollapsed ? 'Show' : 'Hide'} what ${name} called`}
            onClick={(event) => {
              event.stopPropagation();
              toggle(span);
            }}
          >
            {isCollapsed ? '▸' : '▾'} {children}
          </button>
        ) : (
          <span className={styles.twist} />
        )}
        <span className={styles.swatch} style={{ background: serviceColor(service) }} />
        {isError && (
          <span className={styles.mark} aria-hidden="true">
            {(mark & flags.errorOrigin) !== 0 ? '✖' : '✕'}
          </span>
        )}
        {(mark & (flags.parentMissing | flags.skewed)) !== 0 && (
          <span className={styles.odd} aria-hidden="true">
            ⚠
          </span>
        )}
        <span className={styles.service}>{service}</span>
        <span
          className={styles.operation}
          title={`${service} ${name} (${kinds[columns.kind[span] ?? 0] ?? ''})${labels.length > 0 ? `, ${labels.join(', ')}` : ''}`}
        >
          {name}
          {peer !== undefined && ` → ${peer}`}
        </span>
        {labels.length > 0 && <span className="visually-hidden">{labels.join(', ')}</span>}
      </div>
      <div className={styles.lane} role="gridcell" aria-label={`${formatDuration(nanos(length))}, from ${formatDuration(nanos(start))}`}>
        <div
          className={styles.span}
          data-error={isError}
          style={{ left: `${left}%`, width: `${width}%`, background: serviceColor(service) }}
        />
        {gaps.get(span)?.map((gap) => (
          <div
            key={gap.start}
            className={styles.gap}
            title={`Nothing that was called ran for ${formatDuration(gap.duration)}`}
            style={{ left: `${((gap.start - viewport.from) / range) * 100}%`, width: `${(gap.duration / range) * 100}%` }}
          />
        ))}
        {showsCritical && (mark & flags.critical) !== 0 && (columns.critical[span] ?? 0) > 0 && (
          <CriticalParts model={model} span={span} viewport={viewport} />
        )}
        <span
          className={styles.length}
          data-inside={right >= 85}
          style={right < 85 ? { left: `${Math.max(0, right)}%` } : { right: `${Math.max(0, 100 - right)}%` }}
        >
          {formatDuration(nanos(length))}
        </span>
      </div>
    </div>
  );
}

function CriticalParts({ model, span, viewport }: { model: TraceModel; span: number; viewport: Viewport }) {
  const range = viewport.to - viewport.from;
  return (model.criticalParts.get(span) ?? []).map(({ start, duration }) => (
    <div
      key={start}
      className={styles.critical}
      style={{ left: `${((start - viewport.from) / range) * 100}%`, width: `${(duration / range) * 100}%` }}
    />
  ));
}
