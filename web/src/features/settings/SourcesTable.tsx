import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { sourcesQuery, type Source, type Sources } from '../../api/settings';
import { usePreferences } from '../../app/preferences';
import { Badge, Failure, Notice, numberClass, tableClass } from '../../ui/controls';
import { formatCompact, formatCount } from '../../units/number';
import { formatMoment } from '../../units/time';
import { rates } from './lines';
import styles from './settings.module.css';

const refresh = 5_000;

/** What came in since the server started, by signal and protocol; rates are of the last seconds. */
export function SourcesTable() {
  const { zone } = usePreferences();
  const answer = useQuery({ ...sourcesQuery(), refetchInterval: refresh });
  const before = useRef<Sources>(undefined);
  const [known, setKnown] = useState<ReadonlyMap<string, number> | null>(null);
  useEffect(() => {
    if (answer.data) {
      if (before.current && before.current !== answer.data) {
        setKnown(rates(before.current, answer.data));
      }

      before.current = answer.data;
    }
  }, [answer.data]);

  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  if (answer.data?.sources.length === 0) {
    return <Notice>Nothing was sent since the server started at {formatMoment(answer.data.startedAt, zone, 0)}.</Notice>;
  }

  return (
    <section>
      <h2>What came in since the start</h2>
      <table className={tableClass}>
        <thead>
          <tr>
            <th scope="col">Signal</th>
            <th scope="col">Protocol</th>
            <th scope="col" className={numberClass}>
              Records a second
            </th>
            <th scope="col" className={numberClass}>
              Accepted
            </th>
            <th scope="col" className={numberClass}>
              Stored
            </th>
            <th scope="col" className={numberClass}>
              Requests
            </th>
            <th scope="col">Not stored, and why</th>
          </tr>
        </thead>
        <tbody>
          {answer.data?.sources.map((source) => {
            const rate = known?.get(`${source.signal} ${source.protocol}`);
            return (
              <tr key={`${source.signal} ${source.protocol}`}>
                <td>{source.signal}</td>
                <td>{source.protocol}</td>
                <td className={numberClass}>{rate === undefined ? '…' : formatCompact(rate)}</td>
                <td className={numberClass}>{formatCount(source.accepted)}</td>
                <td className={numberClass}>{formatCount(source.stored)}</td>
                <td className={numberClass}>{formatCount(source.requests)}</td>
                <td>
                  <Losses source={source} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

const losses: Readonly<Record<string, { readonly words: string; readonly title: string }>> = {
  requests: { words: 'requests refused', title: 'They were answered with an error; nothing of them was stored.' },
  refused: {
    words: 'records to be sent again',
    title: 'They were decoded and could not be written; their senders were told to repeat them.',
  },
  dropped: { words: 'records left out', title: 'They broke a rule or a limit; their senders were told which.' },
};

function Losses({ source }: { source: Source }) {
  return source.losses.length === 0 ? (
    <span className="quiet">none</span>
  ) : (
    <span className={styles.losses}>
      {source.losses.map((loss) => (
        <Badge key={`${loss.what} ${loss.reason}`} tone="warning" title={losses[loss.what]?.title ?? ''}>
          {formatCount(loss.count)} {losses[loss.what]?.words ?? loss.what}: {loss.reason}
        </Badge>
      ))}
    </span>
  );
}
