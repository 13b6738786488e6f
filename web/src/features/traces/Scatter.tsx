import { useCallback, useMemo, useState } from 'react';
import type { TraceEntry } from '../../api/traces';
import { usePreferences } from '../../app/preferences';
import { useCanvas } from '../../charts/canvas';
import { add, formatDuration, formatMoment, nanos, type Moment } from '../../units/time';
import { nearest, scatterScale, type Point } from './scatterScale';
import styles from './traces.module.css';

/** Every trace as a dot: when it began and how long it took (a logarithmic scale). Drag a box to look closer, click a dot to open it. */
export function Scatter({
  traces,
  pick,
  open,
}: {
  traces: readonly TraceEntry[];
  pick: (box: { start: Moment; end: Moment }) => void;
  open: (trace: TraceEntry) => void;
}) {
  const { zone } = usePreferences();
  const [drag, setDrag] = useState<{ from: Point; to: Point } | null>(null);
  const scale = useMemo(() => scatterScale(traces), [traces]);

  const canvas = useCanvas(
    useCallback(
      ({ context, width, height, ratio, color }) => {
        const [plain, failed] = [color('var(--accent)'), color('var(--error)')];
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
        }
      },
      [traces, scale],
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
        if (drag && Math.abs(drag.from.x - end.x) > 0.01) {
          const [from, to] = [Math.min(drag.from.x, end.x), Math.max(drag.from.x, end.x)];
          pick({ start: add(scale.start, nanos(from * scale.width)), end: add(scale.start, nanos(to * scale.width)) });
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
            top: 0,
            bottom: 0,
          }}
        />
      )}
    </div>
  );
}
