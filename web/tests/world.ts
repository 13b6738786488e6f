import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout, largeTrace, traceRequest } from './telemetry';

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

/** Starts a server on an empty store, fills it, and stops it when the tests are over. */
export default async function setup(): Promise<() => Promise<void>> {
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
  process.env.CLEW_PAGES = `http://127.0.0.1:${api}`;

  const send = async (path: string, body: object) => {
    const answer = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    if (!answer.ok) {
      throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    }
  };
  const now = Date.now();
  for (let number = 1; number <= 60; number++) {
    await send(`http://127.0.0.1:${http}/v1/traces`, traceRequest(traceIdOf(number), now - 600_000 + number * 5_000, checkout(number)));
  }

  for (const part of largeTrace(largeTraceId, now - 900_000, 100_000)) {
    await send(`http://127.0.0.1:${http}/v1/traces`, part);
  }

  await send(`http://127.0.0.1:${api}/api/changes`, {
    kind: 'deploy',
    service: 'payments',
    summary: 'payments 1.4.2',
    time: new Date(now - 400_000).toISOString(),
  });

  return async () => {
    server.removeAllListeners('exit');
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
}
