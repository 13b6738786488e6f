import type { ReactNode } from 'react';
import styles from './panels.module.css';

/** A part of a page that answers one question, and says what it asked. */
export function Panel({
  title,
  note,
  queries = [],
  open,
  isWide = false,
  children,
}: {
  title: string;
  note?: string | undefined;
  /** What was asked, in the words of the language or the API. */
  queries?: readonly string[];
  /** Leads to where one can go on asking. */
  open?: ReactNode;
  isWide?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={styles.panel} data-wide={isWide} aria-label={title}>
      <div className={styles.head}>
        <h2>{title}</h2>
        {open}
      </div>
      {note && <p className={styles.note}>{note}</p>}
      {children}
      {queries.length > 0 && (
        <details className={styles.queries}>
          <summary>{queries.length === 1 ? 'Query' : 'Queries'}</summary>
          {queries.map((query) => (
            <pre key={query}>{query}</pre>
          ))}
        </details>
      )}
    </section>
  );
}

/** Numbers beside each other, large, with what they are. */
export function Figures({ children }: { children: ReactNode }) {
  return <dl className={styles.figures}>{children}</dl>;
}

export function Figure({
  label,
  value,
  note,
  tone,
}: {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: 'good' | 'warning' | 'error' | undefined;
}) {
  return (
    <div data-tone={tone}>
      <dt>{label}</dt>
      <dd className={styles.value}>{value}</dd>
      {note !== undefined && <dd className={styles.note}>{note}</dd>}
    </div>
  );
}
