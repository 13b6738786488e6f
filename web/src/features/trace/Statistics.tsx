import { useMemo } from 'react';
import { numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatShare } from '../../units/number';
import { formatDuration } from '../../units/time';
import { operationTimes, type TraceModel } from './model';
import styles from './trace.module.css';

/** Where the time of the trace went, by operation. */
export function Statistics({ model }: { model: TraceModel }) {
  const rows = useMemo(() => operationTimes(model), [model]);
  return (
    <div className={styles.tableWrap}>
      <table className={tableClass}>
        <caption className="visually-hidden">Time by operation; what the request waited for longest first</caption>
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Operation</th>
            <NumberHeading>Spans</NumberHeading>
            <NumberHeading>Failed</NumberHeading>
            <NumberHeading title="The part of the request's time that waited for this alone">Critical path</NumberHeading>
            <NumberHeading title="Time in which nothing below was running">Own time</NumberHeading>
            <NumberHeading>Longest</NumberHeading>
            <NumberHeading>Sum</NumberHeading>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, 1_000).map((row) => (
            <tr key={`${row.service} ${row.name}`}>
              <td>{row.service}</td>
              <td>{row.name}</td>
              <td className={numberClass}>{row.count}</td>
              <td className={numberClass}>{row.errors > 0 ? row.errors : ''}</td>
              <td className={numberClass}>
                {formatDuration(row.critical)} ({formatShare(model.duration > 0 ? row.critical / model.duration : 0)})
              </td>
              <td className={numberClass}>{formatDuration(row.self)}</td>
              <td className={numberClass}>{formatDuration(row.longest)}</td>
              <td className={numberClass}>{formatDuration(row.total)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > 1_000 && <p className="quiet">The first 1,000 of {rows.length} operations.</p>}
    </div>
  );
}
