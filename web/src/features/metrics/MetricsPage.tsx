import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { alertsQuery, changesQuery, incidentsQuery } from '../../api/events';
import { metadataQuery } from '../../api/prometheus';
import { usePreferences } from '../../app/preferences';
import shell from '../../app/shell.module.css';
import { useShortcuts, type Shortcut } from '../../app/shortcuts';
import type { Band, Mark } from '../../charts/TimeChart';
import { Badge, Button, Notice, tableClass } from '../../ui/controls';
import { add, between, formatMoment, nanos, toMillis, type Moment } from '../../units/time';
import { absoluteRange, rangeParameters } from '../../url/range';
import { MetricBrowser } from './MetricBrowser';
import styles from './metrics.module.css';
import { QueryPanel } from './QueryPanel';
import { useWindow, type Window } from './window';

const route = getRouteApi('/graph');

const examples = [
  ['Requests per second, by service', 'sum by (service) (rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER"}[5m]))'],
  [
    'Share of requests that fail, by service',
    'sum by (service) (rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER", status_code="STATUS_CODE_ERROR"}[5m])) / sum by (service) (rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER"}[5m]))',
  ],
  [
    '95th percentile of duration, by service',
    'histogram_quantile(0.95, sum by (le, service) (rate(traces_spanmetrics_latency_bucket{span_kind="SPAN_KIND_SERVER"}[5m])))',
  ],
] as const;

/** Metrics by PromQL: charts with exemplars, changes and incidents, and what there is to ask about. */
export function MetricsPage() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/graph' });
  const queries = useMemo(() => (search.q && search.q.length > 0 ? search.q : ['']), [search.q]);
  const isInstant = search.mode === 'instant';
  const [range, again] = useWindow(search);
  const metadata = useQuery(metadataQuery());
  const { marks, bands } = useHappenings(range.parameters, range.end);

  const ask = (next: readonly string[]) =>
    void navigate({ search: (known) => ({ ...known, q: next.length === 1 && next[0] === '' ? undefined : [...next] }) });
  const look = (start: Moment, end: Moment) => void navigate({ search: (known) => ({ ...known, ...absoluteRange(start, end) }) });
  const shortcuts = useMemo<Shortcut[]>(() => {
    const length = between(range.from, range.to);
    const at = (start: number, end: number) =>
      void navigate({
        search: (known) => ({ ...known, ...absoluteRange(add(range.from, nanos(start * length)), add(range.from, nanos(end * length))) }),
      });
    return [
      { keys: '[', label: 'Earlier', run: () => at(-0.5, 0.5) },
      { keys: ']', label: 'Later', run: () => at(0.5, 1.5) },
      { keys: '+', label: 'Look closer', run: () => at(0.25, 0.75) },
      { keys: '-', label: 'Look from further away', run: () => at(-0.5, 1.5) },
      { keys: 'r', label: 'Ask again', run: again },
    ];
  }, [navigate, range, again]);
  useShortcuts(shortcuts);
  const run = (keys: string) => shortcuts.find((shortcut) => shortcut.keys === keys)?.run;

  return (
    <div className={shell.page}>
      <div className={shell.heading}>
        <h1>Metrics</h1>
        <span className={styles.tools}>
          <Button aria-pressed={!isInstant} onClick={() => void navigate({ search: (known) => ({ ...known, mode: undefined }) })}>
            Over time
          </Button>
          <Button aria-pressed={isInstant} onClick={() => void navigate({ search: (known) => ({ ...known, mode: 'instant' }) })}>
            At the end
          </Button>
        </span>
        <span className={styles.tools}>
          <Button onClick={run('[')} title="Earlier ( [ )" aria-label="Earlier">
            ◂
          </Button>
          <Button onClick={run(']')} title="Later ( ] )" aria-label="Later">
            ▸
          </Button>
          <Button onClick={run('+')} title="Look closer ( + )" aria-label="Look closer">
            +
          </Button>
          <Button onClick={run('-')} title="Look from further away ( - )" aria-label="Look from further away">
            −
          </Button>
          <Button onClick={again} title="Ask again ( r )">
            Ask again
          </Button>
        </span>
        <Button
          className={styles.last ?? ''}
          aria-pressed={search.browse === true}
          aria-expanded={search.browse === true}
          onClick={() => void navigate({ search: (known) => ({ ...known, browse: !known.browse, metric: undefined }) })}
        >
          Browse metrics
        </Button>
      </div>
      <div className={styles.body} data-browser={search.browse === true}>
        <div className={styles.panels}>
          {queries.map((query, index) => (
            <QueryPanel
              // The place tells panels apart: two may ask the same.
              key={index}
              letter={String.fromCharCode(65 + (index % 26))}
              query={query}
              range={range}
              isInstant={isInstant}
              metadata={metadata.data}
              marks={marks}
              bands={bands}
              ask={(text) => ask(queries.map((known, place) => (place === index ? text : known)))}
              remove={queries.length > 1 ? () => ask(queries.filter((_, place) => place !== index)) : undefined}
              look={look}
            />
          ))}
          <div>
            <Button onClick={() => ask([...queries, ''])}>Another query</Button>
          </div>
          {queries.every((query) => query === '') && (
            <Notice>
              <strong>Write a query, choose a metric, or begin with one of these.</strong>
              <ul className={styles.examples}>
                {examples.map(([name, query]) => (
                  <li key={name}>
                    <Button onClick={() => ask([query])}>{name}</Button> <code>{query}</code>
                  </li>
                ))}
              </ul>
            </Notice>
          )}
          <Happenings marks={marks} bands={bands} />
        </div>
        {search.browse === true && (
          <MetricBrowser
            parameters={rangeParameters(search)}
            from={range.start}
            to={range.end}
            metadata={metadata.data}
            chosen={search.metric}
            choose={(metric) => void navigate({ search: (known) => ({ ...known, metric }), replace: true })}
            ask={(query) => ask([...queries.filter((known) => known !== ''), query])}
          />
        )}
      </div>
    </div>
  );
}

type Labelled<T> = T & { readonly kind: string; readonly service: string };

/** Changes, and what the server or somebody else noticed, for every chart. */
function useHappenings(
  parameters: Window['parameters'],
  end: number,
): { marks: readonly Labelled<Mark>[]; bands: readonly Labelled<Band>[] } {
  const changes = useQuery(changesQuery(parameters));
  const incidents = useQuery(incidentsQuery(parameters));
  const alerts = useQuery(alertsQuery(parameters));
  const marks = useMemo(
    () =>
      (changes.data?.changes ?? []).map(({ time, kind, service, summary }) => ({
        at: toMillis(time) / 1_000,
        label: [kind, service, summary].filter(Boolean).join(' · '),
        kind,
        service,
      })),
    [changes.data],
  );
  const bands = useMemo(
    () => [
      ...(incidents.data?.incidents ?? []).map(({ onset, endsAt, service, summary }) => ({
        from: toMillis(onset) / 1_000,
        to: endsAt === undefined ? end : toMillis(endsAt) / 1_000,
        label: `Noticed: ${summary}`,
        kind: 'incident',
        service,
      })),
      // The server's own incidents are alerts too; they are above.
      ...(alerts.data?.alerts ?? [])
        .filter((alert) => alert.source !== 'clew')
        .map(({ startsAt, endsAt, name, service }) => ({
          from: toMillis(startsAt) / 1_000,
          to: endsAt === undefined ? end : toMillis(endsAt) / 1_000,
          label: `Alert: ${[name, service].filter(Boolean).join(' · ')}`,
          kind: 'alert',
          service,
        })),
    ],
    [incidents.data, alerts.data, end],
  );
  return { marks, bands };
}

/** The same as a list, for those who do not see the charts. */
function Happenings({ marks, bands }: { marks: readonly Labelled<Mark>[]; bands: readonly Labelled<Band>[] }) {
  const { zone } = usePreferences();
  const rows = [
    ...marks.map((mark) => ({ at: mark.at, sign: '▲', kind: 'change', text: mark.label })),
    ...bands.map((band) => ({ at: band.from, sign: '▒', kind: band.kind, text: band.label })),
  ].sort((a, b) => a.at - b.at);
  return rows.length === 0 ? null : (
    <details>
      <summary>Changes and incidents in this stretch of time ({rows.length})</summary>
      <table className={tableClass}>
        <tbody>
          {rows.slice(0, 200).map((row, index) => (
            <tr key={index}>
              <td>{formatMoment((BigInt(Math.round(row.at * 1_000)) * 1_000_000n) as Moment, zone, 0)}</td>
              <td>
                <Badge tone={row.kind === 'change' ? 'plain' : 'error'}>
                  {row.sign} {row.kind}
                </Badge>
              </td>
              <td>{row.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
