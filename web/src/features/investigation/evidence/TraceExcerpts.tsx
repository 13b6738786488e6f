import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState, type CSSProperties } from 'react';
import { outlineQuery, tracesQuery, type TraceOutline } from '../../../api/traces';
import { usePreferences } from '../../../app/preferences';
import { Button, Failure, numberClass, tableClass } from '../../../ui/controls';
import { serviceColor } from '../../../ui/serviceColor';
import { formatCount } from '../../../units/number';
import { formatDuration, formatMoment, nanos } from '../../../units/time';
import { errorStatus, flags, modelOf } from '../../trace/model';
import { excerptOf } from './excerpt';
import styles from './evidence.module.css';

/** Requests that show it, one at a time. */
export function TraceExcerpts({ traceIds, service }: { traceIds: readonly string[]; service: string }) {
  const [chosen, setChosen] = useState(0);
  const traceId = traceIds[Math.min(chosen, traceIds.length - 1)];
  return (
    <div>
      {traceIds.length > 1 && (
        <div className={styles.tabs} role="group" aria-label="Requests that show it">
          {traceIds.map((id, index) => (
            <Button key={id} aria-pressed={index === chosen} onClick={() => setChosen(index)}>
              Request {index + 1}
            </Button>
          ))}
        </div>
      )}
      {traceId !== undefined && <TraceExcerpt traceId={traceId} service={service} />}
    </div>
  );
}

export function TraceExcerpt({ traceId, service }: { traceId: string; service: string }) {
  const answer = useQuery(outlineQuery(traceId, false));
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  return answer.data ? <Outline outline={answer.data} service={service} /> : <p className="quiet">Reading the trace …</p>;
}

function Outline({ outline, service }: { outline: TraceOutline; service: string }) {
  const { zone } = usePreferences();
  const model = useMemo(() => modelOf(outline), [outline]);
  const excerpt = useMemo(() => excerptOf(model, service), [model, service]);
  const { spans } = outline;
  const total = Math.max(1, outline.durationNanos);
  return (
    <figure className={styles.trace}>
      <figcaption>
        <Link to="/traces/$traceId" params={{ traceId: outline.traceId }}>
          {outline.rootService}: {outline.rootName}
        </Link>
        <span className="quiet">
          {formatMoment(outline.startTime, zone)}, {formatDuration(outline.durationNanos)}
          {excerpt.hidden > 0 && `, ${formatCount(excerpt.rows.length)} of ${formatCount(model.count)} spans`}
        </span>
      </figcaption>
      <ol className={styles.spans}>
        {excerpt.rows.map(({ span, depth, hidden }) => {
          const name = outline.services[spans.service[span] ?? 0]?.name ?? '';
          const length = spans.duration[span] ?? 0;
          const failed = spans.status[span] === errorStatus;
          const startsHere = ((spans.flags[span] ?? 0) & flags.errorOrigin) !== 0;
          return (
            <li key={span} data-accused={name === service}>
              <Link
                className={styles.span}
                to="/traces/$traceId"
                params={{ traceId: outline.traceId }}
                search={{ span: spans.id[span] }}
                style={{ '--depth': Math.min(depth, 8) } as CSSProperties}
              >
                <span className={styles.name}>
                  <span className={styles.dot} style={{ background: serviceColor(name) }} />
                  <b>{name}</b> {outline.names[spans.name[span] ?? 0]}
                  {hidden > 0 && <span className="quiet"> ({hidden} between)</span>}
                </span>
                <span className={styles.track}>
                  <span
                    className={styles.bar}
                    style={{
                      left: `${Math.min(99.5, Math.max(0, ((spans.start[span] ?? 0) / total) * 100))}%`,
                      width: `${Math.min(100, Math.max(0.5, (length / total) * 100))}%`,
                      background: serviceColor(name),
                    }}
                  />
                </span>
                <span className={styles.length}>
                  {formatDuration(nanos(length))}
                  {failed && <span className={styles.failed}>{startsHere ? ' ✕ fails here' : ' ✕ failed'}</span>}
                </span>
              </Link>
            </li>
          );
        })}
      </ol>
    </figure>
  );
}

/** Where the report names no single request: the latest that match. */
export function MatchingTraces({ parameters }: { parameters: Record<string, string | string[]> }) {
  const { zone } = usePreferences();
  const answer = useQuery({ ...tracesQuery({ ...parameters, limit: '5' }), staleTime: 60_000 });
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  return !answer.data ? (
    <p className="quiet">Looking for traces …</p>
  ) : answer.data.traces.length === 0 ? (
    <p className="quiet">None is stored any more.</p>
  ) : (
    <table className={tableClass}>
      <thead>
        <tr>
          <th scope="col">Trace</th>
          <th scope="col">Began</th>
          <th scope="col" className={numberClass}>
            Took
          </th>
          <th scope="col" className={numberClass}>
            Failed spans
          </th>
        </tr>
      </thead>
      <tbody>
        {answer.data.traces.map((trace) => (
          <tr key={trace.traceId}>
            <td>
              <Link to="/traces/$traceId" params={{ traceId: trace.traceId }}>
                {trace.rootService}: {trace.rootName}
              </Link>
            </td>
            <td>{formatMoment(trace.startTime, zone)}</td>
            <td className={numberClass}>{formatDuration(trace.durationNanos)}</td>
            <td className={numberClass}>{trace.errorCount > 0 ? formatCount(trace.errorCount) : ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
