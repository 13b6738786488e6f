import { Link } from '@tanstack/react-router';
import type { Report, Stratum } from '../../api/investigations';
import { Badge } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { capital } from './words';
import styles from './investigation.module.css';

/** Slices in which more goes wrong than in the others, best first per outcome. */
export function Strata({ report }: { report: Report }) {
  return (
    <div className={styles.scroll} role="region" aria-label="Strata" tabIndex={0}>
      <table className={styles.strata}>
        <thead>
          <tr>
            <th scope="col">Outcome</th>
            <th scope="col">Slice</th>
            <th scope="col">Goes wrong in it</th>
            <th scope="col">More than elsewhere, 95 % interval</th>
            <th scope="col">Left without it</th>
            <th scope="col">Requests</th>
          </tr>
        </thead>
        <tbody>
          {report.strata.map((one, index) => (
            <Row key={index} stratum={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ stratum }: { stratum: Stratum }) {
  const [sample] = stratum.traceIds;
  const at = (value: number) => `${Math.min(100, Math.max(0, (value + 1) * 50))}%`;
  return (
    <tr>
      <td>
        <Badge tone="warning">{capital(stratum.outcome)}</Badge>
      </td>
      <td title={stratum.statement}>
        {stratum.attributes.map((attribute) => (
          <div key={`${attribute.service ?? ''} ${attribute.key}`}>
            <code>
              {attribute.key} = {attribute.value}
            </code>
            {attribute.service !== undefined && <span className="quiet"> on {attribute.service}</span>}
          </div>
        ))}
        {stratum.folded.length > 0 && (
          <details>
            <summary>{stratum.folded.length} others select the same requests</summary>
            {stratum.folded.map((text) => (
              <div key={text}>
                <code>{text}</code>
              </div>
            ))}
          </details>
        )}
      </td>
      <td>
        <b>{formatShare(stratum.ratio)}</b>
        {stratum.ratioBaseline !== undefined && <div className="quiet">usually {formatShare(stratum.ratioBaseline)}</div>}
      </td>
      <td>
        <span
          className={styles.interval}
          role="img"
          aria-label={`${points(stratum.riskDifference)} points, from ${points(stratum.low)} to ${points(stratum.high)}`}
        >
          <span style={{ left: at(stratum.low), right: `calc(100% - ${at(stratum.high)})` }} />
          <i style={{ left: at(stratum.riskDifference) }} />
        </span>
        <div>
          {points(stratum.riskDifference)} points{' '}
          <span className="quiet">
            ({points(stratum.low)} to {points(stratum.high)})
          </span>
        </div>
      </td>
      <td>{formatShare(stratum.remaining)}</td>
      <td>
        {formatCount(stratum.bad)} of {formatCount(stratum.bad + stratum.good)}
        {sample !== undefined && (
          <div>
            <Link to="/traces/$traceId" params={{ traceId: sample }}>
              one of them
            </Link>
          </div>
        )}
      </td>
    </tr>
  );
}

const points = (difference: number): string => `${difference < 0 ? '−' : '+'}${Math.abs(difference * 100).toFixed(0)}`;
