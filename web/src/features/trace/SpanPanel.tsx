import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { spanLogsQuery } from '../../api/logs';
import { attributeText, type Attribute } from '../../api/common';
import type { SpanDetail } from '../../api/traces';
import { usePreferences } from '../../app/preferences';
import { Badge, Button, Failure } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { add, between, formatDuration, formatMoment, formatTime, nanos, type Moment } from '../../units/time';
import { absoluteRange, type Range } from '../../url/range';
import type { TraceSource } from './source';
import styles from './trace.module.css';

const errorSeverity = 17;

/** Longer texts are cut until somebody wants the whole. */
const shownText = 1_500;

/** Everything about one span. */
export function SpanPanel({ source, spanId, close }: { source: TraceSource; spanId: string; close: () => void }) {
  const answer = useQuery({
    queryKey: ['span', source.key, spanId],
    queryFn: ({ signal }) => source.readSpan(spanId, signal),
    staleTime: 60_000,
  });
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
          source={source}
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
  readonly source: TraceSource;
  readonly resource: readonly Attribute[];
  readonly scope: { readonly name: string; readonly version?: string | undefined; readonly attributes: readonly Attribute[] } | undefined;
  readonly twins: number;
}

function Detail({ span, source, resource, scope, twins }: DetailProps) {
  const { zone } = usePreferences();
  const { analysis } = span;
  const { traceId, startTime: traceStart } = source.outline;
  const around = absoluteRange(add(span.startTime, nanos(-1_800e9)), add(span.startTime, nanos(1_800e9)));
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
      <Statement span={span} />
      <Attributes title="Attributes" attributes={span.attributes} range={around} open />
      {span.events.length > 0 && (
        <details open>
          <summary>Events ({span.events.length})</summary>
          {span.events.map((event, index) => (
            <div key={index}>
              <h3>
                {event.name} <span className="quiet">+{formatDuration(between(span.startTime, event.time))}</span>
              </h3>
              <AttributeTable attributes={event.attributes} scope="event." range={around} />
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
      {source.isStored && <Logs traceId={traceId} spanId={span.spanId} start={span.startTime} />}
      <Attributes title="Resource" attributes={resource} scope="resource." range={around} />
      {scope && scope.name !== '' && (
        <Attributes title={`Scope: ${scope.name} ${scope.version ?? ''}`} attributes={scope.attributes} scope="scope." range={around} />
      )}
    </>
  );
}

/** What the span asked of a database, with what it was asked of. */
function Statement({ span }: { span: SpanDetail }) {
  const text = (...keys: string[]) => {
    const found = keys.map((key) => span.attributes.find((attribute) => attribute.key === key)).find(Boolean);
    return found ? attributeText(found.value) : '';
  };
  const statement = text('db.query.text', 'db.statement');
  const about = [
    text('db.system.name', 'db.system'),
    text('db.namespace', 'db.name'),
    text('db.operation.name', 'db.operation'),
    text('db.collection.name', 'db.sql.table'),
    text('server.address', 'net.peer.name'),
  ].filter(Boolean);
  const rows = text('db.response.returned_rows');
  return statement === '' ? null : (
    <section aria-label="Database statement">
      <div className={styles.panelHead}>
        <span className="quiet">
          {about.join(' · ') || 'Database statement'}
          {rows !== '' && ` · ${rows} rows`}
        </span>
        <Button onClick={() => void navigator.clipboard.writeText(statement)}>Copy</Button>
      </div>
      <pre className={styles.statement} role="region" aria-label="Statement" tabIndex={0}>
        <LongText text={statement} />
      </pre>
    </section>
  );
}

interface AttributesProps {
  readonly attributes: readonly Attribute[];
  /** As conditions begin with it; empty looks for the key anywhere. */
  readonly scope?: string;
  /** Where traces are looked for that have a value, or have another one. */
  readonly range?: Range;
}

function Attributes({ title, open = false, ...rest }: AttributesProps & { title: string; open?: boolean }) {
  return (
    <details open={open}>
      <summary>
        {title} ({rest.attributes.length})
      </summary>
      <AttributeTable {...rest} />
    </details>
  );
}

function AttributeTable({ attributes, scope = '', range }: AttributesProps) {
  return (
    <table className={styles.attributes}>
      <tbody>
        {attributes.map((attribute, index) => (
          <tr key={`${attribute.key} ${index}`}>
            <th scope="row">{attribute.key}</th>
            <td>
              <LongText text={attributeText(attribute.value)} />
              {range && <FilterLinks condition={conditionOf(scope, attribute)} range={range} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LongText({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  return isWhole || text.length <= shownText ? (
    text
  ) : (
    <>
      {text.slice(0, shownText)}…{' '}
      <button type="button" className={styles.more} onClick={() => setWhole(true)}>
        Show all {formatCount(text.length)} characters
      </button>
    </>
  );
}

/** Longer values are no conditions: addresses end somewhere. */
const maxCondition = 1_000;

function FilterLinks({ condition, range }: { condition: { equal: string; different: string }; range: Range }) {
  return condition.equal.length > maxCondition ? null : (
    <>
      <Link
        to="/traces"
        search={{ attr: [condition.equal], ...range }}
        title="Traces with this value, half an hour before and after"
        aria-label={`Traces with ${condition.equal}`}
      >
        +
      </Link>
      <Link
        to="/traces"
        search={{ attr: [condition.different], ...range }}
        title="Traces with another value, half an hour before and after"
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
