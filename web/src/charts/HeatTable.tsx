import type { ReactNode } from 'react';
import { formatMeasure } from '../units/measure';
import type { Zone } from '../units/time';
import styles from './charts.module.css';
import { formatSeconds } from './TimeChart';

const seconds = { of: 'seconds', perSecond: false } as const;

/** Durations (seconds) by name and time, darker where they are longer; the last and the longest stand beside them as numbers. */
export function HeatTable({
  label,
  times,
  rows,
  zone,
  link,
}: {
  label: string;
  /** Seconds since 1970. */
  times: readonly number[];
  rows: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  zone: Zone;
  link: (name: string) => ReactNode;
}) {
  const known = rows.flatMap((row) => row.values.filter((value): value is number => value !== null && value > 0));
  const [low, high] = [Math.log(Math.min(...known)), Math.log(Math.max(...known))];
  const shade = (value: number) => (high > low ? 0.1 + (0.9 * (Math.log(Math.max(value, 1e-9)) - low)) / (high - low) : 0.5);
  return (
    <table className={styles.heat} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">Service</th>
          <th scope="col" className={styles.heatTimes}>
            <span>{formatSeconds(times[0] ?? 0, zone)}</span>
            <span>{formatSeconds(times.at(-1) ?? 0, zone)}</span>
          </th>
          <th scope="col">Last</th>
          <th scope="col">Longest</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const values = row.values.filter((value) => value !== null);
          return (
            <tr key={row.name}>
              <th scope="row">{link(row.name)}</th>
              <td>
                <svg width="100%" height="18" viewBox={`0 0 ${times.length} 1`} preserveAspectRatio="none" aria-hidden="true">
                  {row.values.map((value, index) =>
                    value === null ? null : (
                      <rect key={index} x={index} width={0.94} height={1} fill="var(--error)" fillOpacity={shade(value)}>
                        <title>{`${row.name}, ${formatSeconds(times[index] ?? 0, zone)}: ${formatMeasure(value, seconds)}`}</title>
                      </rect>
                    ),
                  )}
                </svg>
              </td>
              <td>{values.length > 0 ? formatMeasure(values.at(-1) ?? 0, seconds) : '–'}</td>
              <td>
                {values.length > 0
                  ? formatMeasure(
                      values.reduce((a, b) => Math.max(a, b)),
                      seconds,
                    )
                  : '–'}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
