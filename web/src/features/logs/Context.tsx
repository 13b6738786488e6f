import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { contextQuery } from '../../api/logs';
import type { LogLine } from '../../api/query';
import { usePreferences } from '../../app/preferences';
import { Button, Failure } from '../../ui/controls';
import { formatTime } from '../../units/time';
import { levelOf } from './levels';
import styles from './logs.module.css';

/** The same stream: what the process wrote, as far as labels tell. */
function streamOf(line: LogLine): string {
  const labels = ['service_name', 'service_instance_id', 'k8s_pod_name'].filter((name) => line.labels[name] !== undefined);
  return labels.length === 0
    ? '{service_name=~".*"}'
    : `{${labels.map((name) => `${name}=${JSON.stringify(line.labels[name])}`).join(', ')}}`;
}

const most = 100;

/** Lines of the same process before and after one. */
export function Context({ line }: { line: LogLine }) {
  const { zone } = usePreferences();
  const [count, setCount] = useState(5);
  const answer = useQuery(contextQuery(streamOf(line), line.time, count));
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  return (
    <section className={styles.context} aria-label="Lines around it">
      {answer.isPending && <p className="quiet">Reading …</p>}
      <ol>
        {(answer.data ?? []).map((one, index) => (
          <li key={index} aria-current={one.time === line.time && one.line === line.line ? 'true' : undefined}>
            <span className="quiet">
              {formatTime(one.time, zone)} {levelOf(one.labels)}
            </span>{' '}
            {one.line}
          </li>
        ))}
      </ol>
      {answer.data && count < most && <Button onClick={() => setCount(Math.min(most, count * 3))}>More around it</Button>}
    </section>
  );
}
