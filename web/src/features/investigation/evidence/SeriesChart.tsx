import type { Series } from '../../../api/query';
import { usePreferences } from '../../../app/preferences';
import { serviceColor } from '../../../ui/serviceColor';
import { formatCompact } from '../../../units/number';
import { between, formatTime, type Moment } from '../../../units/time';
import { spread, strokes } from './series';
import styles from './evidence.module.css';

const [width, height] = [720, 150];
const most = 6;

interface Props {
  readonly series: readonly Series[];
  readonly start: Moment;
  readonly end: Moment;
  readonly window: { readonly start: Moment; readonly end: Moment };
  readonly onset: Moment | undefined;
}

/** A few series over time; the incident's window is shaded, its first sign marked. Their figures stand below as a table. */
export function SeriesChart({ series, start, end, window, onset }: Props) {
  const { zone } = usePreferences();
  const shown = [...series].sort((a, b) => spread(b, window) - spread(a, window)).slice(0, most);
  const values = shown.flatMap((one) => one.points.map(([, value]) => value)).filter(Number.isFinite);
  const highest = Math.max(...values, 0);
  const lowest = Math.min(...values, 0);
  const span = between(start, end);
  const x = (at: Moment) => Math.min(width, Math.max(0, (between(start, at) / span) * width));
  const y = (value: number) => height - 4 - ((value - lowest) / (highest - lowest || 1)) * (height - 10);
  const labels = shown.map((one) => labelOf(one, shown));
  return (
    <figure className={styles.chart}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label="The metric before and during the incident; figures in the table below"
      >
        <rect className={styles.shade} x={x(window.start)} y={0} width={x(window.end) - x(window.start)} height={height} />
        <line className={styles.grid} x1={0} x2={width} y1={y(0)} y2={y(0)} />
        {onset !== undefined && <line className={styles.onset} x1={x(onset)} x2={x(onset)} y1={0} y2={height} />}
        {shown.map((one, index) => (
          <path
            key={index}
            className={styles.line}
            d={strokes(one.points, x, y)}
            stroke={serviceColor(labels[index] ?? '')}
            strokeDasharray={index === 0 ? undefined : `${2 + index * 2} 2`}
          />
        ))}
      </svg>
      <div className={styles.axis} aria-hidden="true">
        <span>{formatTime(start, zone, 0)}</span>
        <span>window from {formatTime(window.start, zone, 0)}</span>
        <span>{formatTime(end, zone, 0)}</span>
      </div>
      <table className={styles.legend}>
        <thead>
          <tr>
            <th scope="col">Series</th>
            <th scope="col">Median before</th>
            <th scope="col">Median during</th>
            <th scope="col">Most</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((one, index) => (
            <tr key={index}>
              <td>
                <span className={styles.dot} style={{ background: serviceColor(labels[index] ?? '') }} /> {labels[index]}
              </td>
              <td>{figure(median(one, (at) => at < window.start))}</td>
              <td>{figure(median(one, (at) => at >= window.start && at < window.end))}</td>
              <td>{figure(Math.max(...one.points.map(([, value]) => value).filter(Number.isFinite)))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {series.length > shown.length && (
        <p className="quiet">
          The {most} that moved most, of {series.length} series.
        </p>
      )}
    </figure>
  );
}

const figure = (value: number): string => (Number.isFinite(value) ? formatCompact(value) : '–');

function median(series: Series, isIn: (at: Moment) => boolean): number {
  const values = series.points.flatMap(([at, value]) => (isIn(at) && Number.isFinite(value) ? [value] : [])).sort((a, b) => a - b);
  return values.length === 0 ? NaN : (values[values.length >> 1] ?? NaN);
}

/** The labels in which the series differ. */
function labelOf(series: Series, all: readonly Series[]): string {
  const differing = Object.entries(series.labels).filter(
    ([name, value]) => name !== '__name__' && (all.length === 1 || all.some((other) => other.labels[name] !== value)),
  );
  const text = differing
    .slice(0, 3)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
  return text || (series.labels.__name__ ?? 'value');
}
