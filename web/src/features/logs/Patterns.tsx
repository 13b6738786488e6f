import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { patternsQuery } from '../../api/query';
import { Sparkline } from '../../charts/Sparkline';
import { Button, Failure, Notice, numberClass, tableClass } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { formatRfc3339 } from '../../units/time';
import { resolveRange, type Range } from '../../url/range';

/** The statements that lines were printed by, with how often over time. */
export function Patterns({
  query,
  range,
  edit,
}: {
  query: string | null;
  range: Range;
  edit: (operator: '|>' | '!>', text: string) => void;
}) {
  const { start, end } = useMemo(() => resolveRange(range), [range]);
  const answer = useQuery({
    ...patternsQuery(query ?? '', { start: formatRfc3339(start), end: formatRfc3339(end) }),
    enabled: query !== null,
    placeholderData: keepPreviousData,
  });
  const patterns = useMemo(
    () =>
      (answer.data?.data ?? [])
        .map((one) => ({ ...one, total: one.samples.reduce((sum, [, count]) => sum + count, 0) }))
        .sort((a, b) => b.total - a.total),
    [answer.data],
  );
  if (query === null) {
    return (
      <Notice tone="warning">
        Patterns are about log lines: begin the query with a stream selector such as {'{service_name="cart"}'}.
      </Notice>
    );
  }

  return (
    <>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data && patterns.length === 0 && <Notice>No line fits {query} in this stretch of time.</Notice>}
      {patterns.length > 0 && (
        <table className={tableClass}>
          <thead>
            <tr>
              <th scope="col" className={numberClass}>
                Lines
              </th>
              <th scope="col">Over time</th>
              <th scope="col">Pattern</th>
              <th scope="col">Filter</th>
            </tr>
          </thead>
          <tbody>
            {patterns.slice(0, 300).map((one) => (
              <tr key={one.pattern}>
                <td className={numberClass}>{formatCount(one.total)}</td>
                <td>
                  <Sparkline
                    points={one.samples}
                    start={Number(start / 1_000_000_000n)}
                    end={Number(end / 1_000_000_000n)}
                    label={`${one.total} lines over time`}
                  />
                </td>
                <td className="mono">{one.pattern}</td>
                <td>
                  <Button aria-label={`Only lines like ${one.pattern}`} onClick={() => edit('|>', one.pattern)}>
                    +
                  </Button>{' '}
                  <Button aria-label={`No lines like ${one.pattern}`} onClick={() => edit('!>', one.pattern)}>
                    −
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
