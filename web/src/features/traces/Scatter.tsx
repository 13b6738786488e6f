import { useCallback, useMemo, useState } from 'react';
import { usePreferences } from '../../app/preferences';
import { useCanvas } from '../../charts/canvas';
import { add, formatDuration, formatMoment, nanos } from '../../units/time';
import type { FoundTrace } from './found';
import { durationTicks, nearest, scatterScale, type Point } from './scatterScale';
import styles from './traces.module.css';

/** Every trace as a dot: when it began and how long it took (a logarithmic scale). Dragging a box picks those in it, a click opens one. */
export function Scatter({
  traces,
  picked,
  pick,
  open,
}: {
  traces: readonly FoundTrace[];
  picked: ReadonlySet<string>;
  /** The traces within the box that was dragged. */
  pick: (ids: string[]) => void;
  open: (trace: FoundTrace) => void;
}) {
  const { zone } = usePreferences();
  const [drag, setDrag] = useState<{ from: Point; to: Point } | null>(null);
  const scale = useMemo(() => scatterScale(traces), [traces]);

  const canvas = useCanvas(
    useCallback(
      ({ context, width, height, ratio, color }) => {
        const [plain, failed, text] = [color('var(--accent)'), color('var(--error)'), color('var(--text)')];
        context.globalAlpha = 0.75;
        for (const [index, point] of scale.points.entries()) {
          const isError = (traces[index]?.errorCount ?? 0) > 0;
          const [x, y, size] = [point.x * width, (1 - point.y) * height, 3.2 * ratio];
          context.fillStyle = isError ? failed : plain;
          context.beginPath();
          if (isError) {
            // Not by colour alone: failures are squares on their corner.
            context.moveTo(x, y - size * 1.3);
            context.lineTo(x + size * 1.3, y);
            context.lineTo(x, y + size * 1.3);
            context.lineTo(x - size * 1.3, y);
          } else {
            context.arc(x, y, size, 0, 2 * Math.PI);
          }

          context.fill();
          if (picked.has(traces[index]?.traceId ?? '')) {
            context.globalAlpha = 1;
            context.strokeStyle = text;
            context.lineWidth = 1.5 * ratio;
            context.stroke();
            context.globalAlpha = 0.75;
          }
        }
      },
      [traces, scale, picked],
    ),
  );

  const at = (event: React.PointerEvent): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: 1 - (event.clientY - box.top) / box.height };
  };

  return (
    <div
      className={styles.scatter}
      role="img"
      aria-label={`${traces.length} traces by start and duration, the longest ${formatDuration(nanos(scale.longest))}; the table below has them all`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: at(event), to: at(event) });
      }}
      onPointerMove={(event) => drag && setDrag({ ...drag, to: at(event) })}
      onPointerUp={(event) => {
        const end = at(event);
        if (drag && (Math.abs(drag.from.x - end.x) > 0.01 || Math.abs(drag.from.y - end.y) > 0.04)) {
          const [left, right] = [Math.min(drag.from.x, end.x), Math.max(drag.from.x, end.x)];
          const [bottom, top] = [Math.min(drag.from.y, end.y), Math.max(drag.from.y, end.y)];
          pick(
            traces
              .filter((_, index) => {
                const point = scale.points[index];
                return point && point.x >= left && point.x <= right && point.y >= bottom && point.y <= top;
              })
              .map((trace) => trace.traceId),
          );
        } else if (drag) {
          const box = event.currentTarget.getBoundingClientRect();
          const found = nearest(scale.points, end, box.width / box.height);
          const trace = found === null ? undefined : traces[found];
          if (trace) {
            open(trace);
          }
        }

        setDrag(null);
      }}
    >
      <canvas ref={canvas} />
      {durationTicks(...scale.bounds).map(({ value, share }) => (
        <span key={value} className={styles.tick} style={{ bottom: `${share * 100}%` }} aria-hidden="true">
          {formatDuration(value)}
        </span>
      ))}
      <span className={styles.axis} style={{ top: 0, left: 0 }}>
        {formatDuration(nanos(scale.longest))}
      </span>
      <span className={styles.axis} style={{ bottom: 0, left: 0 }}>
        {formatDuration(nanos(scale.shortest))} · {formatMoment(scale.start, zone, 0)}
      </span>
      <span className={styles.axis} style={{ bottom: 0, right: 0 }}>
        {formatMoment(add(scale.start, nanos(scale.width)), zone, 0)} · ◆ failed
      </span>
      {drag && (
        <div
          className={styles.box}
          style={{
            left: `${Math.min(drag.from.x, drag.to.x) * 100}%`,
            width: `${Math.abs(drag.from.x - drag.to.x) * 100}%`,
            bottom: `${Math.min(drag.from.y, drag.to.y) * 100}%`,
            height: `${Math.abs(drag.from.y - drag.to.y) * 100}%`,
          }}
        />
      )}
    </div>
  );
}
