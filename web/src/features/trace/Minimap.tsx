import { useCallback, useState } from 'react';
import { useCanvas } from '../../charts/canvas';
import { serviceColor } from '../../ui/serviceColor';
import { errorStatus, type TraceModel } from './model';
import type { Viewport } from './viewport';
import styles from './trace.module.css';

/** The whole trace in little; dragging over it shows that part alone. */
export function Minimap({ model, viewport, show }: { model: TraceModel; viewport: Viewport; show: (part: Viewport | null) => void }) {
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);

  const canvas = useCanvas(
    useCallback(
      ({ context, width, height, ratio, color }) => {
        const colors = model.outline.services.map((service) => color(serviceColor(service.name)));
        const error = color('var(--error)');
        const { start, duration, service, status } = model.outline.spans;
        const lane = height / Math.max(1, model.count);
        const thickness = Math.max(1, Math.min(4 * ratio, lane * 0.8));
        for (let i = 0; i < model.count; i++) {
          context.fillStyle = status[i] === errorStatus ? error : (colors[service[i] ?? 0] ?? '');
          const x = ((start[i] ?? 0) / Math.max(1, model.duration)) * width;
          const length = Math.max(ratio, ((duration[i] ?? 0) / Math.max(1, model.duration)) * width);
          context.fillRect(x, i * lane, length, thickness);
        }
      },
      [model],
    ),
  );

  const share = (clientX: number) => {
    const box = canvas.current?.getBoundingClientRect();
    return box ? Math.min(1, Math.max(0, (clientX - box.left) / box.width)) : 0;
  };
  const shown = drag
    ? { from: Math.min(drag.from, drag.to), to: Math.max(drag.from, drag.to) }
    : { from: viewport.from / Math.max(1, model.duration), to: viewport.to / Math.max(1, model.duration) };

  return (
    <div
      className={styles.minimap}
      role="presentation"
      title="Drag over a part to see it alone; double-click for the whole"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = share(event.clientX);
        setDrag({ from: at, to: at });
      }}
      onPointerMove={(event) => drag && setDrag({ ...drag, to: share(event.clientX) })}
      onPointerUp={() => {
        if (drag && Math.abs(drag.to - drag.from) > 0.005) {
          show({ from: Math.round(shown.from * model.duration), to: Math.round(shown.to * model.duration) });
        }

        setDrag(null);
      }}
      onDoubleClick={() => show(null)}
    >
      <canvas ref={canvas} />
      <div className={styles.shade} style={{ left: 0, width: `${shown.from * 100}%` }} />
      <div className={styles.shade} style={{ right: 0, width: `${(1 - shown.to) * 100}%` }} />
    </div>
  );
}
