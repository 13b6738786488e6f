import { expect, it } from 'vitest';
import type { TraceOutline } from '../../api/traces';
import { moment, nanos } from '../../units/time';
import { diffOf } from './diff';

/** "0 gateway/GET 100!" a line: depth, service, name, milliseconds, and whether it failed. */
function outlineOf(traceId: string, text: string): TraceOutline {
  const rows = text
    .trim()
    .split('\n')
    .map((line) => /^(\d) (\S+)\/(.+) (\d+)(!?)$/.exec(line.trim()) ?? []);
  const services = [...new Set(rows.map((row) => row[2] ?? ''))];
  const names = [...new Set(rows.map((row) => row[3] ?? ''))];
  const parents: number[] = [];
  rows.forEach((row, span) => {
    const above = rows.slice(0, span).findLastIndex((other) => Number(other[1]) === Number(row[1]) - 1);
    parents.push(above);
  });
  const column = (pick: (row: readonly string[], span: number) => number) => rows.map((row, span) => pick(row as string[], span));
  const millis = (row: readonly string[]) => Number(row[4]) * 1e6;
  return {
    traceId,
    rootService: services[0] ?? '',
    rootName: names[0] ?? '',
    startTime: moment(0n),
    endTime: moment(0n),
    durationNanos: nanos(millis(rows[0] ?? [])),
    spanCount: rows.length,
    errorCount: rows.filter((row) => row[5] === '!').length,
    orphanCount: 0,
    partial: false,
    adjusted: undefined,
    warnings: [],
    criticalPath: [],
    services: services.map((name) => ({ name, spanCount: 1, errorCount: 0, selfTimeNanos: nanos(0), criticalPathNanos: nanos(0) })),
    spans: {
      id: rows.map((_, span) => `${traceId}${span}`),
      parent: parents,
      service: column((row) => services.indexOf(row[2] ?? '')),
      name: column((row) => names.indexOf(row[3] ?? '')),
      peer: column(() => -1),
      kind: column(() => 2),
      status: column((row) => (row[5] === '!' ? 2 : 0)),
      start: column((_, span) => span),
      duration: column(millis),
      self: column(
        (row, span) => millis(row) - rows.reduce((sum, other, i) => sum + (parents[i] === span ? millis(other as string[]) : 0), 0),
      ),
      critical: column(() => 0),
      flags: column(() => 0),
    },
    names,
    peers: [],
  };
}

const written = (a: string, b: string) =>
  diffOf(outlineOf('a', a), outlineOf('b', b)).spans.map(
    ({ depth, fate, service, name, count }) => `${depth} ${fate} ${service}/${name}${count > 1 ? ` x${count}` : ''}`,
  );

it('the same trace differs in nothing', () => {
  const text = '0 web/GET / 100\n1 cart/read 40\n2 db/SELECT 10';
  expect(written(text, text)).toEqual(['0 same web/GET /', '1 same cart/read', '2 same db/SELECT']);
  expect(diffOf(outlineOf('a', text), outlineOf('b', text)).findings).toEqual([]);
});

it('calls are told as changed, added and removed, with what is below them', () =>
  expect(written('0 web/GET 100\n1 cart/read 40\n1 ads/show 5\n2 db/SELECT 2', '0 web/GET 300\n1 cart/read 240!\n1 mail/send 5')).toEqual([
    '0 changed web/GET',
    '1 changed cart/read',
    '1 removed ads/show',
    '2 removed db/SELECT',
    '1 added mail/send',
  ]));

it('names that differ in digits belong together, whatever their order', () =>
  expect(written('0 web/GET 10\n1 cart/item 17 5\n1 cart/list 5', '0 web/GET 10\n1 cart/list 5\n1 cart/item 18 5')).toEqual([
    '0 same web/GET',
    '1 changed cart/item 17',
    '1 same cart/list',
  ]));

it('calls of one kind that only one trace has are one row, and the findings say so', () => {
  const [a, b] = [
    outlineOf('a', '0 web/GET 10\n1 db/SELECT 2'),
    outlineOf('b', '0 web/GET 90\n1 db/SELECT 2\n1 db/SELECT 40\n1 db/SELECT 40!'),
  ];
  const diff = diffOf(a, b);
  expect(diff.spans.map(({ fate, count }) => `${fate} ${count}`)).toEqual(['changed 1', 'same 1', 'added 2']);
  expect(diff.findings[0]).toBe("It takes 90 ms instead of 10 ms; most of that is db 'SELECT': 82 ms of its own time instead of 2 ms.");
  expect(diff.findings).toContain("db 'SELECT' is called 2 times more in the second only.");
});
