import type { QueryClient } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import * as v from 'valibot';

/** What is new, as the server tells it (GET /api/events): that something is, not what. What it is, is asked for as always. */

const newsSchema = v.object({
  ids: v.optional(v.array(v.string())),
  count: v.optional(v.number()),
  run: v.optional(v.number()),
  stage: v.optional(v.string()),
  missed: v.optional(v.number()),
});

/** Which answers are no longer the newest after an event. */
const touched = {
  incidents: ['incidents', 'alerts'],
  investigations: ['investigations', 'incidents'],
  changes: ['changes'],
  alerts: ['alerts'],
  missed: ['incidents', 'investigations', 'changes', 'alerts'],
} as const;

export interface Running {
  readonly run: number;
  readonly stage: string;
}

interface Live {
  /** Whether the server tells by itself; if not, pages ask now and then. */
  readonly isFollowing: boolean;
  /** Investigations that go on, the latest last. */
  readonly running: readonly Running[];
}

/** Investigations that are shown as running; more than the server runs at a time. */
const mostRunning = 16;
/** Milliseconds after which a follower that was refused tries again. */
const patience = 60_000;

let live: Live = { isFollowing: false, running: [] };
const listeners = new Set<() => void>();

function become(part: Partial<Live>): void {
  live = { ...live, ...part };
  listeners.forEach((listener) => listener());
}

/** The running investigations after one of them told its next stage, or, without one, its end. */
export function afterStage(running: readonly Running[], run: number, stage: string | undefined): readonly Running[] {
  const others = running.filter((one) => one.run !== run);
  return stage === undefined ? others : [...others, { run, stage }].slice(-mostRunning);
}

/** Follows until the returned function is called. A page that is not seen does not follow: browsers allow few connections to one server. */
export function follow(client: QueryClient): () => void {
  let source: EventSource | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;
  const refresh = (names: readonly string[]) => names.forEach((name) => void client.invalidateQueries({ queryKey: [name] }));
  const close = () => {
    clearTimeout(again);
    source?.close();
    source = null;
    become({ isFollowing: false, running: [] });
  };
  const open = () => {
    close();
    if (document.visibilityState === 'hidden') {
      return;
    }

    const opened = (source = new EventSource('/api/events'));
    opened.onopen = () => {
      become({ isFollowing: true });
      refresh(touched.missed); // Something may have happened before.
    };
    opened.onerror = () => {
      become({ isFollowing: false, running: [] });
      if (opened.readyState === EventSource.CLOSED && source === opened) {
        again = setTimeout(open, patience);
      }
    };
    for (const [name, queries] of Object.entries(touched)) {
      opened.addEventListener(name, () => refresh(queries));
    }

    opened.addEventListener('investigating', (event: MessageEvent<string>) => {
      const news = v.safeParse(v.pipe(v.string(), v.parseJson(), newsSchema), event.data);
      if (news.success && news.output.run !== undefined) {
        become({ running: afterStage(live.running, news.output.run, news.output.stage) });
      }
    });
  };
  document.addEventListener('visibilitychange', open);
  open();
  return () => {
    document.removeEventListener('visibilitychange', open);
    close();
  };
}

/** Follows while the component is shown. */
export function useFollow(): void {
  const client = useQueryClient();
  useEffect(() => follow(client), [client]);
}

export function useLive(): Live {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => live,
  );
}

/** Milliseconds between two askings of what the server tells by itself while it is followed. */
export const refreshEvery = (isFollowing: boolean): number => (isFollowing ? 60_000 : 15_000);
