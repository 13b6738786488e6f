import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queryQuery } from '../../api/query';
import { Failure } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { rangeParameters, type Range } from '../../url/range';
import styles from './logs.module.css';
import { withLine } from './logql';
import { variablesOf, type Variable } from './variables';

const sampled = 1_000;

/** How the variable parts of a pattern are distributed, by its newest lines. */
export function Variables({ selector, pattern, range }: { selector: string; pattern: string; range: Range }) {
  const answer = useQuery(queryQuery('logql', withLine(selector, '|>', pattern), { ...rangeParameters(range), limit: sampled }));
  const variables = useMemo(() => variablesOf(pattern, answer.data?.lines.map((line) => line.line) ?? []), [pattern, answer.data]);
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  if (!answer.data) {
    return <p className="quiet">Reading …</p>;
  }

  const lines = answer.data.lines.length;
  return (
    <div className={styles.variables}>
      <p className="quiet">{variables.length === 0 ? 'Nothing in it varies.' : `By the newest ${formatCount(lines)} lines.`}</p>
      {variables.map((variable, index) => (
        <OneVariable key={index} variable={variable} place={index + 1} />
      ))}
    </div>
  );
}

function OneVariable({ variable, place }: { variable: Variable; place: number }) {
  const { numbers } = variable;
  const write = (value: number) => `${Number(value.toPrecision(6))}${numbers?.unit ? ` ${numbers.unit}` : ''}`;
  return (
    <section className={styles.variable} aria-label={`Variable part ${place}`}>
      <h3>
        {variable.before && <span className="quiet">{variable.before} </span>}‹{place}›{' '}
        <span className="quiet">{formatCount(variable.distinct)} different</span>
      </h3>
      {numbers && (
        <p>
          {write(numbers.least)} to {write(numbers.most)}, median {write(numbers.median)}, 95 % within {write(numbers.p95)}
        </p>
      )}
      {!numbers && variable.distinct === variable.lines && variable.lines > 1 && (
        <p className={styles.examples}>
          each once, such as{' '}
          {variable.values
            .slice(0, 3)
            .map(({ value }) => value)
            .join(', ')}
        </p>
      )}
      {(numbers ? variable.distinct <= variable.values.length : variable.distinct < variable.lines || variable.lines === 1) &&
        variable.values.map(({ value, count }) => (
          <div key={value} className={styles.value}>
            <span className={styles.valueText} title={value}>
              {value === '' ? '(nothing)' : value}
            </span>
            <span className="quiet">{formatShare(count / Math.max(1, variable.lines))}</span>
            <div className={styles.valueBar} style={{ width: `${(count / Math.max(1, variable.lines)) * 100}%` }} />
          </div>
        ))}
    </section>
  );
}
