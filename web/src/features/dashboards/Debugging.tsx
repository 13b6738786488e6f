import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { attributeText } from '../../api/common';
import { evidenceLogsQuery } from '../../api/evidence';
import { tracesQuery } from '../../api/traces';
import { useGoTo } from '../../app/goTo';
import { usePreferences } from '../../app/preferences';
import { Button, Failure, Field, Notice, numberClass, NumberHeading, tableClass, TextInput } from '../../ui/controls';
import { formatDuration, formatMoment, formatTime } from '../../units/time';
import type { Window } from '../metrics/window';
import { Panel } from '../panels/Panel';
import panels from '../panels/panels.module.css';
import { PartTable } from '../services/PartTable';
import { quoted, useParts } from '../services/useParts';

/** For the one who looks for the cause in a single request. */
export function Debugging({ window }: { window: Window }) {
  return (
    <div className={panels.grid}>
      <Find window={window} />
      <Slowest window={window} />
      <Lines window={window} />
      <Outside window={window} />
    </div>
  );
}

function Find({ window }: { window: Window }) {
  const goTo = useGoTo();
  const navigate = useNavigate();
  const [typed, setTyped] = useState({ id: '', user: '', path: '', line: '' });
  const forms = [
    { name: 'id', label: 'Trace id, or a traceparent header', placeholder: '5b8efff798038103d269b633813fc60c', run: () => goTo(typed.id) },
    {
      name: 'user',
      label: 'User id',
      placeholder: 'user-17',
      run: () => void navigate({ to: '/traces', search: { ...window.parameters, attr: [`user.id=${quoted(typed.user.trim())}`] } }),
    },
    {
      name: 'path',
      label: 'Path of a request (url.path)',
      placeholder: '/checkout',
      run: () =>
        void navigate({
          to: '/traces',
          search: { ...window.parameters, attr: [`url.path=~${quoted(`${typed.path.trim().replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}.*`)}`] },
        }),
    },
    {
      name: 'line',
      label: 'Log lines of a trace id',
      placeholder: '5b8efff798038103d269b633813fc60c',
      run: () =>
        void navigate({
          to: '/logs',
          search: { ...window.parameters, query: `{service_name=~".+"} | trace_id=${quoted(typed.line.trim().toLowerCase())}` },
        }),
    },
  ] as const;
  return (
    <Panel title="Find a request" isWide>
      <div className={panels.forms}>
        {forms.map(({ name, label, placeholder, run }) => (
          <form
            key={name}
            className={panels.choices}
            onSubmit={(event) => {
              event.preventDefault();
              if (typed[name].trim() !== '') {
                run();
              }
            }}
          >
            <Field label={label}>
              {(id) => (
                <TextInput
                  id={id}
                  placeholder={placeholder}
                  value={typed[name]}
                  onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
                />
              )}
            </Field>
            <Button type="submit">Find</Button>
          </form>
        ))}
      </div>
    </Panel>
  );
}

function Slowest({ window }: { window: Window }) {
  const { zone } = usePreferences();
  const answer = useQuery({ ...tracesQuery({ ...window.parameters, limit: 500 }), placeholderData: keepPreviousData });
  const slowest = useMemo(
    () => [...(answer.data?.traces ?? [])].sort((a, b) => b.durationNanos - a.durationNanos).slice(0, 12),
    [answer.data],
  );
  return (
    <Panel
      title="Slowest traces, as waterfalls"
      note="Of the newest 500."
      queries={['GET /api/traces?limit=500']}
      open={
        <Link to="/traces" search={{ ...window.parameters, limit: 500 }}>
          Open in Traces
        </Link>
      }
    >
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data && slowest.length === 0 && <p className={panels.empty}>No trace in this stretch of time.</p>}
      {slowest.length > 0 && (
        <table className={tableClass}>
          <thead>
            <tr>
              <th scope="col">Trace</th>
              <th scope="col">Start</th>
              <NumberHeading>Duration</NumberHeading>
            </tr>
          </thead>
          <tbody>
            {slowest.map((trace) => (
              <tr key={trace.traceId}>
                <td>
                  <Link to="/traces/$traceId" params={{ traceId: trace.traceId }} search={{ critical: true }}>
                    <strong>{trace.rootService}</strong> {trace.rootName}
                  </Link>
                </td>
                <td>{formatMoment(trace.startTime, zone, 0)}</td>
                <td className={numberClass}>{formatDuration(trace.durationNanos)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Lines({ window }: { window: Window }) {
  const { zone } = usePreferences();
  const answer = useQuery({
    ...evidenceLogsQuery({ ...window.parameters, severity: 'error', limit: 50 }),
    placeholderData: keepPreviousData,
  });
  return (
    <Panel
      title="Newest errors in logs, with their traces"
      queries={['GET /api/logs?severity=error&limit=50']}
      open={
        <Link to="/logs" search={{ ...window.parameters, query: '{service_name=~".+"} | detected_level="error"' }}>
          Open in Logs
        </Link>
      }
    >
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data?.logs.length === 0 && <p className={panels.empty}>✓ No error was logged in this stretch of time.</p>}
      {answer.data && answer.data.logs.length > 0 && (
        <div className={panels.scroll} role="region" aria-label="Errors in logs" tabIndex={0}>
          <table className={tableClass}>
            <tbody>
              {answer.data.logs.map((log, index) => (
                <tr key={index}>
                  <td className={numberClass} title={formatMoment(log.time, zone)}>
                    {formatTime(log.time, zone, 0)}
                  </td>
                  <td>{log.service}</td>
                  <td className="mono">{attributeText(log.body).slice(0, 300)}</td>
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
        </div>
      )}
    </Panel>
  );
}

function Outside({ window }: { window: Window }) {
  const databases = useParts('span.db.system.name != nil', ['resource.service.name', 'span.db.system.name', 'span.db.namespace'], window);
  const hosts = useParts(
    'kind = client && span.db.system.name = nil && span.server.address != nil',
    ['resource.service.name', 'span.server.address'],
    window,
  );
  return (
    <>
      <Panel title="Databases, by service" isWide queries={databases.queries}>
        {databases.error && <Failure error={databases.error} />}
        {!databases.isPending && databases.parts.length === 0 && <Notice>No span of a database in this stretch of time.</Notice>}
        {databases.parts.length > 0 && (
          <PartTable
            label="Databases by service"
            headings={['Service', 'System', 'Database']}
            parts={databases.parts}
            link={(part) => (
              <Link to="/services/$service" params={{ service: part.key[0] ?? '' }} search={{ ...window.parameters, view: 'databases' }}>
                Statements
              </Link>
            )}
          />
        )}
      </Panel>
      <Panel title="Calls to other hosts, by service" isWide queries={hosts.queries}>
        {hosts.error && <Failure error={hosts.error} />}
        {!hosts.isPending && hosts.parts.length === 0 && (
          <Notice>No call that names a host (server.address) in this stretch of time.</Notice>
        )}
        {hosts.parts.length > 0 && (
          <PartTable
            label="Calls by service and host"
            headings={['Service', 'Host']}
            parts={hosts.parts}
            link={(part) => (
              <Link
                to="/traces"
                search={{ ...window.parameters, service: [part.key[0] ?? ''], attr: [`server.address=${quoted(part.key[1] ?? '')}`] }}
              >
                Traces
              </Link>
            )}
          />
        )}
      </Panel>
    </>
  );
}
