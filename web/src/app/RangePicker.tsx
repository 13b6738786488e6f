import { useNavigate, useSearch } from '@tanstack/react-router';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { Button, Field, TextInput } from '../ui/controls';
import { formatMoment, formatRfc3339, parseDuration, parseMoment, type Moment } from '../units/time';
import { defaultRange, resolveRange, type Range } from '../url/range';
import { usePreferences } from './preferences';
import styles from './range.module.css';

const quick = ['5m', '15m', '1h', '3h', '6h', '12h', '24h', '2d', '7d', '30d'];

/** The stretch of time that the page is about, where it has one. */
export function RangePicker() {
  const search: Range & { readonly span?: unknown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const { zone } = usePreferences();
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState({ start: '', end: '' });
  const [wrong, setWrong] = useState('');

  const choose = (range: Range) => {
    setOpen(false);
    void navigate({ to: '.', search: (known: object) => ({ ...known, since: undefined, start: undefined, end: undefined, ...range }) });
  };
  const read = (text: string): Moment | null =>
    parseMoment(text.trim()) ?? parseMoment(`${text.trim().replace(' ', 'T')}Z`) ?? parseMoment(`${text.trim()}T00:00:00Z`);
  const start = search.start ? parseMoment(search.start) : null;
  const end = search.end ? parseMoment(search.end) : null;
  const label = start
    ? `${formatMoment(start, zone, 0)} – ${end ? formatMoment(end, zone, 0) : 'now'}`
    : `Last ${search.since ?? defaultRange.since ?? ''}`;

  return (
    <Popover.Root
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        setWrong('');
        if (open) {
          const range = resolveRange(search);
          setTyped({ start: formatRfc3339(range.start), end: formatRfc3339(range.end) });
        }
      }}
    >
      <Popover.Trigger asChild>
        <Button title="The stretch of time that is looked at">{label}</Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles.popover} align="end" sideOffset={4}>
          <div className={styles.quick}>
            {quick.map((since) => (
              <Button
                key={since}
                aria-pressed={!search.start && (search.since ?? defaultRange.since) === since}
                onClick={() => choose({ since })}
              >
                {since}
              </Button>
            ))}
          </div>
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault();
              const since = parseDuration(typed.start) === null ? undefined : typed.start.trim();
              const from = read(typed.start);
              const to = typed.end.trim() === '' ? undefined : read(typed.end);
              if (since !== undefined) {
                choose({ since });
              } else if (from === null || to === null || (to !== undefined && to <= from)) {
                setWrong('Expected moments such as 2026-08-21T10:00:00Z, the first before the second; or a length such as 90m.');
              } else {
                choose({ start: formatRfc3339(from), ...(to !== undefined && { end: formatRfc3339(to) }) });
              }
            }}
          >
            <Field label="From (a moment, UTC, or a length such as 90m)">
              {(id) => <TextInput id={id} value={typed.start} onChange={(event) => setTyped({ ...typed, start: event.target.value })} />}
            </Field>
            <Field label="Until (empty: now)">
              {(id) => <TextInput id={id} value={typed.end} onChange={(event) => setTyped({ ...typed, end: event.target.value })} />}
            </Field>
            {wrong && <p role="alert">{wrong}</p>}
            <Button type="submit" primary>
              Look there
            </Button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
