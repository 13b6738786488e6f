import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import { diffQuery, type DiffedSpan, type DiffedTrace, type TraceDiff } from '../../api/comparison';
import { outlineQuery, tracesQuery } from '../../api/traces';
import { usePreferences } from '../../app/preferences';
import shell from '../../app/shell.module.css';
import { clip } from '../../ui/clip';
import { Badge, Button, buttonClass, Failure, Field, Notice, numberClass, NumberHeading, tableClass, TextInput } from '../../ui/controls';
import { serviceColor } from '../../ui/serviceColor';
import { formatCount } from '../../units/number';
import { add, formatDuration, formatMoment, formatRfc3339, nanos, type Nanos } from '../../units/time';
import { assemble, tracesOf } from '../trace/open/assemble';
import { openFile, useOpenedFiles } from '../trace/open/opened';
import { diffOf, withCallers } from './diff';
import styles from './compare.module.css';

const route = getRouteApi('/traces/compare');
const traceId = /^[0-9a-f]{1,32}$/i;
/** A trace of a file that is open in this browser. */
const ofFile = /^file:(.{1,64})$/;
const shownOperations = 30;

const isSide = (side: string) => traceId.test(side) || ofFile.test(side);

/** Two traces side by side: how they are built and where their time went. */
export function ComparePage() {
  const { a = '', b = '', only } = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (next: { a: string; b: string }) => void navigate({ search: (known) => ({ ...known, ...next }) });
  const toggle = () => void navigate({ search: (known) => ({ ...known, only: only === 'all' ? undefined : 'all' }), replace: true });
  const isWhole = isSide(a) && isSide(b);
  return (
    <div className={shell.page}>
      <h1>Compare two traces</h1>
      <Choice key={`${a} ${b}`} a={a} b={b} choose={choose} />
      {!isWhole && (
        <Notice>
          <strong>{a === '' && b === '' ? 'Which two?' : 'Which other trace?'}</strong>
          <span>
            Paste the ids above, or open files of traces: A is usually one that went well, B the one to explain. Or tick two rows in{' '}
            <Link to="/traces">Traces</Link> and compare them there.
          </span>
        </Notice>
      )}
      {!isWhole && traceId.test(a || b) && (
        <Suggestions of={a || b} choose={(other) => choose(a === '' ? { a: other, b } : { a, b: other })} />
      )}
      {isWhole &&
        (traceId.test(a) && traceId.test(b) ? (
          <Stored a={a} b={b} showsAll={only === 'all'} toggle={toggle} />
        ) : (
          <WithFiles a={a} b={b} showsAll={only === 'all'} toggle={toggle} />
        ))}
    </div>
  );
}

interface Sides {
  readonly a: string;
  readonly b: string;
  readonly showsAll: boolean;
  readonly toggle: () => void;
}

function Stored({ a, b, showsAll, toggle }: Sides) {
  const answer = useQuery(diffQuery(a, b));
  return answer.error ? (
    <Failure error={answer.error} retry={() => void answer.refetch()} />
  ) : answer.data ? (
    <Answer diff={answer.data} showsAll={showsAll} toggle={toggle} />
  ) : (
    <p className="quiet">Laying them side by side …</p>
  );
}

/** The outline of one side, from the server or from a file; the file's name when it is of one. */
function useSide(side: string) {
  const files = useOpenedFiles();
  const wanted = ofFile.exec(side)?.[1];
  const stored = useQuery({ ...outlineQuery(side, false), enabled: wanted === undefined });
  const file = wanted === undefined ? undefined : files.find((one) => one.traces.spans.some((span) => span.traceId === wanted));
  const outline = useMemo(
    () => (wanted === undefined ? stored.data : file && assemble(file.traces, wanted).outline),
    [wanted, stored.data, file],
  );
  return { outline, file: file?.name, isLost: wanted !== undefined && !file, error: wanted === undefined ? stored.error : null };
}

/** Files are compared in the browser that opened them; nothing of them is sent. */
function WithFiles({ a, b, showsAll, toggle }: Sides) {
  const [first, second] = [useSide(a), useSide(b)];
  const diff = useMemo(() => first.outline && second.outline && diffOf(first.outline, second.outline), [first.outline, second.outline]);
  const error = first.error ?? second.error;
  if (error) {
    return <Failure error={error} />;
  }

  if (first.isLost || second.isLost) {
    return (
      <Notice>
        <strong>
          Trace{' '}
          {first.isLost && second.isLost
            ? 'A and trace B are of files that are'
            : first.isLost
              ? 'A is of a file that is'
              : 'B is of a file that is'}{' '}
          not open.
        </strong>
        <span>Files stay in the browser that opened them. Open them again above, and the comparison is as it was.</span>
      </Notice>
    );
  }

  return diff ? (
    <>
      <p className="quiet">
        Compared in this browser by calls, durations and failures; attributes are compared between stored traces only.
      </p>
      <Answer diff={diff} files={{ a: first.file, b: second.file }} showsAll={showsAll} toggle={toggle} />
    </>
  ) : (
    <p className="quiet">Reading the traces …</p>
  );
}

/** Traces through the same entry point that went well, or of the other kind when this one did: one click to what it is to be compared with. */
function Suggestions({ of, choose }: { of: string; choose: (id: string) => void }) {
  const { zone } = usePreferences();
  const outline = useQuery(outlineQuery(of, false));
  const root = outline.data;
  const around = useQuery({
    ...tracesQuery({
      service: root?.rootService,
      operation: root?.rootName,
      start: root && formatRfc3339(add(root.startTime, nanos(-3_600e9))),
      end: root && formatRfc3339(add(root.startTime, nanos(3_600e9))),
      limit: 100,
    }),
    enabled: root !== undefined && root.rootService !== '',
  });
  const isFailed = (root?.errorCount ?? 0) > 0;
  const others = (around.data?.traces ?? [])
    .filter((trace) => trace.traceId !== of && trace.rootName === root?.rootName && trace.errorCount > 0 !== isFailed)
    .slice(0, 6);
  return others.length === 0 ? null : (
    <section aria-label="Traces to compare with">
      <h2>
        {isFailed ? 'Went well' : 'Failed'} through {root?.rootService} {root?.rootName}
      </h2>
      <table className={tableClass}>
        <tbody>
          {others.map((trace) => (
            <tr key={trace.traceId}>
              <td>
                <Button onClick={() => choose(trace.traceId)}>Compare</Button>
              </td>
              <td>{formatMoment(trace.startTime, zone)}</td>
              <td className={numberClass}>{formatDuration(trace.durationNanos)}</td>
              <td className={numberClass}>{formatCount(trace.spanCount)} spans</td>
              <td className="mono">{trace.traceId}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Choice({ a, b, choose }: { a: string; b: string; choose: (ids: { a: string; b: string }) => void }) {
  const [typed, setTyped] = useState({ a, b });
  const [problem, setProblem] = useState('');
  const wrong = [typed.a, typed.b].filter((id) => id.trim() !== '' && !isSide(id.trim()));
  const take = (side: 'a' | 'b', file: File | undefined) => {
    if (file) {
      setProblem('');
      openFile(file).then(
        ({ traces }) => choose({ ...typed, [side]: `file:${tracesOf(traces)[0]?.traceId ?? ''}` }),
        (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
      );
    }
  };
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
        <div key={side} className={styles.source}>
          <Field label={side === 'a' ? 'Trace A, the one to compare with' : 'Trace B, the one to explain'}>
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
          <label className={`${buttonClass} ${styles.file ?? ''}`}>
            File …
            <input
              type="file"
              className="visually-hidden"
              aria-label={`Open a file for trace ${side.toUpperCase()}`}
              accept=".json,.jsonl,.ndjson,.gz,application/json"
              onChange={(event) => {
                take(side, event.target.files?.[0]);
                event.target.value = '';
              }}
            />
          </label>
        </div>
      ))}
      <Button type="submit" primary>
        Compare
      </Button>
      <Button onClick={() => choose({ a: b, b: a })} disabled={a === '' && b === ''}>
        ⇄ Swap
      </Button>
      {wrong.length > 0 && <p role="alert">Expected an id of up to 32 hex digits in place of “{wrong.join('”, “')}”.</p>}
      {problem !== '' && (
        <Notice tone="error">
          <strong>The file cannot be compared.</strong>
          <span>{problem}</span>
        </Notice>
      )}
    </form>
  );
}

/** A trace or a span of it, where it is. */
function ToTrace({ id, file, span, children }: { id: string; file?: string | undefined; span?: string; children: ReactNode }) {
  return file === undefined ? (
    <Link to="/traces/$traceId" params={{ traceId: id }} search={{ span }}>
      {children}
    </Link>
  ) : (
    <Link to="/traces/open" search={{ file, trace: id, span }}>
      {children}
    </Link>
  );
}

interface Files {
  readonly a?: string | undefined;
  readonly b?: string | undefined;
}

function Answer({ diff, files = {}, showsAll, toggle }: { diff: TraceDiff; files?: Files; showsAll: boolean; toggle: () => void }) {
  const differing = useMemo(() => diff.spans.filter((span) => span.fate !== 'same').length, [diff]);
  const rows = useMemo(() => (showsAll ? diff.spans : withCallers(diff.spans)), [diff, showsAll]);
  const longest = useMemo(
    () => diff.spans.reduce((most, span) => Math.max(most, span.a?.durationNanos ?? 0, span.b?.durationNanos ?? 0), 1),
    [diff],
  );
  return (
    <>
      <div className={styles.cards}>
        <Card side="A" trace={diff.a} file={files.a} />
        <Card side="B" trace={diff.b} file={files.b} than={diff.a} />
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
              <Row key={index} span={span} longest={longest} ids={{ a: diff.a.traceId, b: diff.b.traceId }} files={files} />
            ))}
          </tbody>
        </table>
      </section>
      <OwnTimes diff={diff} />
    </>
  );
}

function Card({ side, trace, file, than }: { side: string; trace: DiffedTrace; file: string | undefined; than?: DiffedTrace }) {
  return (
    <section className={styles.card} aria-label={`Trace ${side}`}>
      <h2>
        <span className={styles.side}>{side}</span>{' '}
        <ToTrace id={trace.traceId} file={file}>
          {clip(trace.rootService, 60)}: {clip(trace.rootName)}
        </ToTrace>
      </h2>
      <div className={styles.facts}>
        <strong>{formatDuration(trace.durationNanos)}</strong>
        {than && <Difference value={nanos(trace.durationNanos - than.durationNanos)} />}
        <span>{formatCount(trace.spanCount)} spans</span>
        {trace.errorCount > 0 && <Badge tone="error">{formatCount(trace.errorCount)} failed</Badge>}
      </div>
      <span className="mono quiet">
        {trace.traceId}
        {file !== undefined && ` of the file ${file}`}
      </span>
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

function Row({ span, longest, ids, files }: { span: DiffedSpan; longest: number; ids: { a: string; b: string }; files: Files }) {
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
              <ToTrace id={ids[side]} file={files[side]} span={span[side].spanId}>
                {formatDuration(span[side].durationNanos)}
              </ToTrace>{' '}
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
