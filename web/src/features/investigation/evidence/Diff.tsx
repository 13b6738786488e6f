import { useState } from 'react';
import { Button } from '../../../ui/controls';
import { formatCount } from '../../../units/number';
import styles from './evidence.module.css';

const most = 60;

/** A unified diff; the sign at a line's begin tells what the colour tells. */
export function Diff({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(false);
  const lines = text.replace(/\n$/, '').split('\n');
  const shown = isWhole ? lines : lines.slice(0, most);
  return (
    <div>
      <pre className={styles.diff}>
        {shown.map((line, index) => (
          <span key={index} data-kind={kindOf(line)}>
            {line}
            {'\n'}
          </span>
        ))}
      </pre>
      {lines.length > shown.length && <Button onClick={() => setWhole(true)}>All {formatCount(lines.length)} lines</Button>}
    </div>
  );
}

function kindOf(line: string): string {
  return /^(?:\+\+\+|---|diff |index )/.test(line)
    ? 'file'
    : line.startsWith('@@')
      ? 'place'
      : line.startsWith('+')
        ? 'added'
        : line.startsWith('-')
          ? 'removed'
          : 'same';
}
