import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { usePreferences } from '../../../app/preferences';
import { useShortcuts, type Shortcut } from '../../../app/shortcuts';
import { CopyButton } from '../../../ui/CopyButton';
import { Button, buttonClass, Field, Notice, TextInput } from '../../../ui/controls';
import { add, nanos, type Moment } from '../../../units/time';
import { absoluteRange } from '../../../url/range';
import { ToolsLayout } from '../ToolsLayout';
import styles from '../tools.module.css';
import { distance, formsOf, relativeTo, type Form } from './forms';
import { currentMoment, readTime, type Reading } from './read';
import { formatIn, isZone } from './zone';

const route = getRouteApi('/tools/time');
const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const examples = ['now', '1787306400123', '1787306400123456789', '2026-08-21T10:00:00+02:00', 'Fri, 21 Aug 2026 10:00:00 GMT', '15m ago'];

/** A moment however it is written, in every other form; and the time between two. */
export function TimePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { zone: preferred } = usePreferences();
  const [now, setNow] = useState(currentMoment);
  useEffect(() => {
    const timer = setInterval(() => setNow(currentMoment()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const zone = search.zone ?? (preferred === 'local' ? browserZone : 'UTC');
  const isKnownZone = isZone(zone);
  const set = (change: { value?: string; other?: string; zone?: string }) =>
    void navigate({ search: (known) => ({ ...known, ...change }), replace: true });
  const shortcuts = useMemo<Shortcut[]>(
    () => [
      {
        keys: 'n',
        label: 'Take the moment that is now',
        run: () => void navigate({ search: (known) => ({ ...known, value: String(Date.now()) }) }),
      },
    ],
    [navigate],
  );
  useShortcuts(shortcuts);

  const value = search.value ?? '';
  const other = search.other ?? '';
  const readingZone = isKnownZone ? zone : 'UTC';
  const first = readTime(value, readingZone, now);
  const second = readTime(other, readingZone, now);
  return (
    <ToolsLayout lead="A moment in every form it is written in, and the time between two.">
      <div className={styles.fields}>
        <Field label="A time, however it is written">
          {(id) => (
            <TextInput
              id={id}
              value={value}
              maxLength={200}
              placeholder="1787306400123"
              onChange={(event) => set({ value: event.target.value })}
            />
          )}
        </Field>
        <Field label="Another one, to see what lies between">
          {(id) => (
            <TextInput id={id} value={other} maxLength={200} placeholder="now" onChange={(event) => set({ other: event.target.value })} />
          )}
        </Field>
        <Field label="Zone of times that name none">
          {(id) => (
            <>
              <TextInput id={id} value={zone} maxLength={60} list="zones" onChange={(event) => set({ zone: event.target.value })} />
              <datalist id="zones">
                {Intl.supportedValuesOf('timeZone').map((name) => (
                  <option key={name} value={name} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      </div>
      {!isKnownZone && <Notice tone="warning">This browser knows no zone {zone}; write a name such as Europe/Vienna. UTC is used.</Notice>}
      {value === '' && (
        <div className={styles.bar}>
          {examples.map((example) => (
            <Button key={example} onClick={() => set({ value: example })}>
              {example}
            </Button>
          ))}
        </div>
      )}
      <div className={styles.columns}>
        <Answer title="The time" text={value} reading={first} zone={readingZone} now={now} />
        <Answer title="The other" text={other} reading={second} zone={readingZone} now={now} />
        {first && second && (
          <section className={styles.card}>
            <h2>From the one to the other</h2>
            <Forms forms={distance(first.at, second.at)} />
            <span className={styles.bar}>
              <Link
                className={buttonClass}
                to="/traces"
                search={first.at <= second.at ? absoluteRange(first.at, second.at) : absoluteRange(second.at, first.at)}
              >
                Traces between them
              </Link>
              <Link
                className={buttonClass}
                to="/logs"
                search={first.at <= second.at ? absoluteRange(first.at, second.at) : absoluteRange(second.at, first.at)}
              >
                Logs between them
              </Link>
            </span>
          </section>
        )}
      </div>
    </ToolsLayout>
  );
}

function Answer({ title, text, reading, zone, now }: { title: string; text: string; reading: Reading | null; zone: string; now: Moment }) {
  if (text.trim() === '') {
    return null;
  }

  if (reading === null) {
    return (
      <Notice tone="warning">
        <strong>{title} cannot be read.</strong>
        <span>
          Expected a number since 1970, a time such as 2026-08-21T10:00:00+02:00 or Fri, 21 Aug 2026 10:00:00 GMT, or a distance such as 15m
          ago.
        </span>
      </Notice>
    );
  }

  const zones = [...new Set(['UTC', browserZone, zone])].filter((name) => name !== 'UTC');
  const around = absoluteRange(add(reading.at, nanos(-300e9)), add(reading.at, nanos(300e9)));
  return (
    <section className={styles.card}>
      <h2>{title}</h2>
      <p>
        Read as <strong>{reading.how}</strong>: {relativeTo(now, reading.at)}.
      </p>
      {reading.notes.map((note) => (
        <Notice key={note}>{note}</Notice>
      ))}
      <Forms
        forms={[
          ...formsOf(reading.at),
          ...zones.map((name) => ({ name: name === browserZone ? `Here (${name})` : name, text: formatIn(name, reading.at, 3) })),
          ...reading.others.map((one) => ({ name: `Were it ${one.how}`, text: formatIn('UTC', one.at, 3) })),
        ]}
      />
      <span className={styles.bar}>
        <Link className={buttonClass} to="/traces" search={around}>
          Traces around it
        </Link>
        <Link className={buttonClass} to="/logs" search={around}>
          Logs around it
        </Link>
      </span>
    </section>
  );
}

function Forms({ forms }: { forms: readonly Form[] }) {
  return (
    <table className={styles.forms}>
      <tbody>
        {forms.map((form) => (
          <tr key={form.name}>
            <th scope="row">{form.name}</th>
            <td className={styles.value}>{form.text}</td>
            <td>
              <CopyButton text={form.text} of={form.name} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
