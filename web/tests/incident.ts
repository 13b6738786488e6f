import { logRequest, traceRequest } from './telemetry';

/** An incident of some hours ago in a till of its own: after a deploy the stock's statement is slow, and some sales time out. */
export interface PastIncident {
  /** Milliseconds. */
  readonly trouble: number;
  readonly end: number;
  /** A trace that fails. */
  readonly failing: string;
}

const minutes = 60_000;
/** From the trouble to the alert, milliseconds. */
const alertAfter = 45_000;
const traceId = (number: number): string => number.toString(16).padStart(32, 'c');
/** One of the sales that time out: of those after the trouble every third does. */
const failingTrace = traceId(501);

async function send(base: string | undefined, path: string, body: object): Promise<void> {
  const answer = await fetch(`${base ?? ''}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) {
    throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  }
}

/** Sends it to the server of the tests. */
export async function sendIncident(): Promise<PastIncident> {
  const [api, otlp] = [process.env.CLEW_PAGES, process.env.CLEW_PAGES_OTLP];
  // It is sent once, however often tests begin anew.
  const known = (await (await fetch(`${api ?? ''}/api/alerts?name=SalesAreSlow`)).json()) as { alerts: { startsAt: string }[] };
  const told = known.alerts[0] && Date.parse(known.alerts[0].startsAt) - alertAfter;
  const begin = told === undefined ? Math.floor(Date.now() / 1000) * 1000 - 180 * minutes : told - 20 * minutes;
  const [trouble, end] = [begin + 20 * minutes, begin + 25 * minutes];
  if (told !== undefined) {
    return { trouble, end, failing: failingTrace };
  }

  let portion: ReturnType<typeof traceRequest>[] = [];
  const flush = async () => {
    const merged = { resourceSpans: portion.flatMap((one) => (one as { resourceSpans: object[] }).resourceSpans) };
    portion = [];
    await send(otlp, '/v1/traces', merged);
  };
  for (let number = 1, at = begin; at < end; number++, at += 2_500) {
    const isBad = at >= trouble;
    const fails = isBad && number % 3 === 0;
    const work = 20 + (number % 9) + (isBad ? 700 : 0);
    const sale = { 'user.id': `customer-${number % 40}`, 'http.request.method': 'POST', 'http.response.status_code': fails ? 504 : 200 };
    portion.push(
      traceRequest(traceId(number), at, [
        {
          service: 'till',
          name: 'POST /sale',
          kind: 2,
          id: 1,
          parent: 0,
          start: 0,
          length: work + 30,
          attributes: sale,
          ...(fails && { error: 'stock did not answer in 700 ms' }),
        },
        { service: 'till', name: 'POST', kind: 3, id: 2, parent: 1, start: 5, length: work + 20, ...(fails && { error: 'timeout' }) },
        {
          service: 'stock',
          name: 'POST /take',
          kind: 2,
          id: 3,
          parent: 2,
          start: 10,
          length: work + 6,
          ...(fails && { error: 'gave up' }),
        },
        {
          service: 'stock',
          name: 'SELECT shelves',
          kind: 3,
          id: 4,
          parent: 3,
          start: 13,
          length: work,
          attributes: {
            'db.system.name': 'postgresql',
            'db.namespace': 'shelves',
            'db.query.text': 'SELECT * FROM shelves WHERE label LIKE $1',
          },
          ...(fails && { error: 'canceling statement due to statement timeout' }),
        },
      ]),
    );
    if (portion.length === 100) {
      await flush();
    }

    if (fails) {
      await send(
        otlp,
        '/v1/logs',
        logRequest('stock', `shelf ${number} not read: canceling statement due to statement timeout`, at + 20, 17, {
          traceId: traceId(number),
          id: 3,
        }),
      );
    }
  }

  await flush();
  await send(api, '/api/changes', {
    kind: 'deploy',
    service: 'stock',
    summary: 'stock 7.1: search shelves by any part of their label',
    version: '7.1',
    author: 'stock-team',
    time: new Date(trouble - 8_000).toISOString(),
    diff: '--- a/shelves.sql\n+++ b/shelves.sql\n@@ -1 +1 @@\n-SELECT * FROM shelves WHERE label = $1\n+SELECT * FROM shelves WHERE label LIKE $1\n',
  });
  await send(api, '/api/alerts', {
    name: 'SalesAreSlow',
    source: 'alertmanager',
    fingerprint: 'sales-are-slow',
    severity: 'critical',
    service: 'till',
    summary: 'p95 of sales is over 500 ms',
    startsAt: new Date(trouble + alertAfter).toISOString(),
  });
  return { trouble, end, failing: failingTrace };
}
