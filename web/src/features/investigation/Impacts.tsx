import { Link } from '@tanstack/react-router';
import type { Comparison, Report } from '../../api/investigations';
import { formatRfc3339 } from '../../units/time';
import { formatChange, growth } from './words';
import styles from './investigation.module.css';

/** The entry points that got worse, worst first. */
export function Impacts({ report }: { report: Report }) {
  const { window } = report;
  if (report.impact.length === 0) {
    return <p className="quiet">No entry point got worse by the telemetry.</p>;
  }

  return (
    <ul className={styles.impacts}>
      {report.impact.slice(0, 6).map((impact) => (
        <li key={`${impact.service} ${impact.operation}`}>
          <Link
            to="/traces"
            search={{
              service: [impact.service],
              operation: impact.operation,
              start: formatRfc3339(window.start),
              end: formatRfc3339(window.end),
            }}
          >
            {impact.service} {impact.operation}
          </Link>
          <dl>
            <Figure name="Failed" comparison={impact.errorRatio} />
            <Figure name="p95" comparison={impact.durationP95} />
            <Figure name="Rate" comparison={impact.requestRate} />
            {impact.errorStatuses.length > 0 && (
              <div>
                <dt>Answers</dt>
                <dd>
                  {impact.errorStatuses
                    .slice(0, 3)
                    .map(({ status, count }) => `${status}: ${count}`)
                    .join(', ')}
                </dd>
              </div>
            )}
          </dl>
        </li>
      ))}
      {report.impact.length > 6 && <li className="quiet">and {report.impact.length - 6} more, in the JSON.</li>}
    </ul>
  );
}

function Figure({ name, comparison }: { name: string; comparison: Comparison }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{formatChange(comparison)}</dd>
      <dd>
        <b>{growth(comparison)}</b>
      </dd>
    </div>
  );
}
