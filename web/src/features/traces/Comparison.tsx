import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { compareQuery, type GroupComparison } from '../../api/comparison';
import { Failure, Notice, numberClass, NumberHeading, tableClass } from '../../ui/controls';
import { formatShare } from '../../units/number';
import { formatDuration, nanos } from '../../units/time';
import { rangeParameters, type Range } from '../../url/range';
import { maxPicked, maxRest } from './found';
import { conditionOfSlice, confidenceOf } from './slices';
import { traceIdsQuery } from './traceql';
import styles from './traces.module.css';

/** What the picked traces have in common that the others have not. */
export function Comparison({
  picked,
  rest,
  range,
  about,
}: {
  picked: readonly string[];
  rest: readonly string[];
  range: Range;
  about: string;
}) {
  const [bad, good] = [picked.slice(0, maxPicked), rest.slice(0, maxRest)];
  const isPossible = bad.length >= 3 && good.length >= 3;
  const answer = useQuery({
    ...compareQuery({ ...rangeParameters(range), bad: traceIdsQuery(bad), good: traceIdsQuery(good), limit: Math.max(maxPicked, maxRest) }),
    enabled: isPossible,
  });
  if (!isPossible) {
    return (
      <Notice>
        <strong>Two groups of at least three traces are needed.</strong>
        <span>
          Drag a box over the dots, or tick rows of the table: those are compared with the rest. Without any, the traces that failed are
          compared with the others; there are {picked.length} and {rest.length} now.
        </span>
      </Notice>
    );
  }

  return (
    <>
      <p className="quiet" role="status">
        {about}: {bad.length}
        {picked.length > bad.length && ` of ${picked.length}`} against {good.length}
        {rest.length > good.length && ` of ${rest.length}`} others.
      </p>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.isPending && <p className="quiet">Comparing …</p>}
      {answer.data && <Answer comparison={answer.data} range={range} />}
    </>
  );
}

function Answer({ comparison, range }: { comparison: GroupComparison; range: Range }) {
  const { bad, good, slices, operations } = comparison;
  const { since, start, end } = range;
  const seconds = (value: number | null | undefined) => (value === null || value === undefined ? '' : formatDuration(nanos(value * 1e9)));
  const changed = operations.filter((one) => one.badSeconds !== one.goodSeconds);
  return (
    <>
      <p>
        Median {seconds(bad.durationP50)} against {seconds(good.durationP50)}; 95 % are within {seconds(bad.durationP95)} against{' '}
        {seconds(good.durationP95)}; {formatShare(bad.errorRatio ?? 0)} failed against {formatShare(good.errorRatio ?? 0)}.
      </p>
      {slices.length === 0 ? (
        <Notice>Nothing sets them apart that could not be chance: no attribute, service or operation is more frequent among them.</Notice>
      ) : (
        <table className={tableClass}>
          <caption className="visually-hidden">What the picked traces have in common, best first</caption>
          <thead>
            <tr>
              <th scope="col">What sets them apart</th>
              <th scope="col">Of the picked</th>
              <th scope="col">Of the others</th>
              <th scope="col" title="How much more likely a trace with it is among the picked ones; 95 % interval">
                Difference
              </th>
              <th scope="col" title="By the rate of false discoveries over everything that was tried">
                Confidence
              </th>
            </tr>
          </thead>
          <tbody>
            {slices.map((slice) => {
              const condition = conditionOfSlice(slice.name);
              const confidence = confidenceOf(slice.falseDiscoveryRate);
              return (
                <tr key={slice.name}>
                  <td className={styles.error}>
                    {condition ? (
                      <Link to="/traces" search={{ since, start, end, ...condition }} title="Traces with it">
                        {slice.name}
                      </Link>
                    ) : (
                      slice.name
                    )}
                    {slice.folded.length > 0 && (
                      <details>
                        <summary className="quiet">{slice.folded.length} more select the same traces</summary>
                        {slice.folded.map((one) => (
                          <div key={one} className="quiet">
                            {one}
                          </div>
                        ))}
                      </details>
                    )}
                  </td>
                  <ShareCell count={slice.inBad} of={bad.traces} tone="picked" />
                  <ShareCell count={slice.inGood} of={good.traces} tone="other" />
                  <td className={styles.when}>
                    {points(slice.riskDifference)}{' '}
                    <span className="quiet">
                      ({points(slice.riskLow)} to {points(slice.riskHigh)})
                    </span>
                  </td>
                  <td title={`Rate of false discoveries ${formatShare(slice.falseDiscoveryRate)}`}>{confidence}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {changed.length > 0 && (
        <section aria-label="Own time by operation">
          <h2>Where their time goes, the largest difference first</h2>
          <table className={tableClass}>
            <thead>
              <tr>
                <th scope="col">Operation</th>
                <NumberHeading title="Median own time in the traces that have it">Picked</NumberHeading>
                <NumberHeading title="Median own time in the traces that have it">Others</NumberHeading>
                <NumberHeading>Picked that have it</NumberHeading>
                <NumberHeading>Others that have it</NumberHeading>
              </tr>
            </thead>
            <tbody>
              {changed.slice(0, 15).map((one) => (
                <tr key={`${one.service} ${one.name}`}>
                  <td>
                    <strong>{one.service}</strong> {one.name}
                  </td>
                  <td className={numberClass}>{seconds(one.badSeconds)}</td>
                  <td className={numberClass}>{seconds(one.goodSeconds)}</td>
                  <td className={numberClass}>{one.inBad}</td>
                  <td className={numberClass}>{one.inGood}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

const points = (share: number): string => `${share > 0 ? '+' : ''}${Math.round(share * 100)} %`;

function ShareCell({ count, of, tone }: { count: number; of: number; tone: 'picked' | 'other' }) {
  const share = of === 0 ? 0 : count / of;
  return (
    <td className={styles.share}>
      {formatShare(share)}{' '}
      <span className="quiet">
        ({count} of {of})
      </span>
      <div className={styles.track}>
        <div className={styles.fill} data-tone={tone} style={{ width: `${share * 100}%` }} />
      </div>
    </td>
  );
}
