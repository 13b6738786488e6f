import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, gaugeRequest, largeTrace, logRequest, traceRequest } from './telemetry';

export const largeTraceId = 'f'.repeat(31) + '1';
export const traceIdOf = (number: number): string => number.toString(16).padStart(32, 'a');

const root = join(import.meta.dirname, '..', '..');

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function send(url: string, body: object): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) {
    throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  }
}

/** Sends a line that a service logs now. */
export const sendLog = (service: string, line: string): Promise<void> =>
  send(`${process.env.CLEW_PAGES_OTLP ?? ''}/v1/logs`, logRequest(service, line, Date.now(), 9));

/** Starts a server on an empty store. */
export async function startServer(): Promise<{ readonly api: string; readonly otlp: string; readonly stop: () => Promise<void> }> {
  const data = mkdtempSync(join(tmpdir(), 'clew-pages-'));
  const [api, http, grpc] = await Promise.all([freePort(), freePort(), freePort()]);
  const assembly = process.env.CLEW_SERVER ?? join(root, 'artifacts', 'bin', 'Clew', 'release', 'clew.dll');
  const server = spawn(
    'dotnet',
    [
      assembly,
      'serve',
      '--data',
      join(data, 'store'),
      '--listen',
      `127.0.0.1:${api}`,
      '--otlp-http',
      `127.0.0.1:${http}`,
      '--otlp-grpc',
      `127.0.0.1:${grpc}`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  server.stderr.on('data', (text: Buffer) => (log = (log + text.toString()).slice(-4_000)));
  await new Promise<void>((resolve, reject) => {
    server.stdout.once('data', () => resolve()); // Its first line says that it is ready.
    server.once('exit', (code) => reject(new Error(`The server ended with ${code ?? 'a signal'}:\n${log}`)));
  });
  return {
    api: `http://127.0.0.1:${api}`,
    otlp: `http://127.0.0.1:${http}`,
    stop: async () => {
      server.removeAllListeners('exit');
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Starts a server, fills it, and stops it when the tests are over. */
export default async function setup(): Promise<() => Promise<void>> {
  const server = await startServer();
  process.env.CLEW_PAGES = server.api;
  process.env.CLEW_PAGES_OTLP = server.otlp;
  const now = Date.now();
  for (let number = 1; number <= 60; number++) {
    const at = now - 600_000 + number * 5_000;
    await send(`${server.otlp}/v1/traces`, traceRequest(traceIdOf(number), at, checkout(number)));
    const charge = { traceId: traceIdOf(number), id: 4 };
    await send(
      `${server.otlp}/v1/logs`,
      number % 5 === 0
        ? logRequest('payments', `card network timed out for user-${number} after 70 ms`, at + 90, 17, charge)
        : logRequest('payments', `charged user-${number}`, at + 90, 9, charge),
    );
  }

  const waits = Array.from({ length: 60 }, (_, index) => 0.1 + (index % 10) / 100);
  for (const service of ['orders', 'payments']) {
    await send(
      `${server.otlp}/v1/metrics`,
      gaugeRequest(service, 'queue.wait', 's', now - 900_000, 15_000, waits, service === 'payments' ? traceIdOf(5) : undefined),
    );
  }

  for (const part of largeTrace(largeTraceId, now - 900_000, 100_000)) {
    await send(`${server.otlp}/v1/traces`, part);
  }

  await send(`${server.api}/api/changes`, {
    kind: 'deploy',
    service: 'payments',
    summary: 'payments 1.4.2',
    time: new Date(now - 400_000).toISOString(),
  });

  return server.stop;
}
