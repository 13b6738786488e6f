import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { attributeText } from '../../api/common';
import { evidenceLogsQuery } from '../../api/evidence';
import { usePreferences } from '../../app/preferences';
import { Badge, buttonClass, Failure, Notice, tableClass } from '../../ui/controls';
import { formatMoment } from '../../units/time';
import type { Window } from '../metrics/window';

const listed = 100;
const errorSeverity = 17;

/** The newest warnings and errors that a service logged; all of its lines are on the page of logs. */
export function Logs({ service, window }: { service: string; window: Window }) {
  const { zone } = usePreferences();
  const answer = useQuery({
    ...evidenceLogsQuery({ ...window.parameters, service, severity: 'warn', limit: listed }),
    placeholderData: keepPreviousData,
  });
  const query = `{service_name=${JSON.stringify(service)}}`;
  return (
    <>
      <div>
        <Link className={buttonClass} to="/logs" search={{ ...window.parameters, query }}>
          All lines
        </Link>{' '}
        <Link className={buttonClass} to="/logs" search={{ ...window.parameters, query, view: 'patterns' }}>
          Patterns
        </Link>{' '}
        <Link className={buttonClass} to="/logs" search={{ query, view: 'live' }}>
          Live
        </Link>
      </div>
      <h2>Warnings and errors, the newest {listed}</h2>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data?.logs.length === 0 && <Notice>{service} logged no warning and no error in this stretch of time.</Notice>}
      {answer.data && answer.data.logs.length > 0 && (
        <table className={tableClass}>
          <tbody>
            {answer.data.logs.map((log, index) => (
              <tr key={index}>
                <td>{formatMoment(log.time, zone)}</td>
                <td>
                  <Badge tone={log.severity >= errorSeverity ? 'error' : 'warning'}>
                    {log.severityText || (log.severity >= errorSeverity ? 'ERROR' : 'WARN')}
                  </Badge>
                </td>
                <td className="mono">{attributeText(log.body)}</td>
                <td>
                  {log.traceId !== undefined && (
                    <Link to="/traces/$traceId" params={{ traceId: log.traceId }} search={{ span: log.spanId }}>
                      Trace
                    </Link>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
