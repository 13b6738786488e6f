import { useSyncExternalStore } from 'react';
import type { Zone } from '../units/time';

/** What a reader prefers, on this browser; everything else is in the address. */
export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark';
  readonly zone: Zone;
}

const key = 'clew.preferences';
const fallback: Preferences = { theme: 'system', zone: 'utc' };
const listeners = new Set<() => void>();
const dark = window.matchMedia('(prefers-color-scheme: dark)');

function read(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>;
    return {
      theme: stored.theme === 'light' || stored.theme === 'dark' ? stored.theme : 'system',
      zone: stored.zone === 'local' ? 'local' : 'utc',
    };
  } catch {
    return fallback;
  }
}

let current = read();

function apply(): void {
  const theme = current.theme === 'system' ? (dark.matches ? 'dark' : 'light') : current.theme;
  document.documentElement.dataset.theme = theme;
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(key, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing still shows everything.
  }

  apply();
  listeners.forEach((listener) => listener());
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

dark.addEventListener('change', apply);
apply();
