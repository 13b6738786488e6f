import type { Report } from '../../api/investigations';
import { usePreferences } from '../../app/preferences';
import { formatCount } from '../../units/number';
import { formatMoment, formatTime } from '../../units/time';
import { shortfalls } from './facts';
import { spoken } from './words';
import styles from './investigation.module.css';

/** What was compared with what, how much of it was read, and what could not be judged. */
export function Coverage({ report }: { report: Report }) {
  const { zone } = usePreferences();
  const { baseline, coverage, window } = report;
  const missed = shortfalls(report);
  return (
    <div className={styles.coverage}>
      <dl className={styles.facts}>
        <div>
          <dt>Window</dt>
          <dd>
            <strong>
              {formatMoment(window.start, zone, 0)} – {formatTime(window.end, zone, 0)}
            </strong>
            <span>{window.origin}</span>
          </dd>
        </div>
        <div>
          <dt>Compared with</dt>
          <dd>
            <strong>
              {baseline.stretches.length === 0
                ? 'nothing'
                : `${baseline.stretches.length} ${baseline.stretches.length === 1 ? 'stretch' : 'stretches'} between ${formatMoment(baseline.start, zone, 0)} and ${formatTime(baseline.end, zone, 0)}`}
            </strong>
            <span>{baseline.reason}</span>
          </dd>
        </div>
        <div>
          <dt>Read</dt>
          <dd>
            <span>
              {formatCount(coverage.windowTracesRead)} of {formatCount(coverage.windowTraces)} traces of the window
            </span>
            <span>
              {formatCount(coverage.baselineTracesRead)} of {formatCount(coverage.baselineTraces)} to compare with
            </span>
            <span>
              {formatCount(coverage.logsRead)} log records, {formatCount(coverage.metricSeries)} series, {formatCount(coverage.changes)}{' '}
              changes
            </span>
          </dd>
        </div>
      </dl>
      {missed.length > 0 && (
        <>
          <h3>Limits that were met, and what was not there</h3>
          <ul>
            {missed.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
      {report.unknown.length > 0 && (
        <details>
          <summary>{report.unknown.length} inspections could not judge</summary>
          <ul>
            {report.unknown.map((one, index) => (
              <li key={index}>
                <b>{spoken(one.inspection)}</b>
                {one.entity !== undefined && `, ${one.entity}`}: {one.reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
