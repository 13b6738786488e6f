import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { outlineQuery, type TraceOutline } from '../../api/traces';
import { usePreferences } from '../../app/preferences';
import { useShortcuts, type Shortcut } from '../../app/shortcuts';
import { Badge, Button, buttonClass, Failure, Notice, TextInput } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { formatDuration, formatMoment } from '../../units/time';
import { Minimap } from './Minimap';
import { ancestors, collapsedBelow, collapsedByService, errorStatus, matches, modelOf, rowOf, visibleRows } from './model';
import { SpanPanel } from './SpanPanel';
import { Statistics } from './Statistics';
import styles from './trace.module.css';
import { viewportOf, type Viewport } from './viewport';
import { Waterfall } from './Waterfall';

const route = getRouteApi('/traces/$traceId');

export function TracePage() {
  const { traceId } = route.useParams();
  const { adjusted = false } = route.useSearch();
  const answer = useQuery(outlineQuery(traceId, adjusted));
  if (answer.error) {
    return (
      <div className={styles.head}>
        <Failure error={answer.error} retry={() => void answer.refetch()} />
      </div>
    );
  }

  return answer.data ? (
    <Trace key={`${answer.data.traceId} ${adjusted}`} outline={answer.data} />
  ) : (
    <p className={styles.head}>Reading the trace …</p>
  );
}

function Trace({ outline }: { outline: TraceOutline }) {
  const { traceId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { zone } = usePreferences();
  const model = useMemo(() => modelOf(outline), [outline]);
  const [collapsed, setCollapsed] = useState<ReadonlySet<number>>(() => new Set());
  const rows = useMemo(() => visibleRows(model, collapsed), [model, collapsed]);
  const found = useMemo(() => matches(model, search.q ?? ''), [model, search.q]);
  const matching = useMemo(() => found && new Set(found), [found]);
  const selected = useMemo(() => (search.span === undefined ? -1 : outline.spans.id.indexOf(search.span)), [outline, search.span]);
  const viewport = viewportOf(model.duration, search.from, search.to);
  const isTable = search.view === 'statistics';

  const change = useCallback(
    (part: Partial<typeof search>) => void navigate({ search: (known) => ({ ...known, ...part }), replace: true }),
    [navigate],
  );
  const reveal = useCallback(
    (span: number) => {
      const above = ancestors(model, span).filter((one) => collapsed.has(one));
      if (above.length > 0) {
        setCollapsed(new Set([...collapsed].filter((one) => !above.includes(one))));
      }

      change({ span: outline.spans.id[span], view: undefined });
    },
    [model, collapsed, outline, change],
  );
  const select = useCallback((span: number) => change({ span: outline.spans.id[span] }), [outline, change]);
  const toggle = useCallback(
    (span: number) =>
      setCollapsed((known) => (known.has(span) ? new Set([...known].filter((one) => one !== span)) : new Set([...known, span]))),
    [],
  );
  const step = useCallback(
    (by: number) => {
      const place = rowOf(rows, selected);
      const next = rows[selected < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, place + by))];
      if (next !== undefined) {
        select(next);
      }
    },
    [rows, selected, select],
  );
  const seek = useCallback(
    (wanted: (span: number) => boolean, by: 1 | -1) => {
      for (let i = 1; i <= model.count; i++) {
        const span = ((((selected < 0 ? (by > 0 ? -1 : 0) : selected) + by * i) % model.count) + model.count) % model.count;
        if (wanted(span)) {
          reveal(span);
          return;
        }
      }
    },
    [model, selected, reveal],
  );
  const isFailure = useCallback((span: number) => outline.spans.status[span] === errorStatus, [outline]);

  const shortcuts = useMemo<Shortcut[]>(
    () => [
      { keys: 'j', label: 'Next span', run: () => step(1) },
      { keys: 'k', label: 'Previous span', run: () => step(-1) },
      { keys: 'ArrowDown', label: 'Next span', run: () => step(1) },
      { keys: 'ArrowUp', label: 'Previous span', run: () => step(-1) },
      { keys: 'ArrowLeft', label: 'Hide what the span called', run: () => selected >= 0 && !collapsed.has(selected) && toggle(selected) },
      { keys: 'ArrowRight', label: 'Show what the span called', run: () => selected >= 0 && collapsed.has(selected) && toggle(selected) },
      { keys: ']', label: 'Next failure', run: () => seek(isFailure, 1) },
      { keys: '[', label: 'Previous failure', run: () => seek(isFailure, -1) },
      { keys: 'n', label: 'Next match', run: () => matching && seek((span) => matching.has(span), 1) },
      { keys: 'c', label: 'Critical path', run: () => change({ critical: !search.critical }) },
      { keys: 'Escape', label: 'Close the span', run: () => change({ span: undefined }) },
    ],
    [step, selected, collapsed, toggle, seek, isFailure, matching, change, search.critical],
  );
  useShortcuts(shortcuts);

  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1>
          {outline.rootService}: {outline.rootName}
        </h1>
        <div className={styles.facts}>
          <span title={formatMoment(outline.startTime, zone, 9)}>{formatMoment(outline.startTime, zone)}</span>
          <strong>{formatDuration(outline.durationNanos)}</strong>
          <span>{formatCount(outline.spanCount)} spans</span>
          <span>{outline.services.length} services</span>
          {outline.errorCount > 0 && <Badge tone="error">{formatCount(outline.errorCount)} failed</Badge>}
          {outline.partial && (
            <Badge tone="warning" title={`${outline.orphanCount} spans name a parent that has not arrived.`}>
              partial
            </Badge>
          )}
          {outline.adjusted && <Badge>times adjusted</Badge>}
          <span className="mono">{outline.traceId}</span>
        </div>
        {outline.warnings.length > 0 && (
          <details>
            <summary>{outline.warnings.length} warnings</summary>
            <Notice tone="warning">
              {outline.warnings.map((warning) => (
                <span key={warning}>{warning}</span>
              ))}
            </Notice>
          </details>
        )}
      </div>
      <div className={styles.bar}>
        <Button aria-pressed={!isTable} onClick={() => change({ view: undefined })}>
          Waterfall
        </Button>
        <Button aria-pressed={isTable} onClick={() => change({ view: 'statistics' })}>
          Statistics
        </Button>
        <TextInput
          type="search"
          aria-label="Find spans by service, name, peer or id"
          placeholder="Find spans"
          value={search.q ?? ''}
          onChange={(event) => change({ q: event.target.value || undefined })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && matching) {
              seek((span) => matching.has(span), event.shiftKey ? -1 : 1);
            }
          }}
        />
        {found && <span role="status">{formatCount(found.length)} found</span>}
        <Button
          aria-pressed={search.critical ?? false}
          title="What the request waited for (c)"
          onClick={() => change({ critical: !search.critical })}
        >
          Critical path
        </Button>
        <Button
          aria-pressed={search.adjusted ?? false}
          title="Times corrected for clocks that disagree"
          onClick={() => change({ adjusted: !search.adjusted })}
        >
          Adjust clocks
        </Button>
        <Button disabled={outline.errorCount === 0} title="Next failure ( ] )" onClick={() => seek(isFailure, 1)}>
          Next failure
        </Button>
        <Button onClick={() => setCollapsed(new Set())}>Expand all</Button>
        <Button onClick={() => setCollapsed(collapsedByService(model))}>By service</Button>
        <Button onClick={() => setCollapsed(collapsedBelow(model, 1))}>Two levels</Button>
        <a className={buttonClass} href={`/api/traces/${traceId}?format=otlp`} download={`${traceId}.json`}>
          Download JSON
        </a>
      </div>
      {isTable ? (
        <span />
      ) : (
        <Minimap model={model} viewport={viewport} show={(part: Viewport | null) => change({ from: part?.from, to: part?.to })} />
      )}
      <div className={styles.body} data-panel={selected >= 0 ? 'open' : 'closed'}>
        {isTable ? (
          <Statistics model={model} />
        ) : (
          <Waterfall
            model={model}
            rows={rows}
            collapsed={collapsed}
            selected={selected}
            matching={matching}
            viewport={viewport}
            showsCritical={search.critical ?? false}
            select={select}
            toggle={toggle}
          />
        )}
        {selected >= 0 && search.span !== undefined && (
          <SpanPanel
            traceId={outline.traceId}
            spanId={search.span}
            traceStart={outline.startTime}
            close={() => change({ span: undefined })}
          />
        )}
      </div>
    </div>
  );
}
