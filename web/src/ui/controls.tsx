import { useId, type ComponentProps, type ReactNode } from 'react';
import { ConnectionError, ProblemError } from '../api/problem';
import styles from './controls.module.css';

type Tone = 'plain' | 'warning' | 'error';

export function Button({ primary = false, className = '', ...rest }: ComponentProps<'button'> & { primary?: boolean }) {
  return <button type="button" {...rest} className={`${styles.button ?? ''} ${primary ? (styles.primary ?? '') : ''} ${className}`} />;
}

/** The look of a button, for links. */
export const buttonClass = styles.button ?? '';
export const tableClass = styles.table ?? '';
export const numberClass = styles.number ?? '';

/** The heading of a column of numbers; its title says what they are. */
export function NumberHeading({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <th scope="col" className={numberClass} title={title}>
      {children}
    </th>
  );
}

export function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

export function TextInput(props: ComponentProps<'input'>) {
  return <input spellCheck={false} autoComplete="off" {...props} className={styles.input} />;
}

export function Select(props: ComponentProps<'select'>) {
  return <select {...props} className={styles.input} />;
}

export function Badge({ tone = 'plain', title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return (
    <span className={styles.badge} data-tone={tone} title={title}>
      {children}
    </span>
  );
}

export function Notice({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <div className={styles.notice} data-tone={tone} role={tone === 'error' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

/** What went wrong with a question, and what to do. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  return (
    <Notice tone="error">
      <strong>
        {error instanceof ProblemError
          ? error.problem.title || 'The server refused the question.'
          : error instanceof ConnectionError
            ? 'No connection'
            : 'Something went wrong.'}
      </strong>
      <span>{error.message}</span>
      {error instanceof ProblemError && error.problem.limit && <span className="quiet">Limit: {error.problem.limit}</span>}
      {retry && (
        <span>
          <Button onClick={retry}>Try again</Button>
        </span>
      )}
    </Notice>
  );
}

/** A moving line while something is on its way; it is not seen in the first 0.3 s. */
export function Progress({ busy, label }: { busy: boolean; label: string }) {
  return <div className={styles.progress} hidden={!busy} role="progressbar" aria-label={label} aria-busy={busy} />;
}
