import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Button, Notice, numberClass, NumberHeading, tableClass } from '../../../ui/controls';
import { formatCount } from '../../../units/number';
import { formatDuration } from '../../../units/time';
import type { TraceSource } from '../source';
import { TraceView } from '../TraceView';
import { assemble, tracesOf } from './assemble';
import styles from './open.module.css';
import { openFile, useOpenedFile, type OpenedFile } from './opened';
import { fileLimits } from './spans';

const route = getRouteApi('/traces/open');
const shownTraces = 200;

/** Traces of a file: read, put together and drawn in the browser; nothing is sent. */
export function OpenPage() {
  const search = route.useSearch();
  const opened = useOpenedFile(search.file);
  const traces = useMemo(() => (opened ? tracesOf(opened.traces) : []), [opened]);
  const traceId = traces.length === 1 ? traces[0]?.traceId : traces.find((one) => one.traceId === search.trace)?.traceId;
  if (opened && traceId !== undefined) {
    return <Opened key={`${opened.number} ${traceId}`} file={opened} traceId={traceId} isOneOfMany={traces.length > 1} />;
  }

  return (
    <div className={styles.page}>
      <h1>Open a file of traces</h1>
      {!opened && search.file !== undefined && (
        <Notice>
          <strong>This address shows a trace of the file “{search.file}”.</strong>
          <span>Files stay in the browser that opened them. Open it again, and the view is as the address says.</span>
        </Notice>
      )}
      <Chooser />
      {opened && <Traces file={opened} />}
    </div>
  );
}

function Opened({ file, traceId, isOneOfMany }: { file: OpenedFile; traceId: string; isOneOfMany: boolean }) {
  const { adjusted = false } = route.useSearch();
  const navigate = route.useNavigate();
  const source = useMemo((): TraceSource => {
    const trace = assemble(file.traces, traceId, adjusted);
    return {
      key: `file ${file.number} ${traceId} ${adjusted ? 'adjusted' : ''}`,
      outline: trace.outline,
      isStored: false,
      readSpan: (spanId) => Promise.resolve(trace.spans(spanId)),
    };
  }, [file, traceId, adjusted]);
  return (
    <TraceView key={source.key} source={source}>
      <p className={styles.about}>
        From the file <strong>{file.name}</strong> ({file.traces.format}), not from the server.{' '}
        {isOneOfMany && <Button onClick={() => void navigate({ search: { file: file.name } })}>Its other traces</Button>}{' '}
        <Chooser isSmall />{' '}
        <Link to="/traces/compare" search={{ a: `file:${traceId}` }}>
          Compare …
        </Link>
      </p>
      <Problems file={file} />
    </TraceView>
  );
}

function Problems({ file }: { file: OpenedFile }) {
  const { problems } = file.traces;
  return problems.length === 0 ? null : (
    <details>
      <summary>{formatCount(problems.length)} problems in the file</summary>
      <Notice tone="warning">
        {problems.map((problem, index) => (
          <span key={index}>{problem}</span>
        ))}
      </Notice>
    </details>
  );
}

/** Takes a file by choosing it or by dropping it. */
function Chooser({ isSmall = false }: { isSmall?: boolean }) {
  const navigate = route.useNavigate();
  const [state, setState] = useState<{ reading?: string; error?: string; isOver?: boolean }>({});
  const take = (file: File | undefined) => {
    if (!file) {
      return;
    }

    setState({ reading: file.name });
    openFile(file).then(
      (known) => {
        setState({});
        // The same file again restores the view of the address.
        void navigate({ search: (search) => (search.file === known.name ? search : { file: known.name }) });
      },
      (error: unknown) => setState({ error: error instanceof Error ? error.message : String(error) }),
    );
  };
  const input = (
    <label className={isSmall ? styles.small : styles.choose}>
      {isSmall ? 'Another file …' : 'Choose a file'}
      <input
        type="file"
        className="visually-hidden"
        accept=".json,.jsonl,.ndjson,.gz,application/json"
        onChange={(event) => {
          take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
    </label>
  );
  const told = (
    <>
      {state.reading !== undefined && <span role="status">Reading {state.reading} …</span>}
      {state.error !== undefined && (
        <Notice tone="error">
          <strong>The file cannot be shown.</strong>
          <span>{state.error}</span>
        </Notice>
      )}
    </>
  );
  return isSmall ? (
    <>
      {input} {told}
    </>
  ) : (
    // Dropping is a second way; the button does the same for the keyboard.
    <div
      className={styles.drop}
      data-over={state.isOver === true}
      onDragOver={(event) => {
        event.preventDefault();
        setState((known) => ({ ...known, isOver: true }));
      }}
      onDragLeave={() => setState((known) => ({ ...known, isOver: false }))}
      onDrop={(event) => {
        event.preventDefault();
        take(event.dataTransfer.files[0]);
      }}
    >
      {input}
      <span>or drop it here</span>
      <span className="quiet">
        JSON of Clew, OpenTelemetry (OTLP, also one request per line), Jaeger, Zipkin or Tempo, plain or .gz; up to{' '}
        {fileLimits.bytes / 1024 / 1024} MiB and {formatCount(fileLimits.spans)} spans. It is read in this browser; nothing is sent.
      </span>
      {told}
    </div>
  );
}

function Traces({ file }: { file: OpenedFile }) {
  const rows = useMemo(
    () =>
      tracesOf(file.traces)
        .slice(0, shownTraces)
        .map((one) => assemble(file.traces, one.traceId).outline),
    [file],
  );
  const count = new Set(file.traces.spans.map((span) => span.traceId)).size;
  return (
    <>
      <h2>
        {formatCount(count)} traces in {file.name} ({file.traces.format})
      </h2>
      <Problems file={file} />
      <table className={tableClass}>
        <thead>
          <tr>
            <th scope="col">Root</th>
            <NumberHeading>Duration</NumberHeading>
            <NumberHeading>Spans</NumberHeading>
            <NumberHeading>Failed</NumberHeading>
            <th scope="col">Trace id</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((outline) => (
            <tr key={outline.traceId}>
              <td>
                <Link to="/traces/open" search={{ file: file.name, trace: outline.traceId }}>
                  <strong>{outline.rootService}</strong> {outline.rootName || '(no name)'}
                </Link>
              </td>
              <td className={numberClass}>{formatDuration(outline.durationNanos)}</td>
              <td className={numberClass}>{formatCount(outline.spanCount)}</td>
              <td className={numberClass}>{outline.errorCount > 0 ? formatCount(outline.errorCount) : ''}</td>
              <td className="mono">{outline.traceId}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {count > shownTraces && <p className="quiet">The {shownTraces} with the most spans.</p>}
    </>
  );
}
