import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { durationsQuery } from '../../api/durations';
import { usePreferences } from '../../app/preferences';
import { useCanvas } from '../../charts/canvas';
import { Failure } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { add, between, formatDuration, formatMoment, formatRfc3339, nanos, type Moment, type Nanos } from '../../units/time';
import { resolveRange, type Range } from '../../url/range';
import { cellsOf, heatOf, type Heat, type HeatBox } from './heat';
import { durationTicks } from './scatterScale';
import type { Point } from './scatterScale';
import styles from './traces.module.css';

const columns = 60;

interface Props {
  /** TraceQL of one set of braces. */
  readonly query: string;
  readonly range: Range;
  readonly pick: (part: { start: Moment; end: Moment; shortest: Nanos; longest: Nanos }) => void;
}

/** How many spans by time and duration: all that fit, also those beyond the results below. Dragging a box looks closer. */
export function HeatMap({ query, range, pick }: Props) {
  // Fixed while the address is: what is asked must not move with the clock.
  const { start, end } = useMemo(() => resolveRange(range), [range]);
  const step = nanos(Math.max(1, Math.ceil(between(start, end) / columns / 1e9)) * 1e9);
  const answer = useQuery(durationsQuery(query, { start: formatRfc3339(start), end: formatRfc3339(end), step: `${step / 1e9}s` }));
  const heat = useMemo(() => heatOf(answer.data ?? [], start, end, step), [answer.data, start, end, step]);
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  return <Picture heat={heat} isReading={answer.isPending} pick={pick} />;
}

function Picture({ heat, isReading, pick }: { heat: Heat; isReading: boolean; pick: Props['pick'] }) {
  const { zone } = usePreferences();
  const [drag, setDrag] = useState<{ from: Point; to: Point } | null>(null);
  const [over, setOver] = useState<Point | null>(null);
  const canvas = useCanvas(
    useCallback(
      ({ context, width, height, ratio, color }) => {
        const [cell, row] = [width / heat.columns, height / Math.max(1, heat.rows.length)];
        context.fillStyle = color('var(--accent)');
        for (const [index, counts] of heat.counts.entries()) {
          for (const [column, count] of counts.entries()) {
            if (count > 0) {
              // By the logarithm: the rare slow ones are what one looks for.
              context.globalAlpha = 0.15 + 0.85 * (Math.log(1 + count) / Math.log(1 + heat.most));
              context.fillRect(column * cell, height - (index + 1) * row, Math.max(ratio, cell - ratio), Math.max(ratio, row - ratio));
            }
          }
        }
      },
      [heat],
    ),
  );
  const at = (event: React.PointerEvent): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: 1 - (event.clientY - box.top) / box.height };
  };
  const boxOf = (from: Point, to: Point): HeatBox => ({
    left: Math.min(from.x, to.x),
    right: Math.max(from.x, to.x),
    bottom: Math.min(from.y, to.y),
    top: Math.max(from.y, to.y),
  });
  const told = over && heat.rows.length > 0 ? cellsOf(heat, boxOf(over, over)) : null;
  const count = told
    ? (heat.counts[Math.min(heat.rows.length - 1, Math.floor((over?.y ?? 0) * heat.rows.length))]?.[
        Math.min(heat.columns - 1, Math.floor((over?.x ?? 0) * heat.columns))
      ] ?? 0)
    : 0;
  const shown = drag && boxOf(drag.from, drag.to);
  const end = add(heat.start, nanos(heat.columns * heat.step));
  return (
    <div
      className={styles.scatter}
      role="img"
      aria-label={`${formatCount(heat.total)} spans by time and duration, from ${formatDuration(nanos((heat.rows[0] ?? 0) / 2))} to ${formatDuration(nanos(heat.rows.at(-1) ?? 0))}, at most ${formatCount(heat.most)} in a cell`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: at(event), to: at(event) });
      }}
      onPointerMove={(event) => {
        setOver(at(event));
        if (drag) {
          setDrag({ ...drag, to: at(event) });
        }
      }}
      onPointerLeave={() => setOver(null)}
      onPointerUp={(event) => {
        if (drag && heat.rows.length > 0) {
          pick(cellsOf(heat, boxOf(drag.from, at(event))));
        }

        setDrag(null);
      }}
    >
      <canvas ref={canvas} />
      {durationTicks((heat.rows.at(-1) ?? 0) / 2 ** heat.rows.length, heat.rows.at(-1) ?? 0).map(({ value, share }) => (
        <span key={value} className={styles.tick} style={{ bottom: `${share * 100}%` }} aria-hidden="true">
          {formatDuration(value)}
        </span>
      ))}
      <span className={styles.axis} style={{ top: 0, left: 0 }}>
        {heat.rows.length > 0 ? formatDuration(nanos(heat.rows.at(-1) ?? 0)) : isReading ? 'Counting …' : 'No span in this stretch of time'}
      </span>
      <span className={styles.axis} style={{ bottom: 0, left: 0 }}>
        {heat.rows.length > 0 && `${formatDuration(nanos((heat.rows[0] ?? 0) / 2))} · `}
        {formatMoment(heat.start, zone, 0)}
      </span>
      <span className={styles.axis} style={{ bottom: 0, right: 0 }}>
        {formatMoment(end, zone, 0)}
      </span>
      {told && !drag && (
        <span className={styles.axis} style={{ top: 0, right: 0 }}>
          {formatMoment(told.start, zone, 0)}, {formatDuration(told.shortest)} – {formatDuration(told.longest)}:{' '}
          <strong>{formatCount(count)} spans</strong>
        </span>
      )}
      {shown && (
        <div
          className={styles.box}
          style={{
            left: `${shown.left * 100}%`,
            width: `${(shown.right - shown.left) * 100}%`,
            bottom: `${shown.bottom * 100}%`,
            height: `${(shown.top - shown.bottom) * 100}%`,
          }}
        />
      )}
    </div>
  );
}
