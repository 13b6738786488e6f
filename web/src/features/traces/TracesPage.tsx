import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { operationsQuery, servicesQuery } from '../../api/services';
import { tracesQuery, type TraceEntry } from '../../api/traces';
import { usePreferences } from '../../app/preferences';
import shell from '../../app/shell.module.css';
import { Badge, Button, Failure, Field, Notice, numberClass, Select, tableClass, TextInput } from '../../ui/controls';
import { serviceColor } from '../../ui/serviceColor';
import { formatCount } from '../../units/number';
import { formatDuration, formatMoment, parseDuration } from '../../units/time';
import { absoluteRange, rangeParameters } from '../../url/range';
import { Scatter } from './Scatter';
import styles from './traces.module.css';

const route = getRouteApi('/traces');
const limits = [20, 100, 500, 1_500];

/** Traces that fulfil conditions; naming a service is not required. */
export function TracesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const parameters = {
    ...rangeParameters(search),
    service: search.service,
    operation: search.operation,
    status: search.status,
    minDuration: search.minDuration,
    maxDuration: search.maxDuration,
    attr: search.attr,
    limit: search.limit ?? 100,
  };
  const answer = useQuery({ ...tracesQuery(parameters), placeholderData: keepPreviousData });
  const traces = answer.data?.traces ?? [];
  return (
    <div className={shell.page}>
      <h1>Traces</h1>
      <SearchForm key={JSON.stringify(search)} />
      {answer.error && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {answer.data && traces.length === 0 && (
        <Notice>
          <strong>No trace fulfils all of this in this stretch of time.</strong>
          <span>
            Widen the time above, or take a condition away.{' '}
            <Button onClick={() => void navigate({ search: { start: '1970-01-01T00:00:00Z' } })}>Look through all of time</Button>
          </span>
        </Notice>
      )}
      {traces.length > 0 && (
        <>
          <Scatter
            traces={traces}
            pick={(box) =>
              void navigate({
                search: (known) => ({
                  ...known,
                  ...absoluteRange(box.start, box.end),
                }),
              })
            }
            open={(trace) => void navigate({ to: '/traces/$traceId', params: { traceId: trace.traceId } })}
          />
          <p className="quiet" role="status">
            {formatCount(traces.length)} traces
            {traces.length >= (answer.data?.limit ?? Infinity) && ', the newest; there may be more (raise “at most”)'}
          </p>
          <TraceTable traces={traces} />
        </>
      )}
    </div>
  );
}

function SearchForm() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [form, setForm] = useState({
    service: search.service?.[0] ?? '',
    operation: search.operation ?? '',
    status: search.status ?? '',
    minDuration: search.minDuration ?? '',
    maxDuration: search.maxDuration ?? '',
    attr: search.attr?.join('\n') ?? '',
    limit: String(search.limit ?? 100),
  });
  const services = useQuery({ ...servicesQuery(), staleTime: 30_000 });
  const operations = useQuery({ ...operationsQuery(form.service), enabled: form.service !== '', staleTime: 30_000 });
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const wrong = [form.minDuration, form.maxDuration].filter((text) => text.trim() !== '' && parseDuration(text) === null);
  const optional = (text: string) => text.trim() || undefined;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong.length === 0) {
          void navigate({
            search: (known) => ({
              since: known.since,
              start: known.start,
              end: known.end,
              service: form.service ? [form.service] : [],
              operation: optional(form.operation),
              status: optional(form.status),
              minDuration: optional(form.minDuration),
              maxDuration: optional(form.maxDuration),
              attr: form.attr
                .split('\n')
                .map((line) => line.trim())
                .filter(Boolean),
              limit: Number(form.limit),
            }),
          });
        }
      }}
    >
      <Field label="Service">
        {(id) => (
          <Select id={id} value={form.service} onChange={(event) => set({ service: event.target.value, operation: '' })}>
            <option value="">any</option>
            {[...new Set([...(form.service ? [form.service] : []), ...(services.data?.services.map((s) => s.name) ?? [])])].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Operation">
        {(id) => (
          <>
            <TextInput
              id={id}
              list={`${id}-list`}
              placeholder="any"
              value={form.operation}
              onChange={(event) => set({ operation: event.target.value })}
            />
            <datalist id={`${id}-list`}>
              {[...new Set(operations.data?.operations.map((o) => o.name))].map((name) => (
                <option key={name}>{name}</option>
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field label="Status">
        {(id) => (
          <Select id={id} value={form.status} onChange={(event) => set({ status: event.target.value })}>
            <option value="">any</option>
            <option value="error">failed</option>
            <option value="ok">ok</option>
            <option value="unset">not said</option>
          </Select>
        )}
      </Field>
      <Field label="Longer than">
        {(id) => (
          <TextInput id={id} placeholder="250ms" value={form.minDuration} onChange={(event) => set({ minDuration: event.target.value })} />
        )}
      </Field>
      <Field label="Shorter than">
        {(id) => (
          <TextInput id={id} placeholder="5s" value={form.maxDuration} onChange={(event) => set({ maxDuration: event.target.value })} />
        )}
      </Field>
      <Field label="Attributes, one condition a line">
        {(id) => (
          <textarea
            id={id}
            rows={Math.max(1, form.attr.split('\n').length)}
            spellCheck={false}
            className={styles.conditions}
            placeholder="http.response.status_code>=500"
            value={form.attr}
            onChange={(event) => set({ attr: event.target.value })}
          />
        )}
      </Field>
      <Field label="At most">
        {(id) => (
          <Select id={id} value={form.limit} onChange={(event) => set({ limit: event.target.value })}>
            {[...new Set([...limits, Number(form.limit)])]
              .sort((a, b) => a - b)
              .map((limit) => (
                <option key={limit} value={limit}>
                  {limit}
                </option>
              ))}
          </Select>
        )}
      </Field>
      <Button type="submit" primary>
        Find traces
      </Button>
      {wrong.length > 0 && <p role="alert">Expected a length of time such as 250ms or 1.5s in place of “{wrong.join('”, “')}”.</p>}
    </form>
  );
}

type Order = 'newest' | 'longest' | 'spans' | 'failed';

const orders: Record<Order, (a: TraceEntry, b: TraceEntry) => number> = {
  newest: (a, b) => (a.startTime < b.startTime ? 1 : a.startTime > b.startTime ? -1 : 0),
  longest: (a, b) => b.durationNanos - a.durationNanos,
  spans: (a, b) => b.spanCount - a.spanCount,
  failed: (a, b) => b.errorCount - a.errorCount,
};

function TraceTable({ traces }: { traces: readonly TraceEntry[] }) {
  const { zone } = usePreferences();
  const [order, setOrder] = useState<Order>('newest');
  const sorted = useMemo(() => [...traces].sort(orders[order]), [traces, order]);
  const heading = (name: Order, label: string, isNumber = false) => (
    <th scope="col" className={isNumber ? numberClass : undefined} aria-sort={order === name ? 'descending' : 'none'}>
      <button type="button" className={styles.sort} onClick={() => setOrder(name)}>
        {label} {order === name && '↓'}
      </button>
    </th>
  );
  return (
    <table className={tableClass}>
      <thead>
        <tr>
          {heading('newest', 'Start')}
          <th scope="col">Root</th>
          {heading('longest', 'Duration', true)}
          {heading('spans', 'Spans', true)}
          {heading('failed', 'Failed', true)}
          <th scope="col">Services</th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((trace) => (
          <tr key={trace.traceId}>
            <td className={styles.when}>{formatMoment(trace.startTime, zone)}</td>
            <td>
              <Link to="/traces/$traceId" params={{ traceId: trace.traceId }}>
                <strong>{trace.rootService}</strong> {trace.rootName}
              </Link>{' '}
              {trace.partial && <Badge tone="warning">partial</Badge>}
            </td>
            <td className={numberClass}>{formatDuration(trace.durationNanos)}</td>
            <td className={numberClass}>{formatCount(trace.spanCount)}</td>
            <td className={numberClass}>{trace.errorCount > 0 && <Badge tone="error">{formatCount(trace.errorCount)}</Badge>}</td>
            <td>
              {trace.services.slice(0, 6).map((service) => (
                <span
                  key={service.name}
                  className={styles.service}
                  title={`${service.name}: ${service.spanCount} spans, ${service.errorCount} failed`}
                >
                  <span className={styles.dot} style={{ background: serviceColor(service.name) }} />
                  {service.name}
                </span>
              ))}
              {trace.services.length > 6 && ` and ${trace.services.length - 6} more`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
