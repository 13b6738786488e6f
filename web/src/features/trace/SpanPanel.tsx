import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { spanLogsQuery } from '../../api/logs';
import { attributeText, type Attribute } from '../../api/common';
import { spanQuery, type SpanDetail } from '../../api/traces';
import { usePreferences } from '../../app/preferences';
import { Badge, Button, Failure } from '../../ui/controls';
import { between, formatDuration, formatMoment, formatTime, nanos, type Moment } from '../../units/time';
import styles from './trace.module.css';

const errorSeverity = 17;

/** Everything about one span. */
export function SpanPanel({
  traceId,
  spanId,
  traceStart,
  close,
}: {
  traceId: string;
  spanId: string;
  traceStart: Moment;
  close: () => void;
}) {
  const answer = useQuery(spanQuery(traceId, spanId));
  const [span] = answer.data?.spans ?? [];
  return (
    <aside className={styles.panel} aria-label="Span">
      <div className={styles.panelHead}>
        <h2>{span ? `${span.service}: ${span.name}` : 'Span'}</h2>
        <Button onClick={close} aria-label="Close the span" title="Close (esc)">
          ✕
        </Button>
      </div>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {span && answer.data && (
        <Detail
          span={span}
          traceId={traceId}
          traceStart={traceStart}
          resource={answer.data.resources[span.resourceIndex]?.attributes ?? []}
          scope={answer.data.scopes[span.scopeIndex]}
          twins={answer.data.spans.length - 1}
        />
      )}
    </aside>
  );
}

interface DetailProps {
  readonly span: SpanDetail;
  readonly traceId: string;
  readonly traceStart: Moment;
  readonly resource: readonly Attribute[];
  readonly scope: { readonly name: string; readonly version?: string | undefined; readonly attributes: readonly Attribute[] } | undefined;
  readonly twins: number;
}

function Detail({ span, traceId, traceStart, resource, scope, twins }: DetailProps) {
  const { zone } = usePreferences();
  const { analysis } = span;
  return (
    <>
      <div>
        <Badge tone={span.status === 'error' ? 'error' : 'plain'}>status {span.status}</Badge> <Badge>{span.kind}</Badge>{' '}
        {analysis.errorOrigin && <Badge tone="error">an error starts here</Badge>}{' '}
        {analysis.onCriticalPath && <Badge>on the critical path</Badge>}{' '}
        {analysis.parentMissing && (
          <Badge tone="warning" title="The span names a parent that has not arrived.">
            parent missing
          </Badge>
        )}{' '}
        {analysis.clockSkewNanos !== undefined && (
          <Badge tone="warning" title="This clock and its caller's disagree.">
            clock off by {formatDuration(nanos(analysis.clockSkewNanos))}
          </Badge>
        )}{' '}
        {twins > 0 && <Badge tone="warning">{twins} more with this id</Badge>}
      </div>
      {span.statusMessage && <p className="mono">{span.statusMessage}</p>}
      <dl>
        <dt>Duration</dt>
        <dd>{formatDuration(span.durationNanos)}</dd>
        <dt>Own time</dt>
        <dd>
          {formatDuration(analysis.selfTimeNanos)}
          {analysis.criticalPathNanos > 0 && `, ${formatDuration(analysis.criticalPathNanos)} of it critical`}
        </dd>
        <dt>Start</dt>
        <dd>
          {formatMoment(span.startTime, zone, 6)} (+{formatDuration(between(traceStart, span.startTime))})
        </dd>
        <dt>Span id</dt>
        <dd className="mono">{span.spanId}</dd>
      </dl>
      <Attributes title="Attributes" attributes={span.attributes} open />
      {span.events.length > 0 && (
        <details open>
          <summary>Events ({span.events.length})</summary>
          {span.events.map((event, index) => (
            <div key={index}>
              <h3>
                {event.name} <span className="quiet">+{formatDuration(between(span.startTime, event.time))}</span>
              </h3>
              <AttributeTable attributes={event.attributes} />
            </div>
          ))}
        </details>
      )}
      {span.links.length > 0 && (
        <details open>
          <summary>Links ({span.links.length})</summary>
          {span.links.map((link, index) => (
            <div key={index}>
              <Link to="/traces/$traceId" params={{ traceId: link.traceId }} search={{ span: link.spanId }} className="mono">
                {link.traceId.slice(0, 8)}… / {link.spanId}
              </Link>
              <AttributeTable attributes={link.attributes} />
            </div>
          ))}
        </details>
      )}
      <Logs traceId={traceId} spanId={span.spanId} start={span.startTime} />
      <Attributes title="Resource" attributes={resource} scope="resource." />
      {scope && scope.name !== '' && (
        <Attributes title={`Scope: ${scope.name} ${scope.version ?? ''}`} attributes={scope.attributes} scope="scope." />
      )}
    </>
  );
}

function Attributes({
  title,
  attributes,
  open = false,
  scope = '',
}: {
  title: string;
  attributes: readonly Attribute[];
  open?: boolean;
  scope?: string;
}) {
  return (
    <details open={open}>
      <summary>
        {title} ({attributes.length})
      </summary>
      <AttributeTable attributes={attributes} scope={scope} filter />
    </details>
  );
}

function AttributeTable({
  attributes,
  scope = '',
  filter = false,
}: {
  attributes: readonly Attribute[];
  scope?: string;
  filter?: boolean;
}) {
  return (
    <table className={styles.attributes}>
      <tbody>
        {attributes.map((attribute, index) => (
          <tr key={`${attribute.key} ${index}`}>
            <th scope="row">{attribute.key}</th>
            <td>
              {attributeText(attribute.value)}
              {filter && <FilterLinks condition={conditionOf(scope, attribute)} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function FilterLinks({ condition }: { condition: { equal: string; different: string } }) {
  return (
    <>
      <Link to="/traces" search={{ attr: [condition.equal] }} title="Traces with this value" aria-label={`Traces with ${condition.equal}`}>
        +
      </Link>
      <Link
        to="/traces"
        search={{ attr: [condition.different] }}
        title="Traces with another value"
        aria-label={`Traces with ${condition.different}`}
      >
        −
      </Link>
    </>
  );
}

/** As docs/api.md writes conditions: keys and values that could be misread are quoted. */
function conditionOf(scope: string, { key, value, type }: Attribute): { equal: string; different: string } {
  const name = /^[\w.\-/]+$/.test(key) ? scope + key : scope + JSON.stringify(key);
  const text = type === 'string' ? JSON.stringify(attributeText(value)) : attributeText(value);
  return { equal: `${name}=${text}`, different: `${name}!=${text}` };
}

function Logs({ traceId, spanId, start }: { traceId: string; spanId: string; start: Moment }) {
  const { zone } = usePreferences();
  const answer = useQuery(spanLogsQuery(traceId, spanId));
  const logs = answer.data?.logs ?? [];
  return (
    <details open={logs.length > 0}>
      <summary>Logs {answer.data && `(${logs.length}${logs.length >= answer.data.limit ? ' or more' : ''})`}</summary>
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      <ul className={styles.logs}>
        {logs.map((log, index) => (
          <li key={index} data-error={log.severity >= errorSeverity}>
            <span className="quiet" title={formatMoment(log.time, zone, 9)}>
              {formatTime(log.time, zone)} (+{formatDuration(between(start, log.time))}) {log.severityText}
            </span>{' '}
            {attributeText(log.body)}
          </li>
        ))}
      </ul>
    </details>
  );
}
