import { useState } from 'react';
import { Button } from '../../ui/controls';
import styles from './investigation.module.css';

/** A command to take along. */
export function Command({ text }: { text: string }) {
  return (
    <div className={styles.command}>
      <pre>{text}</pre>
      <CopyButton text={text} label="Copy the command" />
    </div>
  );
}

export function CopyButton({ text, label, children = 'Copy' }: { text: string; label: string; children?: string }) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  return (
    <Button
      aria-label={label}
      onClick={() => {
        // Browsers only let pages copy over https or on this computer.
        const copied =
          (navigator as Partial<Pick<Navigator, 'clipboard'>>).clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
        copied.then(
          () => setState('done'),
          () => setState('failed'),
        );
      }}
    >
      {state === 'done' ? 'Copied' : state === 'failed' ? 'Select and copy by hand' : children}
    </Button>
  );
}
