import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { diffQuery, type DiffedSpan, type DiffedTrace, type TraceDiff } from '../../api/comparison';
import shell from '../../app/shell.module.css';
import { Badge, Button, Failure, Field, Notice, numberClass, NumberHeading, tableClass, TextInput } from '../../ui/controls';
import { serviceColor } from '../../ui/serviceColor';
import { formatCount } from '../../units/number';
import { formatDuration, nanos, type Nanos } from '../../units/time';
import styles from './compare.module.css';

const route = getRouteApi('/traces/compare');
const traceId = /^[0-9a-f]{1,32}$/i;
const shownOperations = 30;

/** Two traces side by side: how they are built and where their time went. */
export function ComparePage() {
  const { a = '', b = '', only } = route.useSearch();
  const navigate = route.useNavigate();
  const isWhole = traceId.test(a) && traceId.test(b);
  const answer = useQuery({ ...diffQuery(a, b), enabled: isWhole });
  return (
    <div className={shell.page}>
      <h1>Compare two traces</h1>
      <Choice key={`${a} ${b}`} a={a} b={b} choose={(next) => void navigate({ search: (known) => ({ ...known, ...next }) })} />
      {!isWhole && (
        <Notice>
          <strong>{a === '' && b === '' ? 'Which two?' : 'Which other trace?'}</strong>
          <span>
            Paste the ids above: A is usually one that went well, B the one to explain. Or tick two rows in <Link to="/traces">Traces</Link>{' '}
            and compare them there.
          </span>
        </Notice>
      )}
      {isWhole && answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {isWhole && answer.isPending && <p className="quiet">Laying them side by side …</p>}
      {isWhole && answer.data && (
        <Answer
          diff={answer.data}
          showsAll={only === 'all'}
          toggle={() => void navigate({ search: (known) => ({ ...known, only: only === 'all' ? undefined : 'all' }), replace: true })}
        />
      )}
    </div>
  );
}

function Choice({ a, b, choose }: { a: string; b: string; choose: (ids: { a: string; b: string }) => void }) {
  const [typed, setTyped] = useState({ a, b });
  const wrong = [typed.a, typed.b].filter((id) => id.trim() !== '' && !traceId.test(id.trim()));
  return (
    <form
      className={styles.choice}
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong.length === 0) {
          choose({ a: typed.a.trim(), b: typed.b.trim() });
        }
      }}
    >
      {(['a', 'b'] as const).map((side) => (
        <Field key={side} label={side === 'a' ? 'Trace A, the one to compare with' : 'Trace B, the one to explain'}>
          {(id) => (
            <TextInput
              id={id}
              size={34}
              placeholder="Trace id"
              value={typed[side]}
              onChange={(event) => setTyped({ ...typed, [side]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <Button type="submit" primary>
        Compare
      </Button>
      <Button onClick={() => choose({ a: b, b: a })} disabled={a === '' && b === ''}>
        ⇄ Swap
      </Button>
      {wrong.length > 0 && <p role="alert">Expected an id of up to 32 hex digits in place of “{wrong.join('”, “')}”.</p>}
    </form>
  );
}

function Answer({ diff, showsAll, toggle }: { diff: TraceDiff; showsAll: boolean; toggle: () => void }) {
  const differing = useMemo(() => diff.spans.filter((span) => span.fate !== 'same').length, [diff]);
  const rows = useMemo(() => (showsAll ? diff.spans : withCallers(diff.spans)), [diff, showsAll]);
  const longest = useMemo(
    () => diff.spans.reduce((most, span) => Math.max(most, span.a?.durationNanos ?? 0, span.b?.durationNanos ?? 0), 1),
    [diff],
  );
  return (
    <>
      <div className={styles.cards}>
        <Card side="A" trace={diff.a} />
        <Card side="B" trace={diff.b} than={diff.a} />
      </div>
      {diff.findings.length > 0 ? (
        <section aria-label="What differs most">
          <h2>What differs most</h2>
          <ul className={styles.findings}>
            {diff.findings.map((finding) => (
              <li key={finding}>{finding}</li>
            ))}
          </ul>
        </section>
      ) : (
        <Notice>Nothing differs that matters: the same calls, durations within a quarter of each other.</Notice>
      )}
      <section aria-label="Call by call">
        <div className={shell.heading}>
          <h2>Call by call</h2>
          <Button aria-pressed={showsAll} onClick={toggle}>
            {showsAll ? 'All calls' : 'Show what is the same, too'}
          </Button>
          <span className="quiet" role="status">
            {formatCount(differing)} of {formatCount(diff.spans.length)} rows differ
            {diff.moreSpans > 0 && `; ${formatCount(diff.moreSpans)} more rows are left out`}
          </span>
        </div>
        <table className={`${tableClass} ${styles.calls ?? ''}`}>
          <thead>
            <tr>
              <th scope="col">Call</th>
              <th scope="col">In A</th>
              <th scope="col">In B</th>
              <NumberHeading title="B less A">Difference</NumberHeading>
            </tr>
          </thead>
          <tbody>
            {rows.map((span, index) => (
              <Row key={index} span={span} longest={longest} ids={{ a: diff.a.traceId, b: diff.b.traceId }} />
            ))}
          </tbody>
        </table>
      </section>
      <OwnTimes diff={diff} />
    </>
  );
}

/** Rows that differ, and those above them, so that one sees where they are. */
export function withCallers(spans: readonly DiffedSpan[]): DiffedSpan[] {
  const kept = new Uint8Array(spans.length);
  let needed = -1; // The depth whose caller is looked for.
  for (let i = spans.length - 1; i >= 0; i--) {
    const span = spans[i];
    if (span && (span.fate !== 'same' || span.depth < needed)) {
      kept[i] = 1;
      needed = span.depth;
    }
  }

  return spans.filter((_, index) => kept[index] === 1);
}

function Card({ side, trace, than }: { side: string; trace: DiffedTrace; than?: DiffedTrace }) {
  return (
    <section className={styles.card} aria-label={`Trace ${side}`}>
      <h2>
        <span className={styles.side}>{side}</span>{' '}
        <Link to="/traces/$traceId" params={{ traceId: trace.traceId }}>
          {trace.rootService}: {trace.rootName}
        </Link>
      </h2>
      <div className={styles.facts}>
        <strong>{formatDuration(trace.durationNanos)}</strong>
        {than && <Difference value={nanos(trace.durationNanos - than.durationNanos)} />}
        <span>{formatCount(trace.spanCount)} spans</span>
        {trace.errorCount > 0 && <Badge tone="error">{formatCount(trace.errorCount)} failed</Badge>}
      </div>
      <span className="mono quiet">{trace.traceId}</span>
    </section>
  );
}

const Difference = ({ value }: { value: Nanos }) => (
  <span className={value > 0 ? styles.slower : undefined}>
    {value > 0 && '+'}
    {formatDuration(value)}
  </span>
);

const fates = {
  same: { sign: '=', label: 'the same in both' },
  changed: { sign: '≠', label: 'changed' },
  removed: { sign: '−', label: 'only in A' },
  added: { sign: '+', label: 'only in B' },
} as const;

function Row({ span, longest, ids }: { span: DiffedSpan; longest: number; ids: { a: string; b: string } }) {
  const fate = fates[span.fate];
  const changed = nanos((span.b?.durationNanos ?? 0) - (span.a?.durationNanos ?? 0));
  return (
    <tr className={styles.call} data-fate={span.fate}>
      <td style={{ paddingLeft: Math.min(span.depth, 30) * 14 + 8 }}>
        <span className={styles.fate} title={fate.label}>
          <span aria-hidden="true">{fate.sign}</span>
          <span className="visually-hidden">{fate.label}</span>
        </span>
        <span className={styles.swatch} style={{ background: serviceColor(span.service) }} />
        <strong>{span.service}</strong> {span.name}
        {span.count > 1 && <Badge>{formatCount(span.count)} ×</Badge>}
        {span.attributes.length > 0 && (
          <details className={styles.attributes}>
            <summary>
              {span.attributes.length} {span.attributes.length === 1 ? 'attribute differs' : 'attributes differ'}
            </summary>
            <table>
              <tbody>
                {span.attributes.map((attribute) => (
                  <tr key={attribute.key}>
                    <th scope="row">{attribute.key}</th>
                    <td>{attribute.a ?? <span className="quiet">not there</span>}</td>
                    <td>{attribute.b ?? <span className="quiet">not there</span>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        )}
      </td>
      {(['a', 'b'] as const).map((side) => (
        <td key={side} className={styles.time}>
          {span[side] && (
            <>
              <Link to="/traces/$traceId" params={{ traceId: ids[side] }} search={{ span: span[side].spanId }}>
                {formatDuration(span[side].durationNanos)}
              </Link>{' '}
              {span[side].isError && <Badge tone="error">failed</Badge>}
              <div
                className={styles.bar}
                style={{ width: `${(span[side].durationNanos / longest) * 100}%`, background: serviceColor(span.service) }}
              />
            </>
          )}
        </td>
      ))}
      <td className={numberClass}>{span.a && span.b ? <Difference value={changed} /> : fate.label}</td>
    </tr>
  );
}

function OwnTimes({ diff }: { diff: TraceDiff }) {
  const rows = diff.selfTimes.slice(0, shownOperations);
  return rows.length === 0 ? null : (
    <section aria-label="Own time by operation">
      <h2>Own time by operation, the largest difference first</h2>
      <table className={tableClass}>
        <thead>
          <tr>
            <th scope="col">Operation</th>
            <NumberHeading>Calls in A</NumberHeading>
            <NumberHeading>Calls in B</NumberHeading>
            <NumberHeading title="Time in which nothing below was running">Own time in A</NumberHeading>
            <NumberHeading title="Time in which nothing below was running">Own time in B</NumberHeading>
            <NumberHeading title="B less A">Difference</NumberHeading>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.service} ${row.name}`}>
              <td>
                <strong>{row.service}</strong> {row.name}
              </td>
              <td className={numberClass}>{formatCount(row.aCount)}</td>
              <td className={numberClass}>{formatCount(row.bCount)}</td>
              <td className={numberClass}>{formatDuration(row.aNanos)}</td>
              <td className={numberClass}>{formatDuration(row.bNanos)}</td>
              <td className={numberClass}>
                <Difference value={row.differenceNanos} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {diff.selfTimes.length > shownOperations && (
        <p className="quiet">
          The first {shownOperations} of {formatCount(diff.selfTimes.length)} operations.
        </p>
      )}
    </section>
  );
}
