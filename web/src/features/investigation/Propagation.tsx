import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Report } from '../../api/investigations';
import { usePreferences } from '../../app/preferences';
import { useShortcuts, type Shortcut } from '../../app/shortcuts';
import { Button } from '../../ui/controls';
import { formatTime } from '../../units/time';
import { layoutOf, phase, stepsOf, users, type PropagationMap } from './propagation';
import type { ReportState } from './state';
import styles from './propagation.module.css';

/** Milliseconds that each step is shown while it plays. */
const pace = 1_300;

const narrow = window.matchMedia('(max-width: 760px)');
const useNarrow = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      narrow.addEventListener('change', listener);
      return () => narrow.removeEventListener('change', listener);
    },
    () => narrow.matches,
  );

/** The way trouble took, step by step; the same stands as a table below. */
export function Propagation({ report, state }: { report: Report; state: ReportState }) {
  const { zone } = usePreferences();
  const map = useMemo(() => layoutOf(stepsOf(report)), [report]);
  const isNarrow = useNarrow();
  const last = map.steps.length - 1;
  const shown = Math.min(last, state.step === undefined ? last : state.step - 1);
  const [isPlaying, setPlaying] = useState(false);
  const { change } = state;
  const show = useCallback((step: number) => change({ step: step >= last ? undefined : Math.max(0, step) + 1 }), [change, last]);
  const go = useCallback(
    (by: number) => {
      setPlaying(false);
      show(shown + by);
    },
    [show, shown],
  );
  const play = useCallback(() => {
    if (!isPlaying && shown >= last) {
      show(0);
    }

    setPlaying(!isPlaying);
  }, [isPlaying, shown, last, show]);
  useEffect(() => {
    if (!isPlaying) {
      return;
    }

    const timer = setTimeout(() => {
      if (shown + 1 >= last) {
        setPlaying(false);
      }

      show(shown + 1);
    }, pace);
    return () => clearTimeout(timer);
  }, [isPlaying, shown, last, show]);
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      { keys: 'p', label: 'Play how it spread', run: play },
      { keys: ']', label: 'Next step of how it spread', run: () => go(1) },
      { keys: '[', label: 'Previous step of how it spread', run: () => go(-1) },
    ],
    [play, go],
  );
  useShortcuts(shortcuts);
  const step = map.steps[shown];
  if (!step) {
    return <p className="quiet">No order can be told: the evidence has no times, or only one place shows trouble.</p>;
  }

  return (
    <>
      <div className={styles.controls}>
        <Button primary onClick={play} title="p">
          {isPlaying ? 'Pause' : 'Play'}
        </Button>
        <Button onClick={() => go(-1)} disabled={shown <= 0} aria-label="Previous step" title="[">
          ◀
        </Button>
        <Button onClick={() => go(1)} disabled={shown >= last} aria-label="Next step" title="]">
          ▶
        </Button>
        <input
          type="range"
          min={1}
          max={last + 1}
          value={shown + 1}
          aria-label="Step"
          aria-valuetext={`Step ${shown + 1} of ${last + 1}: ${step.to}`}
          onChange={(event) => {
            setPlaying(false);
            show(Number(event.target.value) - 1);
          }}
        />
        <span className="quiet">
          Step {shown + 1} of {last + 1}
        </span>
      </div>
      <p className={styles.caption} role="status">
        <b>{step.to}</b>
        {step.time !== null && <span className="quiet"> {formatTime(step.time, zone, 0)}</span>} {step.statement}
      </p>
      <Picture map={map} shown={shown} isNarrow={isNarrow} show={(at) => show(at)} />
      <details className={styles.twin}>
        <summary>The same as a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Where</th>
              <th scope="col">From</th>
              <th scope="col">First sign</th>
              <th scope="col">How it showed</th>
            </tr>
          </thead>
          <tbody>
            {map.steps.map((one, at) => (
              <tr key={at} aria-current={at === shown ? 'step' : undefined}>
                <td>{at + 1}</td>
                <td>{one.to}</td>
                <td>{one.from ?? 'begins here'}</td>
                <td>{one.time === null ? '' : formatTime(one.time, zone, 3)}</td>
                <td>{one.statement}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      {map.left > 0 && (
        <p className="quiet">
          The first {map.steps.length} steps; {map.left} more are in the JSON (limit of the picture).
        </p>
      )}
    </>
  );
}

const box = { width: 168, height: 58 };

/** Boxes and arrows; on a narrow screen downwards in place of to the right. */
function Picture({ map, shown, isNarrow, show }: { map: PropagationMap; shown: number; isNarrow: boolean; show: (step: number) => void }) {
  const { zone } = usePreferences();
  const pitch = isNarrow ? { x: box.width + 14, y: box.height + 34 } : { x: box.width + 72, y: box.height + 18 };
  const [across, down] = isNarrow ? [map.rows, map.columns] : [map.columns, map.rows];
  const size = { width: (across - 1) * pitch.x + box.width + 8, height: (down - 1) * pitch.y + box.height + 8 };
  const at = (node: { column: number; row: number }) => ({
    x: 4 + (isNarrow ? node.row : node.column) * pitch.x,
    y: 4 + (isNarrow ? node.column : node.row) * pitch.y,
  });
  return (
    <div className={styles.scroller} role="region" aria-label="Map of how it spread" tabIndex={0}>
      <div className={styles.picture} style={size}>
        <svg {...size} aria-hidden="true">
          <defs>
            <marker id="spread" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
              <path d="M0 0L8 4L0 8z" className={styles.point} />
            </marker>
          </defs>
          {map.edges.map((edge) => {
            const [from, to] = [map.nodes[edge.from], map.nodes[edge.to]];
            if (!from || !to) {
              return null;
            }

            return (
              <path
                key={edge.step}
                className={styles.edge}
                data-phase={phase(edge.step, shown)}
                markerEnd="url(#spread)"
                d={curve(at(from), at(to), from.column < to.column, isNarrow)}
              />
            );
          })}
        </svg>
        {map.nodes.map((node) => {
          const { x, y } = at(node);
          const state = phase(node.step, shown);
          const time = map.steps[node.step]?.to === node.name ? map.steps[node.step]?.time : null;
          return (
            <button
              key={node.name}
              type="button"
              className={styles.node}
              data-phase={state}
              data-origin={node.column === 0}
              style={{ left: x, top: y, width: box.width, height: box.height }}
              onClick={() => show(node.step)}
            >
              <span className={styles.order} aria-hidden="true">
                {node.step + 1}
              </span>
              <b>{node.name}</b>
              <span>
                {state === 'later'
                  ? 'not yet'
                  : node.name === users
                    ? 'feel it'
                    : time
                      ? `${node.column === 0 ? 'begins' : 'shows it'} ${formatTime(time, zone, 0)}`
                      : node.column === 0
                        ? 'begins here'
                        : 'shows it'}
              </span>
            </button>
          );
        })}
      </div>
    </div>
  );
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** From the side of one box to the side of the other; a way back goes around below. */
function curve(from: Place, to: Place, isForward: boolean, isNarrow: boolean): string {
  if (!isForward) {
    const a = { x: from.x + box.width / 2, y: from.y + box.height };
    const b = { x: to.x + box.width / 2, y: to.y + box.height };
    const low = Math.max(a.y, b.y) + 16;
    return `M${a.x} ${a.y}C${a.x} ${low} ${b.x} ${low} ${b.x} ${b.y + 2}`;
  }

  const a = isNarrow ? { x: from.x + box.width / 2, y: from.y + box.height } : { x: from.x + box.width, y: from.y + box.height / 2 };
  const b = isNarrow ? { x: to.x + box.width / 2, y: to.y - 2 } : { x: to.x - 2, y: to.y + box.height / 2 };
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  return isNarrow
    ? `M${a.x} ${a.y}C${a.x} ${middle.y} ${b.x} ${middle.y} ${b.x} ${b.y}`
    : `M${a.x} ${a.y}C${middle.x} ${a.y} ${middle.x} ${b.y} ${b.x} ${b.y}`;
}
