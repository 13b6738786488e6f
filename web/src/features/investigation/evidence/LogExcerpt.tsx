import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { attributeText } from '../../../api/common';
import { evidenceLogsQuery } from '../../../api/evidence';
import type { EvidenceCheck } from '../../../api/investigations';
import { queryQuery } from '../../../api/query';
import { usePreferences } from '../../../app/preferences';
import { Failure } from '../../../ui/controls';
import { formatCount } from '../../../units/number';
import { formatMoment, formatRfc3339, type Moment } from '../../../units/time';
import { serviceColor } from '../../../ui/serviceColor';
import { isLike } from './like';
import styles from './evidence.module.css';

/** Lines that are shown at most. */
const most = 12;
/** Lines that are read to find those of the kind that was found. */
const read = 200;

interface Line {
  readonly time: Moment;
  readonly service: string;
  readonly severity: string;
  readonly text: string;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

interface Props {
  readonly check: EvidenceCheck;
  readonly parameters: Record<string, string | string[]>;
  /** A line of the kind that was found; empty when the finding quotes none. */
  readonly sample: string;
}

export function LogExcerpt(props: Props) {
  return props.check.api === '/api/query' ? <ByQuery {...props} /> : <ByConditions {...props} />;
}

function ByConditions({ check, parameters, sample }: Props) {
  const answer = useQuery(evidenceLogsQuery({ ...parameters, order: 'oldest', limit: String(read) }));
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  return answer.data ? (
    <Lines
      lines={answer.data.logs.map((log) => ({
        time: log.time,
        service: log.service,
        severity: log.severityText || severityName(log.severity),
        text: attributeText(log.body),
        traceId: log.traceId,
        spanId: log.spanId,
      }))}
      total={check.expect?.count}
      sample={sample}
    />
  ) : (
    <p className="quiet">Reading log lines …</p>
  );
}

function ByQuery({ parameters, sample }: Props) {
  const { query, start, end } = parameters;
  const text = typeof query === 'string' ? query : '';
  const answer = useQuery({ ...queryQuery('logql', text, { start: one(start), end: one(end), limit: String(read) }), staleTime: 60_000 });
  if (answer.error) {
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  }

  return answer.data ? (
    <>
      <Lines
        lines={answer.data.lines.map((line) => ({
          time: line.time,
          service: line.labels.service_name ?? '',
          severity: line.labels.level ?? line.labels.detected_level ?? '',
          text: line.line,
          traceId: line.labels.trace_id,
          spanId: line.labels.span_id,
        }))}
        total={undefined}
        sample={sample}
      />
      <p>
        <Link to="/logs" search={{ query: text, start: one(start), end: one(end) }}>
          All lines, in Logs
        </Link>
      </p>
    </>
  ) : (
    <p className="quiet">Reading log lines …</p>
  );
}

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

const severityNames = ['', 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const severityName = (number: number): string => severityNames[Math.ceil(number / 4)] ?? '';

/** "Information" as the others write it. */
const short = (severity: string): string =>
  (/^(?:trace|debug|info|warn|error|fatal|crit)/i.exec(severity)?.[0] ?? severity.slice(0, 5)).toUpperCase();

function Lines({ lines: all, total, sample }: { lines: readonly Line[]; total: number | undefined; sample: string }) {
  const { zone } = usePreferences();
  const alike = sample === '' ? [] : all.filter((line) => isLike(line.text, sample));
  const lines = (alike.length > 0 ? alike : all).slice(0, most);
  if (lines.length === 0) {
    return <p className="quiet">No such line is stored any more.</p>;
  }

  return (
    <>
      {/* A list that scrolls sideways has to be reachable. */}
      <div className={styles.lines} role="log" aria-label="Log lines" tabIndex={0} aria-live="off">
        <ol>
          {lines.map((line, index) => (
            <li key={index}>
              <time dateTime={formatRfc3339(line.time)}>{formatMoment(line.time, zone)}</time>
              <span data-severity={short(line.severity)}>{short(line.severity)}</span>
              <span className={styles.lineService} style={{ borderColor: serviceColor(line.service) }}>
                {line.service}
              </span>
              <span>{line.text}</span>
              {line.traceId !== undefined && line.traceId !== '' && (
                <Link to="/traces/$traceId" params={{ traceId: line.traceId }} search={{ span: line.spanId }} aria-label="Its trace">
                  trace
                </Link>
              )}
            </li>
          ))}
        </ol>
      </div>
      <p className="quiet">
        {alike.length > 0
          ? `The first ${lines.length} lines of the kind that was found${total === undefined ? '' : `, among ${formatCount(total)} that were counted`}.`
          : total !== undefined && total > lines.length
            ? `The first ${lines.length} of ${formatCount(total)} that were counted.`
            : ''}
      </p>
    </>
  );
}
