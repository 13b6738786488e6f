import { useEffect, useReducer } from 'react';
import * as v from 'valibot';
import type { LogLine } from '../../api/query';
import { moment } from '../../units/time';

/** Lines that are kept while a tail runs; older ones leave. */
export const maxTail = 2_000;

const messageSchema = v.object({
  streams: v.optional(
    v.array(
      v.object({
        stream: v.record(v.string(), v.string()),
        values: v.array(v.looseTuple([v.pipe(v.string(), v.regex(/^\d+$/)), v.string()])),
      }),
    ),
    [],
  ),
  dropped_entries: v.optional(v.nullable(v.array(v.unknown())), []),
});

export interface TailState {
  readonly lines: readonly LogLine[];
  readonly waiting: readonly LogLine[];
  readonly paused: boolean;
  readonly forgotten: number;
  readonly status: 'connecting' | 'open' | 'lost';
}

type TailEvent =
  | { readonly kind: 'lines'; readonly lines: readonly LogLine[]; readonly dropped: number }
  | { readonly kind: 'status'; readonly status: TailState['status'] }
  | { readonly kind: 'pause' }
  | { readonly kind: 'clear' };

export const emptyTail: TailState = { lines: [], waiting: [], paused: false, forgotten: 0, status: 'connecting' };

const newest = (lines: readonly LogLine[]): readonly LogLine[] => (lines.length > maxTail ? lines.slice(0, maxTail) : lines);

/** Newest first. While paused, lines wait, no more than are kept. */
export function tailReducer(state: TailState, event: TailEvent): TailState {
  switch (event.kind) {
    case 'status':
      return { ...state, status: event.status };
    case 'clear':
      return { ...emptyTail, status: state.status, paused: state.paused };
    case 'pause': {
      const lines = newest([...state.waiting, ...state.lines]);
      return state.paused ? { ...state, paused: false, waiting: [], lines } : { ...state, paused: true };
    }

    case 'lines': {
      const come = [...event.lines].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0));
      const before = state.paused ? state.waiting : state.lines;
      const after = newest([...come, ...before]);
      const forgotten = state.forgotten + event.dropped + (come.length + before.length - after.length);
      return state.paused ? { ...state, waiting: after, forgotten } : { ...state, lines: after, forgotten };
    }
  }
}

/** Lines as they arrive, over Loki's tail; when the connection is lost it is made again. */
export function useTail(query: string, isOn: boolean): { state: TailState; pause: () => void; clear: () => void } {
  const [state, dispatch] = useReducer(tailReducer, emptyTail);
  useEffect(() => {
    if (!isOn) {
      return;
    }

    dispatch({ kind: 'clear' });
    let socket: WebSocket | null = null;
    let again: ReturnType<typeof setTimeout> | undefined;
    const connect = () => {
      dispatch({ kind: 'status', status: 'connecting' });
      const url = new URL('/loki/api/v1/tail', window.location.href);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      url.searchParams.set('query', query);
      url.searchParams.set('limit', '100');
      socket = new WebSocket(url);
      socket.onopen = () => dispatch({ kind: 'status', status: 'open' });
      socket.onmessage = (event) => {
        const message = v.safeParse(messageSchema, JSON.parse(String(event.data)));
        if (message.success) {
          dispatch({
            kind: 'lines',
            dropped: message.output.dropped_entries?.length ?? 0,
            lines: message.output.streams.flatMap(({ stream, values }) =>
              values.map(([time, line]) => ({ type: 'line' as const, time: moment(BigInt(time)), labels: stream, line })),
            ),
          });
        }
      };
      socket.onclose = () => {
        dispatch({ kind: 'status', status: 'lost' });
        again = setTimeout(connect, 2_000);
      };
    };
    connect();
    return () => {
      clearTimeout(again);
      if (socket) {
        socket.onclose = null;
        socket.close();
      }
    };
  }, [query, isOn]);

  return { state, pause: () => dispatch({ kind: 'pause' }), clear: () => dispatch({ kind: 'clear' }) };
}
