import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { operationsQuery, servicesQuery } from '../../api/services';
import { Button, Field, Notice, Select, TextInput } from '../../ui/controls';
import { parseDuration } from '../../units/time';
import { rangeParameters } from '../../url/range';
import { QueryEditor } from '../query/QueryEditor';
import { formOf, traceQlOf, type TraceForm } from './traceql';
import styles from './traces.module.css';

const route = getRouteApi('/traces');
const limits = [20, 100, 500, 1_500];

interface Fields {
  readonly service: string;
  readonly operation: string;
  readonly status: string;
  readonly minDuration: string;
  readonly maxDuration: string;
  /** One condition a line. */
  readonly attr: string;
}

const optional = (text: string): string | undefined => text.trim() || undefined;

const formOfFields = (fields: Fields): TraceForm => ({
  ...(fields.service && { service: [fields.service] }),
  operation: optional(fields.operation),
  status: optional(fields.status),
  minDuration: optional(fields.minDuration),
  maxDuration: optional(fields.maxDuration),
  attr: fields.attr
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean),
});

const fieldsOf = (form: TraceForm): Fields => ({
  service: form.service?.[0] ?? '',
  operation: form.operation ?? '',
  status: form.status ?? '',
  minDuration: form.minDuration ?? '',
  maxDuration: form.maxDuration ?? '',
  attr: form.attr?.join('\n') ?? '',
});

/** A form and TraceQL, each following the other. What only the language can say stays as text. */
export function SearchForm() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [fields, setFields] = useState(() => fieldsOf(search));
  const [query, setQuery] = useState(() => search.query ?? traceQlOf(search) ?? '{ }');
  const [limit, setLimit] = useState(String(search.limit ?? 100));
  const read = formOf(query);
  // Lists of services, and conditions that are no conditions yet, have no query: then the form counts.
  const isForm = traceQlOf(formOfFields(fields)) === null || traceQlOf(formOfFields(fields)) === query;
  const reason = !isForm && 'reason' in read ? read.reason : null;
  const services = useQuery({ ...servicesQuery(), staleTime: 30_000 });
  const operations = useQuery({ ...operationsQuery(fields.service), enabled: fields.service !== '', staleTime: 30_000 });
  const wrong =
    reason === null ? [fields.minDuration, fields.maxDuration].filter((text) => text.trim() !== '' && parseDuration(text) === null) : [];
  const set = (part: Partial<Fields>) => {
    const next = { ...fields, ...part };
    setFields(next);
    setQuery(traceQlOf(formOfFields(next)) ?? query);
  };
  const type = (text: string) => {
    if (text === query) {
      return;
    }

    setQuery(text);
    const known = formOf(text);
    if ('form' in known) {
      setFields(fieldsOf(known.form));
    }
  };
  const find = () => {
    if (wrong.length > 0) {
      return;
    }

    void navigate({
      search: (known) => ({
        since: known.since,
        start: known.start,
        end: known.end,
        columns: known.columns,
        signature: known.signature,
        ...(reason === null ? formOfFields(fields) : { query }),
        limit: Number(limit),
      }),
    });
  };

  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        find();
      }}
    >
      <fieldset className={styles.fields} disabled={reason !== null}>
        <legend className="visually-hidden">Conditions on a span</legend>
        <Field label="Service">
          {(id) => (
            <Select id={id} value={fields.service} onChange={(event) => set({ service: event.target.value, operation: '' })}>
              <option value="">any</option>
              {[...new Set([...(fields.service ? [fields.service] : []), ...(services.data?.services.map((s) => s.name) ?? [])])].map(
                (name) => (
                  <option key={name}>{name}</option>
                ),
              )}
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
                value={fields.operation}
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
            <Select id={id} value={fields.status} onChange={(event) => set({ status: event.target.value })}>
              <option value="">any</option>
              <option value="error">failed</option>
              <option value="ok">ok</option>
              <option value="unset">not said</option>
            </Select>
          )}
        </Field>
        <Field label="Longer than">
          {(id) => (
            <TextInput
              id={id}
              size={8}
              placeholder="250ms"
              value={fields.minDuration}
              onChange={(event) => set({ minDuration: event.target.value })}
            />
          )}
        </Field>
        <Field label="Shorter than">
          {(id) => (
            <TextInput
              id={id}
              size={8}
              placeholder="5s"
              value={fields.maxDuration}
              onChange={(event) => set({ maxDuration: event.target.value })}
            />
          )}
        </Field>
        <Field label="Attributes, one condition a line">
          {(id) => (
            <textarea
              id={id}
              rows={Math.max(1, fields.attr.split('\n').length)}
              spellCheck={false}
              className={styles.conditions}
              placeholder="http.response.status_code>=500"
              value={fields.attr}
              onChange={(event) => set({ attr: event.target.value })}
            />
          )}
        </Field>
      </fieldset>
      <div className={styles.query}>
        <QueryEditor
          language="traceql"
          label="TraceQL query"
          placeholder={'{ status = error } >> { resource.service.name = "cart" }'}
          value={query}
          range={rangeParameters(search)}
          change={type}
          run={find}
        />
        <label className={styles.limit}>
          At most{' '}
          <Select value={limit} onChange={(event) => setLimit(event.target.value)}>
            {[...new Set([...limits, Number(limit)])]
              .sort((a, b) => a - b)
              .map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
          </Select>
        </label>
        <Button type="submit" primary>
          Find traces
        </Button>
      </div>
      {reason !== null && (
        <div className={styles.wide}>
          <Notice>
            <span>
              {reason} The query is asked as it stands.{' '}
              <Button
                onClick={() => {
                  setFields(fieldsOf({}));
                  setQuery('{ }');
                }}
              >
                Back to the form
              </Button>
            </span>
          </Notice>
        </div>
      )}
      {wrong.length > 0 && <p role="alert">Expected a length of time such as 250ms or 1.5s in place of “{wrong.join('”, “')}”.</p>}
    </form>
  );
}
