import { useEffect, useSyncExternalStore } from 'react';

/** A key that does something on the page that is shown; `keys` is one key, or two pressed one after the other ("g t"). */
export interface Shortcut {
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
}

const active = new Map<symbol, readonly Shortcut[]>();
const listeners = new Set<() => void>();
let all: readonly Shortcut[] = [];
let pending: { key: string; at: number } | null = null;

/** Milliseconds within which the second key of a pair has to follow. */
const patience = 1_000;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function changed(): void {
  // What was registered last comes first: a panel's keys before its page's.
  all = [...active.values()].reverse().flat();
  listeners.forEach((listener) => listener());
}

window.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.altKey || event.metaKey || isTyping(event.target)) {
    return;
  }

  const key = event.ctrlKey ? `ctrl+${event.key}` : event.key;
  const pair = pending && event.timeStamp - pending.at < patience ? `${pending.key} ${key}` : null;
  const found = (pair && all.find((shortcut) => shortcut.keys === pair)) ?? all.find((shortcut) => shortcut.keys === key);
  pending = found ? null : { key, at: event.timeStamp };
  if (found) {
    event.preventDefault();
    found.run();
  }
});

/** Keys that work while the component is shown. Not while somebody types. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  useEffect(() => {
    const id = Symbol('shortcuts');
    active.set(id, shortcuts);
    changed();
    return () => {
      active.delete(id);
      changed();
    };
  }, [shortcuts]);
}

/** All that work now, for the help. */
export function useActiveShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => all,
  );
}
