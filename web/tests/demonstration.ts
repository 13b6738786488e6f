import { startServer } from './world';

/** Starts a server with the demonstration in it, and stops it when the pictures are taken; CLEW_PAGES names one that runs already. */
export default async function setup(): Promise<() => Promise<void>> {
  const server = process.env.CLEW_PAGES === undefined ? await startServer() : null;
  process.env.CLEW_PAGES ??= server?.api ?? '';
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(
      `${process.env.CLEW_PAGES ?? ''}${path}`,
      body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) },
    );
    if (!answer.ok) {
      throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    }

    return answer.json();
  };
  if (server) {
    await ask('/api/demonstration', {});
  }

  const failed = (await ask('/api/traces?status=error&service=gateway&limit=1')) as { traces: { traceId: string; startTime: string }[] };
  process.env.CLEW_FAILED_TRACE = failed.traces[0]?.traceId ?? '';
  process.env.CLEW_INCIDENT = failed.traces[0]?.startTime ?? '';
  return async () => {
    await server?.stop();
  };
}
