import { useEffect, useRef, useState } from 'react';
import { usePreferences } from '../../app/preferences';
import { serviceColor } from '../../ui/serviceColor';
import { errorStatus, type TraceModel } from './model';
import type { Viewport } from './viewport';
import styles from './trace.module.css';

/** The whole trace in little; dragging over it shows that part alone. */
export function Minimap({ model, viewport, show }: { model: TraceModel; viewport: Viewport; show: (part: Viewport | null) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const { theme } = usePreferences();

  useEffect(() => {
    const element = canvas.current;
    if (!element) {
      return;
    }

    const draw = () => {
      const box = element.getBoundingClientRect();
      const scale = window.devicePixelRatio;
      element.width = Math.max(1, Math.round(box.width * scale));
      element.height = Math.max(1, Math.round(box.height * scale));
      const context = element.getContext('2d');
      if (!context) {
        return;
      }

      const style = getComputedStyle(document.documentElement);
      const colors = model.outline.services.map((service) =>
        serviceColor(service.name)
          .replace('var(--series-saturation)', style.getPropertyValue('--series-saturation'))
          .replace('var(--series-lightness)', style.getPropertyValue('--series-lightness')),
      );
      const error = style.getPropertyValue('--error');
      const { start, duration, service, status } = model.outline.spans;
      const lane = element.height / Math.max(1, model.count);
      const height = Math.max(1, Math.min(4 * scale, lane * 0.8));
      for (let i = 0; i < model.count; i++) {
        context.fillStyle = status[i] === errorStatus ? error : (colors[service[i] ?? 0] ?? '');
        const x = ((start[i] ?? 0) / Math.max(1, model.duration)) * element.width;
        const width = Math.max(scale, ((duration[i] ?? 0) / Math.max(1, model.duration)) * element.width);
        context.fillRect(x, i * lane, width, height);
      }
    };

    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => observer.disconnect();
  }, [model, theme]);

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
