import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useShortcuts, type Shortcut } from '../../app/shortcuts';
import { useCanvas } from '../../charts/canvas';
import { Badge, Button } from '../../ui/controls';
import { serviceColor } from '../../ui/serviceColor';
import { formatCount, formatShare } from '../../units/number';
import { formatDuration, nanos } from '../../units/time';
import { flameOf, neighbour, tilesOf, type Measure } from './flame';
import type { TraceModel } from './model';
import styles from './flame.module.css';

const rowHeight = 21;
/** Width of a letter, in pixels of the page; labels are cut by it rather than measured one by one. */
const letter = 6.7;

interface Props {
  readonly model: TraceModel;
  readonly matching: ReadonlySet<number> | null;
  readonly measure: Measure;
  /** Id of the first span of the node that fills the width. */
  readonly zoom: string | undefined;
  readonly change: (part: { zoom?: string | undefined; measure?: string | undefined }) => void;
  readonly showSpans: (service: string, name: string) => void;
  readonly showSpan: (span: number) => void;
}

/** The trace by paths of calls, like calls as one: how wide a node is says how much of the work, or of the waiting, it and what is below it took. */
export function FlameGraph({ model, matching, measure, zoom, change, showSpans, showSpan }: Props) {
  const flame = useMemo(() => flameOf(model, measure), [model, measure]);
  const zoomed = useMemo(() => {
    const span = zoom === undefined ? -1 : model.outline.spans.id.indexOf(zoom);
    return span < 0 ? 0 : (flame.nodeOf[span] ?? 0);
  }, [flame, model, zoom]);
  const [chosen, setChosen] = useState<number | null>(null);
  const cursor = chosen !== null && chosen < flame.count ? chosen : zoomed;
  const [hovered, setHovered] = useState<number | null>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 400 });
  const scroller = useRef<HTMLDivElement>(null);
  const matches = useMemo(() => {
    if (!matching) {
      return null;
    }

    const nodes = new Uint8Array(flame.count);
    matching.forEach((span) => (nodes[flame.nodeOf[span] ?? 0] = 1));
    return nodes;
  }, [flame, matching]);

  const labelOf = useCallback(
    (node: number): string =>
      node === 0
        ? 'the whole trace'
        : `${model.outline.services[flame.service[node] ?? 0]?.name ?? ''}: ${model.outline.names[flame.name[node] ?? 0] ?? ''}`,
    [flame, model],
  );

  // Rows above and below what is seen are not drawn: a trace may be thousands of calls deep.
  const [firstRow, lastRow] = [Math.floor(scroll.top / rowHeight), Math.ceil((scroll.top + scroll.height) / rowHeight)];
  const tiles = useMemo(() => tilesOf(flame, zoomed, 0.0004, firstRow, lastRow), [flame, zoomed, firstRow, lastRow]);
  const canvas = useCanvas(
    useCallback(
      ({ context, width, ratio, color }) => {
        const colors = model.outline.services.map((service) => color(serviceColor(service.name)));
        const [text, error, whole, accent] = [
          color('var(--text)'),
          color('var(--error)'),
          color('var(--ground-sunken)'),
          color('var(--accent)'),
        ];
        context.font = `${12 * ratio}px ${getComputedStyle(document.documentElement).fontFamily}`;
        context.textBaseline = 'middle';
        for (const { node, depth, left, width: share } of tiles) {
          const [x, y] = [left * width, (depth * rowHeight - scroll.top) * ratio];
          const [w, h] = [Math.max(ratio, share * width - ratio), (rowHeight - 1) * ratio];
          const isFaint = matches !== null && matches[node] !== 1;
          context.globalAlpha = node === 0 ? 1 : isFaint ? 0.12 : 0.42;
          context.fillStyle = node === 0 ? whole : (colors[flame.service[node] ?? 0] ?? whole);
          context.fillRect(x, y, w, h);
          context.globalAlpha = 1;
          if ((flame.failed[node] ?? 0) > 0 && node !== 0) {
            context.fillStyle = error;
            context.fillRect(x, y + h - 3 * ratio, w, 3 * ratio);
          }

          const room = Math.floor((share * width) / ratio / letter) - 1;
          if (room >= 3) {
            const label = labelOf(node);
            context.globalAlpha = isFaint ? 0.55 : 1;
            context.fillStyle = text;
            context.fillText(label.length > room ? `${label.slice(0, room - 1)}…` : label, x + 4 * ratio, y + h / 2);
            context.globalAlpha = 1;
          }

          if (node === cursor || node === hovered) {
            context.strokeStyle = node === cursor ? accent : text;
            context.lineWidth = 2 * ratio;
            context.strokeRect(x + ratio, y + ratio, Math.max(ratio, w - 2 * ratio), h - 2 * ratio);
          }
        }
      },
      [tiles, scroll.top, model, flame, matches, cursor, hovered, labelOf],
    ),
  );

  useEffect(() => {
    const element = scroller.current;
    if (!element) {
      return;
    }

    const read = () => setScroll({ top: element.scrollTop, height: element.clientHeight });
    read();
    const sizes = new ResizeObserver(read);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);

  const zoomTo = useCallback(
    (node: number) => {
      setChosen(node);
      change({ zoom: node === 0 ? undefined : model.outline.spans.id[flame.first[node] ?? 0] });
    },
    [change, flame, model],
  );
  const move = useCallback(
    (key: 'up' | 'down' | 'left' | 'right') => {
      const next = neighbour(flame, cursor, key);
      setChosen(next);
      const element = scroller.current;
      const top = (flame.depth[next] ?? 0) * rowHeight;
      if (element && (top < element.scrollTop || top + rowHeight > element.scrollTop + element.clientHeight)) {
        element.scrollTop = Math.max(0, top - element.clientHeight / 2);
      }
    },
    [flame, cursor],
  );
  useShortcuts(
    useMemo<Shortcut[]>(
      () => [
        { keys: 'ArrowUp', label: 'To the caller', run: () => move('up') },
        { keys: 'ArrowDown', label: 'To the largest call below', run: () => move('down') },
        { keys: 'ArrowLeft', label: 'To the larger call beside', run: () => move('left') },
        { keys: 'ArrowRight', label: 'To the smaller call beside', run: () => move('right') },
        { keys: 'Enter', label: 'Let it fill the width', run: () => zoomTo(cursor) },
        { keys: '0', label: 'The whole trace', run: () => zoomTo(0) },
      ],
      [move, zoomTo, cursor],
    ),
  );

  const nodeAt = (event: React.MouseEvent): number | null => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const depth = Math.floor((event.clientY - box.top + scroll.top) / rowHeight);
    // Later tiles are drawn over earlier ones.
    return tiles.findLast((tile) => tile.depth === depth && x >= tile.left && x < tile.left + Math.max(tile.width, 0.002))?.node ?? null;
  };

  const told = hovered ?? cursor;
  const whole = flame.total[0] ?? 0;
  const measured = measure === 'critical' ? 'of what the request waited for' : 'of all work';
  return (
    <div className={styles.flame}>
      <div className={styles.head}>
        <Button
          aria-pressed={measure === 'self'}
          title="Time in which nothing below was running, added up"
          onClick={() => change({ measure: undefined })}
        >
          Work
        </Button>
        <Button
          aria-pressed={measure === 'critical'}
          title="Time on the critical path: the widths add up to the request’s time"
          onClick={() => change({ measure: 'critical' })}
        >
          Waiting
        </Button>
        <Button disabled={zoomed === 0} onClick={() => zoomTo(0)} title="The whole trace (0)">
          Whole trace
        </Button>
        <p className={styles.told} aria-live="polite">
          <strong>{labelOf(told)}</strong> {formatDuration(nanos(flame.total[told] ?? 0))}
          {whole > 0 && ` (${formatShare((flame.total[told] ?? 0) / whole)} ${measured})`}, {formatDuration(nanos(flame.own[told] ?? 0))}{' '}
          its own · {formatCount(flame.spans[told] ?? 0)} spans
          {(flame.failed[told] ?? 0) > 0 && (
            <>
              {' '}
              <Badge tone="error">{formatCount(flame.failed[told] ?? 0)} failed</Badge>
            </>
          )}
        </p>
        <Button
          disabled={cursor === 0}
          onClick={() =>
            showSpans(model.outline.services[flame.service[cursor] ?? 0]?.name ?? '', model.outline.names[flame.name[cursor] ?? 0] ?? '')
          }
        >
          Its spans
        </Button>
        <Button disabled={cursor === 0} onClick={() => showSpan(flame.longest[cursor] ?? 0)}>
          The longest of them
        </Button>
      </div>
      <div
        ref={scroller}
        className={styles.scroller}
        role="region"
        aria-label="Flame graph"
        tabIndex={0}
        onScroll={(event) => setScroll({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
      >
        <div style={{ height: (flame.deepest + 1) * rowHeight }}>
          {/* Keys do the same: see the shortcuts above. */}
          <canvas
            ref={canvas}
            className={styles.canvas}
            style={{ height: Math.min(scroll.height, (flame.deepest + 1) * rowHeight) }}
            role="img"
            aria-label={`${formatCount(flame.count - 1)} groups of calls; arrow keys move among them, Enter lets one fill the width; the statistics have the same as a table`}
            title={hovered === null ? undefined : labelOf(hovered)}
            onMouseMove={(event) => setHovered(nodeAt(event))}
            onMouseLeave={() => setHovered(null)}
            onClick={(event) => {
              const node = nodeAt(event);
              if (node !== null) {
                zoomTo(node);
              }
            }}
          />
        </div>
      </div>
    </div>
  );
}
