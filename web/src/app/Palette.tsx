import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import { servicesQuery } from '../api/services';
import { pages } from './pages';
import { useActiveShortcuts } from './shortcuts';
import styles from './shell.module.css';

/** Everything that can be gone to or done, by typing part of its name. */
export function Palette({ close, goTo }: { close: () => void; goTo: (text: string) => void }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const services = useQuery({ ...servicesQuery(), staleTime: 30_000 });
  const shortcuts = useActiveShortcuts();
  const pick = (run: () => void) => () => {
    close();
    run();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => open || close()}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.overlay} />
        <Dialog.Content className={styles.dialog} aria-describedby={undefined}>
          <Dialog.Title className="visually-hidden">Go to anything</Dialog.Title>
          <Command label="Go to anything" loop>
            <Command.Input placeholder="A page, a service, a trace id, an action …" value={typed} onValueChange={setTyped} />
            <Command.List>
              {typed.trim() && (
                <Command.Item value={`search ${typed}`} onSelect={pick(() => goTo(typed))}>
                  Search for “{typed.trim()}”
                </Command.Item>
              )}
              <Command.Group heading="Pages">
                {pages.map((page) => (
                  <Command.Item key={page.to} value={page.name} onSelect={pick(() => void navigate({ to: page.to }))}>
                    {page.name} <kbd>g {page.key}</kbd>
                  </Command.Item>
                ))}
              </Command.Group>
              <Command.Group heading="Services">
                {services.data?.services.slice(0, 200).map((service) => (
                  <Command.Item
                    key={service.name}
                    value={`service ${service.name}`}
                    onSelect={pick(() => void navigate({ to: '/services/$service', params: { service: service.name } }))}
                  >
                    {service.name}
                  </Command.Item>
                ))}
              </Command.Group>
              <Command.Group heading="On this page">
                {shortcuts
                  .filter((shortcut) => !shortcut.keys.startsWith('g ') && shortcut.keys !== 'ctrl+k')
                  .map((shortcut) => (
                    <Command.Item key={shortcut.keys} value={shortcut.label} onSelect={pick(shortcut.run)}>
                      {shortcut.label} <kbd>{shortcut.keys}</kbd>
                    </Command.Item>
                  ))}
              </Command.Group>
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
