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
    // Numbers follow the spans by up to two minutes, and an incident is noticed some time after it is felt.
    const followed = Date.now() + 130_000;
    for (let noticed = false; !noticed || Date.now() < followed;) {
      noticed = ((await ask('/api/incidents')) as { incidents: unknown[] }).incidents.length > 0;
      if (Date.now() > followed + 120_000) {
        throw new Error('The incident of the demonstration was not noticed within four minutes.');
      }

      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }

  const failed = (await ask('/api/traces?status=error&service=gateway&limit=1')) as { traces: { traceId: string; startTime: string }[] };
  process.env.CLEW_FAILED_TRACE = failed.traces[0]?.traceId ?? '';
  process.env.CLEW_INCIDENT = failed.traces[0]?.startTime ?? '';
  return async () => {
    await server?.stop();
  };
}
