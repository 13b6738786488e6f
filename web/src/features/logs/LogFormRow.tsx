import { useQuery } from '@tanstack/react-query';
import { servicesQuery } from '../../api/services';
import { Field, Select, TextInput } from '../../ui/controls';
import { levels } from './levels';
import { emptyLogForm, logFormOf, logQlOf, type LogForm } from './logForm';
import styles from './logs.module.css';

/** A form that follows the LogQL below it, and the other way round. What only the language can say stays as it is, until something is chosen here. */
export function LogFormRow({ query, change, run }: { query: string; change: (query: string) => void; run: (query: string) => void }) {
  const services = useQuery({ ...servicesQuery(), staleTime: 30_000 });
  const form = logFormOf(query);
  const { service, level, text } = form ?? emptyLogForm;
  const set = (part: Partial<LogForm>, runs: boolean) => {
    const next = logQlOf({ service, level, text, ...part });
    change(next);
    if (runs) {
      run(next);
    }
  };
  return (
    <form
      className={styles.form}
      data-idle={form === null}
      onSubmit={(event) => {
        event.preventDefault();
        run(query);
      }}
    >
      <Field label="Service">
        {(id) => (
          <Select id={id} disabled={form === null} value={service} onChange={(event) => set({ service: event.target.value }, true)}>
            <option value="">any</option>
            {[
              ...new Set([
                ...(service ? [service] : []),
                ...(services.data?.services ?? []).filter((s) => s.logCount > 0).map((s) => s.name),
              ]),
            ].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Level">
        {(id) => (
          <Select id={id} disabled={form === null} value={level} onChange={(event) => set({ level: event.target.value }, true)}>
            <option value="">any</option>
            {levels.map((one) => (
              <option key={one.name}>{one.name}</option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Contains">
        {(id) => (
          <TextInput
            id={id}
            size={28}
            disabled={form === null}
            placeholder="timed out"
            value={text}
            onChange={(event) => set({ text: event.target.value }, false)}
          />
        )}
      </Field>
      {form === null && <p className="quiet">The form has no word for this query; it is asked as it stands below.</p>}
    </form>
  );
}
