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
import styles from './evidence.module.css';

/** Lines that are shown at most. */
const most = 12;

interface Line {
  readonly time: Moment;
  readonly service: string;
  readonly severity: string;
  readonly text: string;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

export function LogExcerpt({ check, parameters }: { check: EvidenceCheck; parameters: Record<string, string | string[]> }) {
  return check.api === '/api/query' ? <ByQuery parameters={parameters} /> : <ByConditions check={check} parameters={parameters} />;
}

function ByConditions({ check, parameters }: { check: EvidenceCheck; parameters: Record<string, string | string[]> }) {
  const answer = useQuery(evidenceLogsQuery({ ...parameters, order: 'oldest', limit: String(most) }));
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
    />
  ) : (
    <p className="quiet">Reading log lines …</p>
  );
}

function ByQuery({ parameters }: { parameters: Record<string, string | string[]> }) {
  const { query, start, end } = parameters;
  const text = typeof query === 'string' ? query : '';
  const answer = useQuery({ ...queryQuery('logql', text, { start: one(start), end: one(end), limit: String(most) }), staleTime: 60_000 });
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

function Lines({ lines, total }: { lines: readonly Line[]; total: number | undefined }) {
  const { zone } = usePreferences();
  if (lines.length === 0) {
    return <p className="quiet">No such line is stored any more.</p>;
  }

  return (
    <>
      {/* A list that scrolls sideways has to be reachable. */}
      <ol className={styles.lines} role="log" aria-label="Log lines" tabIndex={0} aria-live="off">
        {lines.map((line, index) => (
          <li key={index}>
            <time dateTime={formatRfc3339(line.time)}>{formatMoment(line.time, zone)}</time>
            <span data-severity={line.severity.toUpperCase()}>{line.severity}</span>
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
      {total !== undefined && total > lines.length && (
        <p className="quiet">
          The first {lines.length} of {formatCount(total)} that were counted.
        </p>
      )}
    </>
  );
}
