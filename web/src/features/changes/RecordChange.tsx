import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeDocument, recordChange, type NewChange } from '../../api/events';
import { servicesQuery } from '../../api/services';
import { CopyButton } from '../../ui/CopyButton';
import { Button, Failure, Field, TextInput } from '../../ui/controls';
import { curlLine } from './aftermath';
import styles from './changes.module.css';

const kinds = ['deploy', 'config', 'flag', 'migration', 'infrastructure', 'rollback', 'scaling'];
const empty: NewChange = { kind: 'deploy', service: '', summary: '', version: '', author: '', link: '', time: '', diff: '' };

/** A form for what nobody recorded, and the line that a pipeline runs instead. */
export function RecordChange({ done }: { done: () => void }) {
  const client = useQueryClient();
  const [change, setChange] = useState(empty);
  const services = useQuery({ ...servicesQuery(), staleTime: 60_000 });
  const recording = useMutation({
    mutationFn: recordChange,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['changes'] });
      done();
    },
  });
  const field = (name: keyof NewChange, label: string, more: React.ComponentProps<typeof TextInput> = {}) => (
    <Field label={label}>
      {(id) => (
        <TextInput id={id} value={change[name]} onChange={(event) => setChange({ ...change, [name]: event.target.value })} {...more} />
      )}
    </Field>
  );
  const line = curlLine(
    window.location.origin,
    changeDocument({ ...change, service: change.service || 'cart', summary: change.summary || 'cart 1.4.2 rolled out' }),
  );
  return (
    <form
      className={styles.form}
      aria-label="Record a change"
      onSubmit={(event) => {
        event.preventDefault();
        recording.mutate(change);
      }}
    >
      <div className={styles.fields}>
        {field('kind', 'Kind', { required: true, list: 'kinds', maxLength: 100 })}
        {field('service', 'Target: a service or component', { list: 'targets', maxLength: 300 })}
        {field('summary', 'What was changed, in one line', { required: true, maxLength: 1_000 })}
        {field('version', 'Version', { maxLength: 300 })}
        {field('author', 'Who', { maxLength: 300 })}
        {field('link', 'Where to read about it', { type: 'url', maxLength: 2_000, placeholder: 'https://' })}
        {field('time', 'When (empty: now)', { maxLength: 60, placeholder: '2026-08-21T10:00:00Z' })}
      </div>
      <datalist id="kinds">
        {kinds.map((kind) => (
          <option key={kind} value={kind} />
        ))}
      </datalist>
      <datalist id="targets">
        {services.data?.services.slice(0, 500).map((service) => (
          <option key={service.name} value={service.name} />
        ))}
      </datalist>
      <Field label="Diff (optional)">
        {(id) => (
          <textarea
            id={id}
            className={styles.area}
            rows={3}
            maxLength={65_536}
            spellCheck={false}
            value={change.diff}
            onChange={(event) => setChange({ ...change, diff: event.target.value })}
          />
        )}
      </Field>
      {recording.error && <Failure error={recording.error} />}
      <div className={styles.links}>
        <Button type="submit" primary disabled={recording.isPending}>
          Record it
        </Button>
        <span className="quiet">Recorded changes stay; secrets in them are taken out before they are stored.</span>
      </div>
      <div className={styles.curl}>
        <span className="quiet">From a pipeline:</span>
        <pre role="region" aria-label="The line for a pipeline" tabIndex={0}>
          {line}
        </pre>
        <CopyButton text={line} of="the line for a pipeline" />
      </div>
    </form>
  );
}
