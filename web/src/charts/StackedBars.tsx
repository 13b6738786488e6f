import { useCallback, useState } from 'react';
import { usePreferences } from '../app/preferences';
import { formatCompact } from '../units/number';
import { add, formatMoment, nanos, type Moment, type Nanos } from '../units/time';
import { useCanvas } from './canvas';
import styles from './charts.module.css';

export interface Stack {
  readonly name: string;
  /** A colour as CSS has it; may name the theme's variables. */
  readonly color: string;
  /** One number per step. */
  readonly values: readonly number[];
}

interface Props {
  readonly label: string;
  readonly start: Moment;
  readonly step: Nanos;
  readonly count: number;
  readonly stacks: readonly Stack[];
  readonly pick: (start: Moment, end: Moment) => void;
}

/** Counts over time, one bar per step; dragging over it chooses that stretch. */
export function StackedBars({ label, start, step, count, stacks, pick }: Props) {
  const { zone } = usePreferences();
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const totals = Array.from({ length: count }, (_, i) => stacks.reduce((sum, stack) => sum + (stack.values[i] ?? 0), 0));
  const highest = Math.max(1, ...totals);

  const canvas = useCanvas(
    useCallback(
      ({ context, width, height, ratio, color }) => {
        const bar = width / Math.max(1, count);
        const base = new Float64Array(count);
        for (const stack of stacks) {
          context.fillStyle = color(stack.color);
          for (let i = 0; i < count; i++) {
            const size = ((stack.values[i] ?? 0) / highest) * height;
            const below = base[i] ?? 0;
            context.fillRect(i * bar + ratio * 0.5, height - below - size, Math.max(1, bar - ratio), size);
            base[i] = below + size;
          }
        }
      },
      [stacks, count, highest],
    ),
  );

  const share = (event: React.PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const at = (part: number): Moment => add(start, nanos(Math.round(part * count * step)));
  return (
    <div>
      <div
        className={styles.bars}
        role="img"
        aria-label={`${label}, at most ${highest} per step`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: share(event), to: share(event) });
        }}
        onPointerMove={(event) => {
          setOver(Math.min(count - 1, Math.floor(share(event) * count)));
          if (drag) {
            setDrag({ ...drag, to: share(event) });
          }
        }}
        onPointerLeave={() => setOver(null)}
        onPointerUp={() => {
          if (drag && Math.abs(drag.to - drag.from) > 0.005) {
            pick(at(Math.min(drag.from, drag.to)), at(Math.max(drag.from, drag.to)));
          }

          setDrag(null);
        }}
      >
        <canvas ref={canvas} />
        <span className={styles.highest}>{formatCompact(highest)}</span>
        {drag && (
          <div
            className={styles.box}
            style={{ left: `${Math.min(drag.from, drag.to) * 100}%`, width: `${Math.abs(drag.to - drag.from) * 100}%` }}
          />
        )}
      </div>
      <div className={styles.legend}>
        <span className="quiet">
          {over === null
            ? `${formatMoment(start, zone, 0)} – ${formatMoment(at(1), zone, 0)}`
            : `${formatMoment(add(start, nanos(over * step)), zone, 0)}: ${stacks
                .filter((stack) => (stack.values[over] ?? 0) > 0)
                .map((stack) => `${stack.name} ${formatCompact(stack.values[over] ?? 0)}`)
                .join(', ')}`}
        </span>
        {stacks.map((stack) => (
          <span key={stack.name} className={styles.entry}>
            <span className={styles.swatch} style={{ background: stack.color }} /> {stack.name}
          </span>
        ))}
      </div>
    </div>
  );
}
