import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useShortcuts, type Shortcut } from '../../app/shortcuts';
import { layoutQuery, pathOf, type GraphLayout, type GraphShape } from '../../charts/graphLayout';
import { Button, Failure } from '../../ui/controls';
import { formatCompact, formatCount, formatShare } from '../../units/number';
import { formatDuration, nanos } from '../../units/time';
import { healthOf, healthWords, kindWords, neighbour, type MapEdge, type MapNode, type ServiceGraph, type Traffic } from './graph';
import styles from './map.module.css';
import { largest, panned, revealing, whole, zoomed, type ViewBox } from './viewBox';

const size = { width: 178, height: 52 } as const;
const labelSize = { width: 88, height: 28 } as const;
/** Graphs with more edges have labels only on those that fail or are chosen. */
const labelled = 60;

/** Lines of graphs with more edges are pale, but for those that fail or are chosen. */
const crowded = 150;

const noShortcuts: readonly Shortcut[] = [];

interface Props {
  readonly graph: ServiceGraph;
  /** Seconds that the numbers are of. */
  readonly seconds: number;
  readonly matching: ReadonlySet<string> | null;
  /** Id of a node or an edge. */
  readonly selected: string | undefined;
  readonly select: (id: string | undefined) => void;
  readonly enter: (node: MapNode) => void;
  /** A part of a page rather than the page. */
  readonly isSmall?: boolean;
}

/** Services and what they call. Its twin for those who do not see it is the table of connections. */
export function MapView(props: Props) {
  const { graph } = props;
  const isLabelled = graph.edges.length <= labelled;
  const shape = useMemo<GraphShape>(
    () => ({ nodes: graph.nodes.map(({ id }) => ({ id, ...size })), edges: graph.edges, ...(isLabelled && { label: labelSize }) }),
    [graph, isLabelled],
  );
  const layout = useQuery(layoutQuery(shape));
  if (layout.error) {
    return <Failure error={layout.error} retry={() => void layout.refetch()} />;
  }

  return layout.data ? (
    <Drawing {...props} layout={layout.data} isLabelled={isLabelled} />
  ) : (
    <p className="quiet">
      Arranging {formatCount(graph.nodes.length)} services and {formatCount(graph.edges.length)} connections …
    </p>
  );
}

function Drawing({
  graph,
  seconds,
  matching,
  selected,
  select,
  enter,
  isSmall = false,
  layout,
  isLabelled,
}: Props & { layout: GraphLayout; isLabelled: boolean }) {
  const frame = useRef<HTMLDivElement>(null);
  const [window, setWindow] = useState({ width: 900, height: 480 });
  const [moved, setMoved] = useState<{ layout: GraphLayout; box: ViewBox } | null>(null);
  // Where one looks belongs to an arrangement; another one is shown whole.
  const box = moved?.layout === layout ? moved.box : whole(layout, window);
  const move = useCallback(
    (change: (known: ViewBox) => ViewBox) =>
      setMoved((known) => ({ layout, box: change(known?.layout === layout ? known.box : whole(layout, window)) })),
    [layout, window],
  );
  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null);

  useEffect(() => {
    const element = frame.current;
    if (!element) {
      return;
    }

    const sizes = new ResizeObserver(() => setWindow({ width: element.clientWidth, height: element.clientHeight }));
    sizes.observe(element);
    // Not by React: only a listener that says that it stops the page from scrolling may do so.
    const wheel = (event: WheelEvent) => {
      if (isSmall && !event.ctrlKey) {
        return; // The page scrolls on.
      }

      event.preventDefault();
      const place = element.getBoundingClientRect();
      const at = { x: (event.clientX - place.left) / place.width, y: (event.clientY - place.top) / place.height };
      move((known) => zoomed(known, Math.exp(Math.sign(event.deltaY) * 0.16), { width: element.clientWidth }, at));
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      sizes.disconnect();
      element.removeEventListener('wheel', wheel);
    };
  }, [move, isSmall]);

  const reveal = useCallback(
    (id: string) => {
      const place = layout.nodes.get(id);
      if (place) {
        move((known) => revealing(known, { ...place, ...size }));
      }
    },
    [layout, move],
  );
  const closer = useCallback((factor: number) => move((known) => zoomed(known, factor, window)), [move, window]);
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      { keys: '+', label: 'Look closer', run: () => closer(0.75) },
      { keys: '-', label: 'Look from further away', run: () => closer(1.33) },
      { keys: '0', label: 'The whole map', run: () => setMoved(null) },
      ...(['Left', 'Right', 'Up', 'Down'] as const).map((name) => ({
        keys: `Arrow${name}`,
        label: selected === undefined ? 'Move the map' : 'Go to the next service',
        run: () => {
          const direction = name.toLowerCase() as 'left';
          const next = selected === undefined ? null : neighbour(layout.nodes, selected, direction);
          if (next !== null) {
            select(next);
            reveal(next);
          } else if (selected === undefined) {
            move((known) =>
              panned(known, name === 'Left' ? -0.1 : name === 'Right' ? 0.1 : 0, name === 'Up' ? -0.1 : name === 'Down' ? 0.1 : 0),
            );
          }
        },
      })),
    ],
    [closer, selected, layout, select, reveal, move],
  );
  useShortcuts(isSmall ? noShortcuts : shortcuts);

  const around = useMemo(
    () =>
      new Set(
        graph.edges
          .filter((edge) => edge.from === selected || edge.to === selected || edge.id === selected)
          .flatMap((edge) => [edge.id, edge.from, edge.to]),
      ),
    [graph, selected],
  );
  const isDim = (id: string) =>
    (selected !== undefined && around.size > 0 && !around.has(id) && id !== selected) || (matching !== null && !matching.has(id));
  const scale = window.width / box.width;
  return (
    <div className={styles.map}>
      <div
        ref={frame}
        className={styles.frame}
        data-small={isSmall}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, y: event.clientY, moved: false };
        }}
        onPointerMove={(event) => {
          const from = drag.current;
          if (from && (from.moved || Math.hypot(event.clientX - from.x, event.clientY - from.y) > 4)) {
            if (!from.moved) {
              event.currentTarget.setPointerCapture(event.pointerId);
            }

            const [x, y] = [(from.x - event.clientX) / window.width, (from.y - event.clientY) / window.height];
            move((known) => panned(known, x, y));
            drag.current = { x: event.clientX, y: event.clientY, moved: true };
          }
        }}
        onPointerUp={(event) => {
          if (drag.current && !drag.current.moved && event.target instanceof Element && !event.target.closest('[role=button]')) {
            select(undefined);
          }

          drag.current = null;
        }}
        role="presentation"
      >
        <svg
          width={window.width}
          height={window.height}
          viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
          role="group"
          aria-label={`${graph.nodes.length} services and peers, ${graph.edges.length} connections`}
          data-small={scale < 0.55}
          data-crowded={graph.edges.length > crowded}
        >
          <defs>
            {(['good', 'unknown', 'some', 'failing'] as const).map((kind) => (
              <marker
                key={kind}
                id={`arrow-${kind}`}
                viewBox="0 0 8 8"
                refX="7.5"
                refY="4"
                markerWidth="7"
                markerHeight="7"
                markerUnits="userSpaceOnUse"
                orient="auto"
              >
                <path d="M0 0L8 4L0 8z" fill={kind === 'failing' || kind === 'some' ? healthWords[kind].color : 'var(--text-quiet)'} />
              </marker>
            ))}
          </defs>
          {graph.edges.map((edge) => (
            <Edge
              key={edge.id}
              edge={edge}
              layout={layout}
              seconds={seconds}
              isDim={isDim(edge.id) || isDim(edge.from) || isDim(edge.to)}
              isLabelled={isLabelled}
              isSelected={edge.id === selected}
              isNear={around.has(edge.id)}
              select={select}
            />
          ))}
          {graph.nodes.map((node) => (
            <Node
              key={node.id}
              node={node}
              layout={layout}
              seconds={seconds}
              isDim={isDim(node.id)}
              isSelected={node.id === selected}
              select={select}
              enter={enter}
              reveal={reveal}
            />
          ))}
        </svg>
      </div>
      <div className={styles.zoom} role="group" aria-label="Look at the map">
        <Button onClick={() => closer(0.75)} disabled={scale >= largest} aria-label="Look closer" title="Look closer ( + )">
          +
        </Button>
        <Button onClick={() => closer(1.33)} aria-label="Look from further away" title="Look from further away ( - )">
          −
        </Button>
        <Button onClick={() => setMoved(null)} title="The whole map ( 0 )">
          Whole
        </Button>
      </div>
      <Key />
    </div>
  );
}

/** "12/s · 0.4 % · 25 ms" */
export function trafficText(traffic: Traffic, seconds: number): string {
  return [
    rateText(traffic.calls, seconds),
    traffic.errors > 0 ? `${formatShare(Math.min(1, traffic.errors / Math.max(1e-9, traffic.calls)))} failed` : '',
    traffic.p95 === null ? '' : `p95 ${formatDuration(nanos(traffic.p95 * 1e9))}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Calls by time, in the unit in which the number is easy to read. */
export function rateText(calls: number, seconds: number): string {
  const rate = calls / Math.max(1, seconds);
  return calls === 0
    ? 'no calls'
    : rate >= 0.1
      ? `${formatCompact(rate)}/s`
      : rate * 60 >= 0.1
        ? `${formatCompact(rate * 60)}/min`
        : `${formatCompact(rate * 3_600)}/h`;
}

function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

interface EdgeProps {
  readonly edge: MapEdge;
  readonly layout: GraphLayout;
  readonly seconds: number;
  readonly isDim: boolean;
  readonly isLabelled: boolean;
  readonly isSelected: boolean;
  readonly isNear: boolean;
  readonly select: Props['select'];
}

function Edge({ edge, layout, seconds, isDim, isLabelled, isSelected, isNear, select }: EdgeProps) {
  const place = layout.edges.get(edge.id);
  if (!place) {
    return null;
  }

  const health = healthOf(edge);
  const isFailing = health === 'failing' || health === 'some';
  const path = pathOf(place.points, layout.isSpline);
  const [from, to] = [nameOf(edge.from), nameOf(edge.to)];
  const middle = place.points[Math.floor(place.points.length / 2)] ?? { x: 0, y: 0 };
  const label = place.label ?? { x: middle.x - labelSize.width / 2, y: middle.y - labelSize.height / 2 };
  const isShown = isLabelled || isSelected || isNear || health === 'failing';
  const text = [rateText(edge.calls, seconds), edge.p95 === null ? '' : formatDuration(nanos(edge.p95 * 1e9))].filter(Boolean).join(' · ');
  return (
    <g
      className={styles.edge}
      data-dim={isDim}
      data-health={health}
      data-selected={isSelected || isNear}
      role="button"
      tabIndex={-1}
      aria-label={`${from} calls ${to}: ${trafficText(edge, seconds)}`}
      aria-pressed={isSelected}
      onClick={() => select(isSelected ? undefined : edge.id)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          select(edge.id);
        }
      }}
    >
      <path d={path} className={styles.hit} />
      <path
        d={path}
        className={styles.arrow}
        strokeWidth={Math.min(4, 1 + Math.log10(1 + edge.calls / Math.max(1, seconds)))}
        markerEnd={`url(#arrow-${health})`}
      />
      {isShown && !isDim && (
        <text textAnchor="middle">
          {isFailing && (
            <tspan x={label.x + labelSize.width / 2} y={label.y + 10}>
              {healthWords[health].sign} {formatShare(Math.min(1, edge.errors / Math.max(1e-9, edge.calls)))}
            </tspan>
          )}
          <tspan x={label.x + labelSize.width / 2} y={label.y + 23}>
            {text}
          </tspan>
        </text>
      )}
    </g>
  );
}

const nameOf = (id: string): string => id.slice(id.indexOf(' ') + 1);

interface NodeProps {
  readonly node: MapNode;
  readonly layout: GraphLayout;
  readonly seconds: number;
  readonly isDim: boolean;
  readonly isSelected: boolean;
  readonly select: Props['select'];
  readonly enter: Props['enter'];
  readonly reveal: (id: string) => void;
}

function Node({ node, layout, seconds, isDim, isSelected, select, enter, reveal }: NodeProps) {
  const place = layout.nodes.get(node.id);
  if (!place) {
    return null;
  }

  const health = healthOf(node, node.isAlerted);
  const { sign, color, word } = healthWords[health];
  return (
    <g
      className={styles.node}
      transform={`translate(${place.x} ${place.y})`}
      data-kind={node.kind}
      data-dim={isDim}
      data-selected={isSelected}
      role="button"
      tabIndex={0}
      aria-pressed={isSelected}
      aria-label={`${node.name}, ${kindWords[node.kind]}${node.kind === 'group' ? ` of ${node.members.length}` : ''}, ${word}: ${trafficText(node, seconds)}`}
      onClick={() => select(isSelected ? undefined : node.id)}
      onDoubleClick={() => enter(node)}
      onFocus={(event) => {
        if (event.currentTarget.matches(':focus-visible')) {
          reveal(node.id);
        }
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          select(node.id);
        }
      }}
    >
      <Shape kind={node.kind} color={color} />
      <text x={12} y={node.kind === 'database' ? 24 : 21} className={styles.name}>
        {short(
          node.kind === 'group' ? `${node.name} (${node.members.length})` : node.name,
          node.kind === 'queue' || node.kind === 'external' ? 17 : 19,
        )}
      </text>
      <text
        x={size.width - (node.kind === 'queue' ? 24 : 14)}
        y={node.kind === 'database' ? 24 : 21}
        textAnchor="middle"
        className={styles.sign}
        fill={color}
      >
        {sign}
      </text>
      <text x={12} y={40} className={styles.numbers}>
        {node.calls > 0
          ? [
              rateText(node.calls, seconds),
              node.errors > 0 ? formatShare(Math.min(1, node.errors / node.calls)) : '',
              node.p95 === null ? '' : formatDuration(nanos(node.p95 * 1e9)),
            ]
              .filter(Boolean)
              .join(' · ')
          : kindWords[node.kind]}
      </text>
    </g>
  );
}

/** What a node is, by its outline: a box, a cylinder, a pipe, a dashed box, a stack of boxes. */
export function Shape({
  kind,
  color,
  width = size.width,
  height = size.height,
}: {
  kind: MapNode['kind'];
  color: string;
  width?: number;
  height?: number;
}) {
  const rim = Math.min(kind === 'database' ? 5 : 7, height / 4);
  switch (kind) {
    case 'database':
      return (
        <>
          <path
            className={styles.shape}
            stroke={color}
            d={`M0 ${rim}A${width / 2} ${rim} 0 0 1 ${width} ${rim}V${height - rim}A${width / 2} ${rim} 0 0 1 0 ${height - rim}Z`}
          />
          <path className={styles.rim} stroke={color} d={`M0 ${rim}A${width / 2} ${rim} 0 0 0 ${width} ${rim}`} />
        </>
      );
    case 'queue':
      return (
        <>
          <path
            className={styles.shape}
            stroke={color}
            d={`M${rim} 0H${width - rim}A${rim} ${height / 2} 0 0 1 ${width - rim} ${height}H${rim}A${rim} ${height / 2} 0 0 1 ${rim} 0Z`}
          />
          <path className={styles.rim} stroke={color} d={`M${width - rim} 0A${rim} ${height / 2} 0 0 0 ${width - rim} ${height}`} />
        </>
      );
    case 'external':
      return <rect className={styles.shape} stroke={color} strokeDasharray="6 4" width={width} height={height} rx={height / 2.4} />;
    case 'group':
      return (
        <>
          <rect className={styles.shape} stroke={color} x={5} y={-5} width={width} height={height} rx={6} />
          <rect className={styles.shape} stroke={color} width={width} height={height} rx={6} />
        </>
      );
    case 'service':
      return <rect className={styles.shape} stroke={color} width={width} height={height} rx={6} />;
  }
}

function Key() {
  return (
    <div className={styles.key}>
      {(['service', 'database', 'queue', 'external', 'group'] as const).map((kind) => (
        <span key={kind}>
          <svg width="30" height="20" viewBox="-1 -6 30 20" aria-hidden="true">
            <Shape kind={kind} color="var(--text-quiet)" width={22} height={12} />
          </svg>
          {kindWords[kind]}
        </span>
      ))}
      {Object.values(healthWords).map(({ sign, word, color }) => (
        <span key={word}>
          <strong style={{ color }}>{sign}</strong> {word}
        </span>
      ))}
    </div>
  );
}
