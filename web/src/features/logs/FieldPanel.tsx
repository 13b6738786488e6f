import { useMemo } from 'react';
import type { LogLine } from '../../api/query';
import { Button } from '../../ui/controls';
import { formatCount, formatShare } from '../../units/number';
import { fieldsOf, type Field } from './fields';
import { streamLabels, type LogEdits } from './LogLines';
import styles from './logs.module.css';

/** The fields of the lines that are shown, each with its most frequent values. */
export function FieldPanel({ lines, edit }: { lines: readonly LogLine[]; edit: LogEdits }) {
  const fields = useMemo(() => fieldsOf(lines), [lines]);
  return (
    <aside className={styles.fields} aria-label="Fields">
      <p className="quiet">Of the {formatCount(lines.length)} lines that are shown</p>
      {fields.map((field, index) => (
        <OneField key={field.name} field={field} edit={edit} isOpen={index < 3 && field.distinct > 1} />
      ))}
    </aside>
  );
}

function OneField({ field, edit, isOpen }: { field: Field; edit: LogEdits; isOpen: boolean }) {
  const isStream = streamLabels.has(field.name);
  return (
    <details open={isOpen}>
      <summary>
        {field.name} <span className="quiet">{formatCount(field.distinct)}</span>
      </summary>
      {field.values.map(({ value, count }) => (
        <div key={value} className={styles.value}>
          <span className={styles.valueText} title={value}>
            {value}
          </span>
          <span className="quiet">{formatShare(count / Math.max(1, field.lines))}</span>
          <Button aria-label={`Only ${field.name} ${value}`} title="Only this" onClick={() => edit.label(field.name, '=', value, isStream)}>
            +
          </Button>
          <Button
            aria-label={`Without ${field.name} ${value}`}
            title="Without this"
            onClick={() => edit.label(field.name, '!=', value, isStream)}
          >
            −
          </Button>
          <div className={styles.valueBar} style={{ width: `${(count / Math.max(1, field.lines)) * 100}%` }} />
        </div>
      ))}
      {field.distinct > field.values.length && <p className="quiet">and {formatCount(field.distinct - field.values.length)} others</p>}
    </details>
  );
}
