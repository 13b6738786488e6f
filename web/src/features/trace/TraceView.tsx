import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Tabs } from 'radix-ui';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { usePreferences } from '../../app/preferences';
import { useShortcuts, type Shortcut } from '../../app/shortcuts';
import { Badge, Button, buttonClass, Notice, TextInput } from '../../ui/controls';
import { formatCount } from '../../units/number';
import { formatDuration, formatMoment } from '../../units/time';
import { InvestigateLink } from '../investigation/InvestigateLink';
import { FlameGraph } from './FlameGraph';
import { gapsBySpan, gapsOf } from './gaps';
import { Minimap } from './Minimap';
import { ancestors, collapsedBelow, collapsedByService, errorStatus, flags, matches, modelOf, rowOf, visibleRows } from './model';
import type { TraceSource } from './source';
import { SpanList } from './SpanList';
import { SpanPanel } from './SpanPanel';
import { Statistics } from './Statistics';
import styles from './trace.module.css';
import { TraceGraph } from './TraceGraph';
import { bulkOf, viewportOf, type Viewport } from './viewport';
import { Waterfall } from './Waterfall';

/** What of an address a trace is shown by. */
export interface TraceSearch {
  readonly span?: string | undefined;
  readonly view?: string | undefined;
  readonly q?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly critical?: boolean | undefined;
  readonly adjusted?: boolean | undefined;
  readonly gaps?: boolean | undefined;
  readonly sort?: string | undefined;
  readonly only?: string | undefined;
  readonly zoom?: string | undefined;
  readonly measure?: string | undefined;
  readonly by?: string | undefined;
}

const views = [
  { name: 'waterfall', label: 'Waterfall' },
  { name: 'flame', label: 'Flame graph' },
  { name: 'list', label: 'Spans' },
  { name: 'statistics', label: 'Statistics' },
  { name: 'graph', label: 'Services' },
] as const;

/** A trace in all its views; what is shown of it is in the address. */
export function TraceView({ source, children }: { source: TraceSource; children?: ReactNode }) {
  const { outline } = source;
  const search: TraceSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const { zone } = usePreferences();
  const model = useMemo(() => modelOf(outline), [outline]);
  const [collapsed, setCollapsed] = useState<ReadonlySet<number>>(() => new Set());
  const rows = useMemo(() => visibleRows(model, collapsed), [model, collapsed]);
  const found = useMemo(() => matches(model, search.q ?? ''), [model, search.q]);
  const matching = useMemo(() => found && new Set(found), [found]);
  const selected = useMemo(() => (search.span === undefined ? -1 : outline.spans.id.indexOf(search.span)), [outline, search.span]);
  const bulk = useMemo(() => bulkOf(outline.spans, model.childCount, model.duration), [outline, model]);
  const viewport = viewportOf(model.duration, search.from ?? bulk?.part.from, search.to ?? bulk?.part.to);
  const view = views.find((one) => one.name === search.view)?.name ?? 'waterfall';
  const gaps = useMemo(() => gapsOf(model), [model]);
  const gapsOfSpan = useMemo(() => gapsBySpan(search.gaps === true ? gaps : []), [gaps, search.gaps]);
  const skewed = useMemo(() => outline.spans.flags.reduce((sum, mark) => sum + ((mark & flags.skewed) !== 0 ? 1 : 0), 0), [outline]);

  const change = useCallback(
    (part: TraceSearch) => void navigate({ to: '.', search: (known: object) => ({ ...known, ...part }), replace: true }),
    [navigate],
  );
  const reveal = useCallback(
    (span: number) => {
      const above = ancestors(model, span).filter((one) => collapsed.has(one));
      if (above.length > 0) {
        setCollapsed(new Set([...collapsed].filter((one) => !above.includes(one))));
      }

      change({ span: outline.spans.id[span], view: view === 'list' ? view : undefined });
    },
    [model, collapsed, outline, change, view],
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
      ...views.map(({ name, label }, index) => ({
        keys: String(index + 1),
        label,
        run: () => change({ view: index === 0 ? undefined : name }),
      })),
      ...(view === 'waterfall'
        ? [
            { keys: 'j', label: 'Next span', run: () => step(1) },
            { keys: 'k', label: 'Previous span', run: () => step(-1) },
            { keys: 'ArrowDown', label: 'Next span', run: () => step(1) },
            { keys: 'ArrowUp', label: 'Previous span', run: () => step(-1) },
            {
              keys: 'ArrowLeft',
              label: 'Hide what the span called',
              run: () => selected >= 0 && !collapsed.has(selected) && toggle(selected),
            },
            {
              keys: 'ArrowRight',
              label: 'Show what the span called',
              run: () => selected >= 0 && collapsed.has(selected) && toggle(selected),
            },
            { keys: 'u', label: 'Gaps that no span explains', run: () => change({ gaps: !search.gaps }) },
          ]
        : []),
      { keys: ']', label: 'Next failure', run: () => seek(isFailure, 1) },
      { keys: '[', label: 'Previous failure', run: () => seek(isFailure, -1) },
      { keys: 'n', label: 'Next match', run: () => matching && seek((span) => matching.has(span), 1) },
      { keys: 'c', label: 'Critical path', run: () => change({ critical: !search.critical }) },
      { keys: 'Escape', label: 'Close the span', run: () => change({ span: undefined }) },
    ],
    [view, step, selected, collapsed, toggle, seek, isFailure, matching, change, search.critical, search.gaps],
  );
  useShortcuts(shortcuts);

  return (
    <Tabs.Root
      className={styles.page}
      value={view}
      onValueChange={(name) => change({ view: name === 'waterfall' ? undefined : name })}
      activationMode="manual"
    >
      <div className={styles.head}>
        <h1>
          {outline.rootService}: {outline.rootName}
        </h1>
        {source.isStored && (
          <div className={styles.actions}>
            <InvestigateLink from={{ trace: outline.traceId }} />
            <Link
              to="/traces/compare"
              search={outline.errorCount > 0 ? { b: outline.traceId } : { a: outline.traceId }}
              className={buttonClass}
              title="Lay another trace beside this one"
            >
              Compare …
            </Link>
            <a
              className={buttonClass}
              href={`/api/traces/${outline.traceId}`}
              download={`${outline.traceId}.json`}
              title="All of the trace as JSON; Clew opens it again anywhere"
            >
              Download JSON
            </a>
            <a
              className={buttonClass}
              href={`/api/traces/${outline.traceId}?format=otlp`}
              download={`${outline.traceId}.otlp.json`}
              title="As OpenTelemetry writes it, for other tools"
            >
              Download OTLP
            </a>
          </div>
        )}
        <div className={styles.facts}>
          <span title={formatMoment(outline.startTime, zone, 9)}>{formatMoment(outline.startTime, zone)}</span>
          <strong>{formatDuration(outline.durationNanos)}</strong>
          <span>{formatCount(outline.spanCount)} spans</span>
          <span>
            {formatCount(outline.services.length)} {outline.services.length === 1 ? 'service' : 'services'}
          </span>
          {outline.errorCount > 0 && <Badge tone="error">{formatCount(outline.errorCount)} failed</Badge>}
          {outline.partial && (
            <Badge tone="warning" title={`${formatCount(outline.orphanCount)} spans name a parent that has not arrived.`}>
              partial
            </Badge>
          )}
          {skewed > 0 && (
            <Badge
              tone="warning"
              title={`The clocks of ${formatCount(skewed)} ${skewed === 1 ? 'span and of its caller' : 'spans and of their callers'} disagree; “Adjust clocks” corrects them.`}
            >
              clock skew
            </Badge>
          )}
          {outline.adjusted && <Badge>times adjusted</Badge>}
          <span className="mono">{outline.traceId}</span>
          {outline.warnings.length > 0 && (
            <details className={styles.warnings}>
              <summary>
                {outline.warnings.length} {outline.warnings.length === 1 ? 'warning' : 'warnings'}
              </summary>
              <Notice tone="warning">
                {outline.warnings.map((warning) => (
                  <span key={warning}>{warning}</span>
                ))}
              </Notice>
            </details>
          )}
        </div>
        {children}
      </div>
      <div className={styles.bar}>
        <Tabs.List className={styles.tabs} aria-label="Views of the trace">
          {views.map(({ name, label }, index) => (
            <Tabs.Trigger key={name} value={name} className={styles.tab} title={`${label} (${index + 1})`}>
              {label}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
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
        <Button disabled={outline.errorCount === 0} title="Next failure ( ] )" onClick={() => seek(isFailure, 1)}>
          Next failure
        </Button>
        <Button
          aria-pressed={search.adjusted ?? false}
          title="Times corrected for clocks that disagree"
          onClick={() => change({ adjusted: !search.adjusted })}
        >
          Adjust clocks
        </Button>
        {view === 'waterfall' && (
          <>
            <Button
              aria-pressed={search.critical ?? false}
              title="What the request waited for (c)"
              onClick={() => change({ critical: !search.critical })}
            >
              Critical path
            </Button>
            <Button
              aria-pressed={search.gaps ?? false}
              disabled={gaps.length === 0}
              title="Time within a span in which nothing that it called was running: what happened there no span tells (u)"
              onClick={() => change({ gaps: !search.gaps })}
            >
              Gaps{gaps.length > 0 && ` (${formatCount(gaps.length)})`}
            </Button>
          </>
        )}
      </div>
      {view === 'waterfall' && bulk && search.to === undefined ? (
        <Notice tone="warning">
          <span>
            {formatCount(bulk.others)} {bulk.others === 1 ? 'span begins or ends' : 'spans begin or end'} far from all others: most often a
            clock or an end that was not set. The time of the others is shown.{' '}
            <Button onClick={() => change({ from: 0, to: model.duration })}>Show all of the time</Button>
          </span>
        </Notice>
      ) : view === 'waterfall' ? (
        <Minimap model={model} viewport={viewport} show={(part: Viewport | null) => change({ from: part?.from, to: part?.to })} />
      ) : (
        <span />
      )}
      <div className={styles.body} data-panel={selected >= 0 ? 'open' : 'closed'}>
        {views.map(({ name }) => (
          <Tabs.Content key={name} value={name} className={styles.view} tabIndex={-1}>
            {name === 'waterfall' ? (
              <Waterfall
                model={model}
                rows={rows}
                collapsed={collapsed}
                selected={selected}
                matching={matching}
                viewport={viewport}
                showsCritical={search.critical ?? false}
                gaps={gapsOfSpan}
                select={select}
                toggle={toggle}
                collapse={(what) =>
                  setCollapsed(what === 'nothing' ? new Set() : what === 'services' ? collapsedByService(model) : collapsedBelow(model, 1))
                }
              />
            ) : name === 'flame' ? (
              <FlameGraph
                model={model}
                matching={matching}
                measure={search.measure === 'critical' ? 'critical' : 'self'}
                zoom={search.zoom}
                change={change}
                showSpans={(service, operation) => change({ view: 'list', q: `${service} ${operation}` })}
                showSpan={reveal}
              />
            ) : name === 'list' ? (
              <SpanList
                model={model}
                matching={matching}
                sort={search.sort}
                only={search.only}
                selected={selected}
                change={change}
                select={select}
              />
            ) : name === 'statistics' ? (
              <Statistics model={model} gaps={gaps} by={search.by} change={change} showSpan={reveal} />
            ) : (
              <TraceGraph model={model} showService={(service) => change({ view: 'list', q: service })} />
            )}
          </Tabs.Content>
        ))}
        {selected >= 0 && search.span !== undefined && (
          <SpanPanel source={source} spanId={search.span} close={() => change({ span: undefined })} />
        )}
      </div>
    </Tabs.Root>
  );
}
