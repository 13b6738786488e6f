import { Dialog } from 'radix-ui';
import { Button } from '../ui/controls';
import { useActiveShortcuts } from './shortcuts';
import styles from './shell.module.css';

export function HelpDialog({ close }: { close: () => void }) {
  const shortcuts = useActiveShortcuts();
  return (
    <Dialog.Root open onOpenChange={(open) => open || close()}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.overlay} />
        <Dialog.Content className={styles.dialog} aria-describedby={undefined}>
          <Dialog.Title>Keys</Dialog.Title>
          <dl className={styles.keys}>
            {shortcuts.map((shortcut) => (
              <Row key={shortcut.keys + shortcut.label} keys={shortcut.keys} label={shortcut.label} />
            ))}
            <Row keys="esc" label="Close what is open" />
          </dl>
          <p className="quiet">
            Keys do nothing while you type. The address of every page holds all that it shows: copy it to share the view.
          </p>
          <Dialog.Close asChild>
            <Button>Close</Button>
          </Dialog.Close>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Row({ keys, label }: { keys: string; label: string }) {
  return (
    <>
      <dt>{keys}</dt>
      <dd>{label}</dd>
    </>
  );
}
