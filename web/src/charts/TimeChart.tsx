import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { usePreferences } from '../app/preferences';
import { formatMeasure, type Measure } from '../units/measure';
import { formatDate, formatTime, momentOfMillis, type Moment, type Zone } from '../units/time';
import { colorOf, onThemeChange } from './canvas';
import styles from './charts.module.css';
import { seriesStyle } from './seriesStyle';

export interface TimeSeries {
  readonly name: string;
  /** One number per time; null where there is none. */
  readonly values: readonly (number | null)[];
  readonly isHidden?: boolean;
  /** As CSS has it; by the series' place when absent. */
  readonly color?: string;
}

/** Something that happened at a moment, in seconds since 1970. */
export interface Mark {
  readonly at: number;
  readonly label: string;
}

/** A stretch of time that is marked, in seconds since 1970. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

/** A single measured value that leads somewhere. */
export interface Dot {
  readonly at: number;
  readonly value: number;
  readonly label: string;
}

interface Props {
  readonly label: string;
  /** Seconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly times: readonly number[];
  readonly series: readonly TimeSeries[];
  readonly measure: Measure;
  readonly height?: number;
  readonly marks?: readonly Mark[];
  readonly bands?: readonly Band[];
  readonly dots?: readonly Dot[];
  readonly openDot?: (dot: Dot) => void;
  /** The series that stands out, -1 for none. */
  readonly focus?: number;
  /** Charts with the same key show their cursors together. */
  readonly group?: string;
  readonly pick?: (start: Moment, end: Moment) => void;
}

const none: readonly never[] = [];
const binarySteps = Array.from({ length: 60 }, (_, power) => 2 ** power);
const reach = 9;
const listed = 12;

/** Lines over time. Moving over it tells values, dragging chooses a stretch of time, dots lead to what they stand for. What it shows has to stand in a table beside it. */
export function TimeChart({
  label,
  start,
  end,
  times,
  series,
  measure,
  height = 220,
  marks = none,
  bands = none,
  dots = none,
  openDot,
  focus = -1,
  group,
  pick,
}: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const { zone } = usePreferences();
  const [over, setOver] = useState<{ index: number; left: number; top: number; dot: Dot | null } | null>(null);
  const onPick = useEffectEvent((from: number, to: number) => pick?.(momentOfMillis(from * 1_000), momentOfMillis(to * 1_000)));
  const onDot = useEffectEvent((dot: Dot) => openDot?.(dot));
  const onFocus = useEffectEvent((chart: uPlot) => chart.setSeries(focus < 0 ? null : focus + 1, { focus: true }));
  const data = useMemo<uPlot.AlignedData>(
    () => [times as number[], ...series.map((one) => one.values as (number | null)[])],
    [times, series],
  );

  useEffect(() => {
    const element = place.current;
    if (!element) {
      return;
    }

    const color = (css: string) => colorOf(css, element);
    let chart: uPlot | null = null;
    const nearest = (self: uPlot): Dot | null => {
      const { left = -1, top = -1 } = self.cursor;
      let [best, least]: [Dot | null, number] = [null, reach * reach];
      for (const dot of left < 0 ? none : dots) {
        const distance = (self.valToPos(dot.at, 'x') - left) ** 2 + (self.valToPos(dot.value, 'y') - top) ** 2;
        [best, least] = distance < least ? [dot, distance] : [best, least];
      }

      return best;
    };
    const make = () => {
      chart?.destroy();
      const [line, quiet] = [color('var(--line)'), color('var(--text-quiet)')];
      const axis: uPlot.Axis = {
        stroke: quiet,
        font: '11px system-ui, sans-serif',
        grid: { stroke: line, width: 0.6 },
        ticks: { stroke: line, width: 0.6, size: 4 },
      };
      chart = new uPlot(
        {
          width: Math.max(80, element.clientWidth),
          height,
          legend: { show: false },
          padding: [8, 18, 0, 0],
          scales: { x: { time: true, range: [start, end] }, y: { range: (_, low, high) => bounds(low, high, dots) } },
          focus: { alpha: 0.2 },
          cursor: {
            drag: { x: true, y: false, setScale: false, dist: 5 },
            points: { size: 6 },
            focus: { prox: -1 },
            ...(group !== undefined && { sync: { key: group, setSeries: false } }),
          },
          axes: [
            {
              ...axis,
              size: 30,
              space: 74,
              values: (_, splits, __, ___, step) => splits.map((at) => tick(at, step, zone)),
            },
            {
              ...axis,
              size: (_, values) => 14 + Math.max(24, ...((values as string[] | null) ?? []).map((text) => text.length * 6.2)),
              values: (_, splits) => splits.map((value) => formatMeasure(value, measure)),
              // Round numbers of bytes are powers of two.
              ...(measure.of === 'bytes' && { incrs: binarySteps }),
            },
          ],
          series: [
            {},
            ...series.map((one, index): uPlot.Series => {
              const look = seriesStyle(index);
              return {
                label: one.name,
                show: one.isHidden !== true,
                stroke: color(one.color ?? look.color),
                dash: [...look.dash],
                width: 1.6,
                points: { size: 4 },
              };
            }),
          ],
          hooks: {
            drawClear: [(self) => drawBands(self, bands, color('color-mix(in srgb, var(--error) 12%, transparent)'))],
            draw: [
              (self) => {
                drawMarks(self, marks, color('var(--warning)'));
                drawDots(self, dots, color('var(--accent)'), color('var(--ground)'));
              },
            ],
            setCursor: [
              (self) => {
                const { idx, left = -1, top = -1 } = self.cursor;
                setOver(
                  idx === null || idx === undefined || left < 0
                    ? null
                    : { index: idx, left: left + self.bbox.left / uPlot.pxRatio, top, dot: nearest(self) },
                );
              },
            ],
            setSelect: [
              (self) => {
                if (self.select.width > 4) {
                  onPick(self.posToVal(self.select.left, 'x'), self.posToVal(self.select.left + self.select.width, 'x'));
                  self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
                }
              },
            ],
            ready: [
              (self) =>
                self.over.addEventListener('click', () => {
                  const dot = nearest(self);
                  if (dot) {
                    onDot(dot);
                  }
                }),
            ],
          },
        },
        data,
        element,
      );
      plot.current = chart;
      onFocus(chart);
    };
    make();
    const sizes = new ResizeObserver(() => chart?.setSize({ width: Math.max(80, element.clientWidth), height }));
    sizes.observe(element);
    const stop = onThemeChange(make);
    return () => {
      sizes.disconnect();
      stop();
      chart?.destroy();
      plot.current = null;
    };
  }, [data, series, start, end, measure, height, marks, bands, dots, group, zone]);

  useEffect(() => {
    plot.current?.setSeries(focus < 0 ? null : focus + 1, { focus: true });
  }, [focus]);

  return (
    <div className={styles.chart} role="img" aria-label={label}>
      <div ref={place} />
      {over && (
        <Hint
          over={over}
          at={times[over.index] ?? start}
          series={series}
          marks={marks}
          bands={bands}
          measure={measure}
          zone={zone}
          step={(times[1] ?? 0) - (times[0] ?? 0)}
        />
      )}
    </div>
  );
}

interface HintProps extends Pick<Props, 'series' | 'measure'> {
  readonly over: { readonly index: number; readonly left: number; readonly dot: Dot | null };
  readonly at: number;
  readonly step: number;
  readonly marks: readonly Mark[];
  readonly bands: readonly Band[];
  readonly zone: Zone;
}

function Hint({ over, at, step, series, marks, bands, measure, zone }: HintProps) {
  const rows = series
    .flatMap((one, index) => {
      const value = one.values[over.index];
      return one.isHidden === true || value === null || value === undefined ? [] : [{ one, index, value }];
    })
    .sort((a, b) => b.value - a.value);
  const around = [
    ...marks.filter((mark) => Math.abs(mark.at - at) <= Math.max(1, step)).map((mark) => `▲ ${mark.label}`),
    ...bands.filter((band) => band.from <= at && at <= band.to).map((band) => `▒ ${band.label}`),
  ];
  return (
    <div
      className={styles.hint}
      style={over.left > 420 ? { right: `calc(100% - ${over.left - 14}px)` } : { left: over.left + 14 }}
      aria-hidden="true"
    >
      <div className="quiet">{formatSeconds(at, zone)}</div>
      {over.dot && <strong>◆ {over.dot.label}</strong>}
      {around.map((text) => (
        <div key={text}>{text}</div>
      ))}
      {rows.slice(0, listed).map(({ one, index, value }) => (
        <div key={index} className={styles.hintRow}>
          <Swatch index={index} color={one.color} />
          <span>{one.name}</span>
          <strong>{formatMeasure(value, measure)}</strong>
        </div>
      ))}
      {rows.length > listed && <div className="quiet">and {rows.length - listed} more</div>}
    </div>
  );
}

/** The look of a series in little. */
export function Swatch({ index, color }: { index: number; color?: string | undefined }) {
  const look = seriesStyle(index);
  return (
    <svg className={styles.line} width="18" height="8" aria-hidden="true">
      <line
        x1="0"
        y1="4"
        x2="18"
        y2="4"
        stroke={color ?? look.color}
        strokeWidth="2.4"
        strokeDasharray={look.dash.map((one) => one * 0.7).join(' ')}
      />
    </svg>
  );
}

export const formatSeconds = (at: number, zone: Zone): string => {
  const moment = momentOfMillis(at * 1_000);
  return `${formatDate(moment, zone)} ${formatTime(moment, zone, at % 1 === 0 ? 0 : 3)}`;
};

function tick(at: number, step: number, zone: Zone): string {
  const moment = momentOfMillis(at * 1_000);
  const time = formatTime(moment, zone, step < 1 ? 3 : 0);
  return step >= 86_400 || time === '00:00:00' ? formatDate(moment, zone).slice(5) : step >= 60 ? time.slice(0, 5) : time;
}

/** From zero, unless numbers go below it; with room above, and for dots too. */
function bounds(low: number | null, high: number | null, dots: readonly Dot[]): [number, number] {
  const least = dots.reduce((sofar, dot) => Math.min(sofar, dot.value), Math.min(0, low ?? 0));
  const most = dots.reduce((sofar, dot) => Math.max(sofar, dot.value), Math.max(0, high ?? 0));
  return most === least ? [least, least + 1] : [least < 0 ? least * 1.05 : 0, most > 0 ? most * 1.08 : 0];
}

function drawBands(self: uPlot, bands: readonly Band[], color: string): void {
  const { ctx, bbox } = self;
  ctx.save();
  ctx.fillStyle = color;
  for (const band of bands) {
    const from = Math.max(bbox.left, self.valToPos(band.from, 'x', true));
    const to = Math.min(bbox.left + bbox.width, self.valToPos(band.to, 'x', true));
    if (to > from) {
      ctx.fillRect(from, bbox.top, Math.max(2, to - from), bbox.height);
    }
  }

  ctx.restore();
}

function drawMarks(self: uPlot, marks: readonly Mark[], color: string): void {
  const { ctx, bbox } = self;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.lineWidth = ratio;
  for (const mark of marks) {
    const x = self.valToPos(mark.at, 'x', true);
    if (x >= bbox.left && x <= bbox.left + bbox.width) {
      ctx.setLineDash([4 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top + bbox.height - 8 * ratio);
      ctx.lineTo(x + 5 * ratio, bbox.top + bbox.height);
      ctx.lineTo(x - 5 * ratio, bbox.top + bbox.height);
      ctx.fill();
    }
  }

  ctx.restore();
}

function drawDots(self: uPlot, dots: readonly Dot[], color: string, edge: string): void {
  const { ctx } = self;
  const size = 4.2 * uPlot.pxRatio;
  ctx.save();
  ctx.fillStyle = color;
  ctx.strokeStyle = edge;
  ctx.lineWidth = uPlot.pxRatio;
  for (const dot of dots) {
    const [x, y] = [self.valToPos(dot.at, 'x', true), self.valToPos(dot.value, 'y', true)];
    ctx.beginPath();
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, y);
    ctx.lineTo(x, y + size);
    ctx.lineTo(x - size, y);
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  }

  ctx.restore();
}
