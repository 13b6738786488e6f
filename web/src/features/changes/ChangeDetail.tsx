import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Change } from '../../api/events';
import { operationsQuery } from '../../api/services';
import { usePreferences } from '../../app/preferences';
import { Badge, Button, buttonClass, Failure, Notice, numberClass, tableClass } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { add, formatDuration, formatMoment, nanos } from '../../units/time';
import { absoluteRange } from '../../url/range';
import { aftermathWindow, moved, windows, type OperationCounts } from './aftermath';
import styles from './changes.module.css';

/** One change: what it is, its diff, and what moved after it. */
export function ChangeDetail({ change, close }: { change: Change; close: () => void }) {
  const { zone } = usePreferences();
  const { diff, ...others } = change.attributes;
  const around = absoluteRange(add(change.time, nanos(-1 * aftermathWindow)), add(change.time, aftermathWindow));
  return (
    <section className={styles.detail} aria-label="The change">
      <header className={styles.head}>
        <Badge>{change.kind}</Badge>
        <h2>{change.summary}</h2>
        <span className={styles.pushed}>
          <Button onClick={close}>Close</Button>
        </span>
      </header>
      <p className="quiet">
        {formatMoment(change.time, zone)} {change.service && `· ${change.service}`} {change.version && `· ${change.version}`}{' '}
        {change.author && `· ${change.author}`}
        {change.link && /^https?:\/\//.test(change.link) && (
          <>
            {' · '}
            <a href={change.link} rel="noreferrer noopener" target="_blank">
              Read about it
            </a>
          </>
        )}
      </p>
      <div className={styles.links}>
        <Link
          className={buttonClass}
          to="/investigate"
          search={{ ...absoluteRange(change.time, add(change.time, aftermathWindow)), ...(change.service && { service: change.service }) }}
        >
          Investigate what came after
        </Link>
        {change.service && (
          <>
            <Link className={buttonClass} to="/services/$service" params={{ service: change.service }} search={around}>
              {change.service} around it
            </Link>
            <Link
              className={buttonClass}
              to="/traces"
              search={{ ...absoluteRange(change.time, add(change.time, aftermathWindow)), service: [change.service], status: 'error' }}
            >
              Failed traces after it
            </Link>
          </>
        )}
        <Link
          className={buttonClass}
          to="/logs"
          search={{ ...around, ...(change.service && { query: `{service_name=${JSON.stringify(change.service)}}` }) }}
        >
          Logs around it
        </Link>
      </div>
      {Object.keys(others).length > 0 && (
        <dl className={styles.attributes}>
          {Object.entries(others).map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {diff !== undefined && <Diff text={diff} />}
      {change.service && <Aftermath change={change} />}
    </section>
  );
}

/** Lines of a diff that are shown; the store keeps up to 64 Ki characters of one. */
const shownLines = 400;

function Diff({ text }: { text: string }) {
  const lines = text.split('\n');
  const kindOf = (line: string) =>
    line.startsWith('+++') || line.startsWith('---')
      ? 'file'
      : line.startsWith('+')
        ? 'added'
        : line.startsWith('-')
          ? 'removed'
          : line.startsWith('@@')
            ? 'place'
            : 'same';
  return (
    <pre className={styles.diff} role="region" aria-label="The diff" tabIndex={0}>
      {lines.slice(0, shownLines).map((line, index) => (
        <span key={index} data-kind={kindOf(line)}>
          {line}
          {'\n'}
        </span>
      ))}
      {lines.length > shownLines && `… ${formatCount(lines.length - shownLines)} more lines`}
    </pre>
  );
}

function Aftermath({ change }: { change: Change }) {
  const { before, after } = windows(change.time);
  const earlier = useQuery(operationsQuery(change.service, before));
  const later = useQuery(operationsQuery(change.service, after));
  const error = earlier.error ?? later.error;
  if (error) {
    return <Failure error={error} />;
  }

  if (!earlier.data || !later.data) {
    return <p className="quiet">Looking at what {change.service} did before and after …</p>;
  }

  const rows = moved(earlier.data.operations, later.data.operations);
  if (rows.length === 0) {
    return (
      <Notice>
        {change.service} sent no spans within ten minutes of the change. Infrastructure often sends none: look at the services that use it,
        or investigate.
      </Notice>
    );
  }

  return (
    <section>
      <h3>{change.service}, ten minutes before and after</h3>
      <table className={tableClass}>
        <thead>
          <tr>
            <th scope="col">Operation</th>
            <th scope="col">What stands out</th>
            <th scope="col" className={numberClass}>
              Calls
            </th>
            <th scope="col" className={numberClass}>
              Failed
            </th>
            <th scope="col" className={numberClass}>
              p95
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, 12).map((row) => (
            <tr key={`${(row.before ?? row.after)?.kind ?? ''} ${row.name}`}>
              <td>
                <Link to="/traces" search={{ ...after, service: [change.service], operation: row.name }}>
                  {row.name}
                </Link>
              </td>
              <td>
                {row.what.map((word) => (
                  <Badge key={word} tone={/more$|slower|stopped/.test(word) ? 'warning' : 'plain'}>
                    {word}
                  </Badge>
                ))}
              </td>
              <Pair of={row} text={(one) => formatCount(one.spanCount)} />
              <Pair of={row} text={(one) => (one.spanCount > 0 ? formatShare(one.errorCount / one.spanCount) : '–')} />
              <Pair of={row} text={(one) => formatDuration(one.p95DurationNanos)} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Pair({
  of,
  text,
}: {
  of: { before: OperationCounts | null; after: OperationCounts | null };
  text: (one: OperationCounts) => string;
}) {
  return (
    <td className={numberClass}>
      {of.before ? text(of.before) : 'none'} → {of.after ? text(of.after) : 'none'}
    </td>
  );
}
