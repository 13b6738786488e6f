import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { alertsQuery } from '../../api/events';
import { operationsQuery, servicesQuery } from '../../api/services';
import shell from '../../app/shell.module.css';
import { Button, Field, Select, TextInput } from '../../ui/controls';
import type { StartSearch } from './start';
import styles from './investigation.module.css';

const route = getRouteApi('/investigate');

const lengths = ['5m', '15m', '30m', '1h', '3h', '6h', '24h'];

type Member = Exclude<keyof StartSearch, 'now' | 'edit'>;

/** Every way in: a sentence, something exact, a stretch of time, or nothing at all. */
export function StartForm() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState<StartSearch>(search);
  const services = useQuery(servicesQuery());
  const operations = useQuery({ ...operationsQuery(typed.service ?? ''), enabled: (typed.service ?? '') !== '' });
  const alerts = useQuery(alertsQuery({ since: '7d', limit: 50 }));
  const lists = useId();
  const field = (member: Member, label: string, placeholder: string, list?: string) => (
    <Field label={label}>
      {(id) => (
        <TextInput
          id={id}
          list={list}
          value={typed[member] ?? ''}
          placeholder={placeholder}
          onChange={(event) => setTyped({ ...typed, [member]: event.target.value || undefined })}
        />
      )}
    </Field>
  );
  return (
    <div className={shell.page}>
      <h1>Investigate</h1>
      <p>
        Clew compares an incident with what is usual, and answers with the cause and its proof, or says that the data cannot tell. One
        starting point is enough.
      </p>
      <form
        className={styles.start}
        onSubmit={(event) => {
          event.preventDefault();
          const isNothing = Object.entries(typed).every(([name, value]) => name === 'edit' || name === 'now' || (value ?? '') === '');
          void navigate({ to: '/investigate', search: { ...typed, edit: undefined, now: isNothing || undefined } });
        }}
      >
        {field('text', 'In your own words', 'checkout failed for user_789 at 10:15')}
        <p className="quiet">Ids, times (UTC), services that exist and a message in quotes are understood; nothing else is guessed.</p>
        <fieldset className={styles.fields}>
          <legend>Or exactly</legend>
          {field('service', 'Service', 'checkout', `${lists}-services`)}
          {field('operation', 'Operation', 'POST /checkout', `${lists}-operations`)}
          {field('alert', 'Alert (name or fingerprint)', 'HighErrorRate', `${lists}-alerts`)}
          {field('trace', 'Trace id', '32 hex digits')}
          {field('error', 'Error message, log line or signature', 'card network timed out')}
          {field('user', 'User, session or customer', 'user_789')}
          {field('at', 'When the user saw it', '2026-08-21T10:15:00Z')}
        </fieldset>
        <fieldset className={styles.fields}>
          <legend>When</legend>
          <Field label="Window">
            {(id) => (
              <Select
                id={id}
                value={typed.since ?? ''}
                onChange={(event) =>
                  setTyped({
                    ...typed,
                    since: event.target.value || undefined,
                    ...(event.target.value && { start: undefined, end: undefined }),
                  })
                }
              >
                <option value="">From the onset, which Clew finds</option>
                {lengths.map((length) => (
                  <option key={length} value={length}>
                    The last {length}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {field('start', 'Or from', '2026-08-21T10:00:00Z')}
          {field('end', 'Until (empty: now)', '2026-08-21T10:15:00Z')}
          {field('baselineStart', 'Compare with, from', 'chosen by Clew')}
          {field('baselineEnd', 'until', 'chosen by Clew')}
        </fieldset>
        <datalist id={`${lists}-services`}>
          {services.data?.services.map((service) => (
            <option key={service.name} value={service.name} />
          ))}
        </datalist>
        <datalist id={`${lists}-operations`}>
          {operations.data?.operations.map((operation) => (
            <option key={`${operation.kind} ${operation.name}`} value={operation.name} />
          ))}
        </datalist>
        <datalist id={`${lists}-alerts`}>
          {alerts.data?.alerts.map((alert) => (
            <option key={`${alert.fingerprint} ${alert.startsAt}`} value={alert.fingerprint} label={`${alert.name} ${alert.service}`} />
          ))}
        </datalist>
        <div className={styles.buttons}>
          <Button type="submit" primary>
            Find the cause
          </Button>
          <Button onClick={() => void navigate({ to: '/investigate', search: { now: true } })}>What is wrong now?</Button>
        </div>
      </form>
    </div>
  );
}
