import { useState } from 'react';
import type { Cause, Report } from '../../api/investigations';
import { usePreferences } from '../../app/preferences';
import { Button } from '../../ui/controls';
import { formatTime } from '../../units/time';
import { onsetOf } from './facts';
import { essential, marksOf, offset, place, titles } from './timeline';
import styles from './investigation.module.css';

/** What happened, to scale and as a list; times count from the first sign. */
export function Timeline({ report, cause }: { report: Report; cause: Cause | undefined }) {
  const { zone } = usePreferences();
  const onset = onsetOf(report, cause);
  const [isWhole, setWhole] = useState(false);
  const marks = marksOf(report, onset);
  const few = essential(marks);
  const shown = isWhole ? marks : few;
  const { from, to, at } = place(report, marks);
  const share = (value: number) => `${value * 100}%`;
  return (
    <>
      <div className={styles.strip} aria-hidden="true">
        <div
          className={styles.stripWindow}
          style={{ left: share(at(report.window.start)), width: share(at(report.window.end) - at(report.window.start)) }}
        />
        {marks.map((mark, index) => (
          <span key={index} className={styles.mark} data-kind={mark.kind} style={{ left: share(at(mark.time)) }} title={mark.text}>
            {titles[mark.kind]?.sign ?? '·'}
          </span>
        ))}
        <span className={styles.stripFrom}>{formatTime(from, zone, 0)}</span>
        <span className={styles.stripTo}>{formatTime(to, zone, 0)}</span>
      </div>
      <table className={styles.timeline}>
        <thead>
          <tr>
            <th scope="col">{zone === 'utc' ? 'UTC' : 'Time'}</th>
            <th scope="col">From the first sign</th>
            <th scope="col">What</th>
            <th scope="col">Where</th>
            <th scope="col">Happened</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((mark, index) => (
            <tr key={index} data-kind={mark.kind}>
              <td>{formatTime(mark.time, zone, 0)}</td>
              <td>{onset === null ? '' : offset(onset, mark.time)}</td>
              <td>
                <span className={styles.what} data-kind={mark.kind}>
                  <span aria-hidden="true">{titles[mark.kind]?.sign ?? '·'}</span> {titles[mark.kind]?.name ?? mark.kind}
                </span>
              </td>
              <td>{mark.service}</td>
              <td>
                {mark.text}
                {mark.remark !== undefined && <b> {mark.remark}</b>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {few.length < marks.length && (
        <p>
          <Button aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? 'Only the first sign of each service' : `All ${marks.length} moments`}
          </Button>
        </p>
      )}
    </>
  );
}
