import * as v from 'valibot';
import { AnswerError, ConnectionError, peerProblemSchema, ProblemError, problemSchema } from './problem';

export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A path with its query; members that are undefined are left out, lists are repeated. */
export function address(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (Array.isArray(value)) {
      value.forEach((one: string) => query.append(name, one));
    } else if (value !== undefined) {
      query.set(name, String(value));
    }
  }

  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

async function request(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) {
      throw error;
    }

    throw new ConnectionError(error);
  }

  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null);
    const problem = v.safeParse(problemSchema, body);
    const peer = v.safeParse(peerProblemSchema, body);
    throw new ProblemError(
      problem.success
        ? problem.output
        : peer.success
          ? { type: 'about:blank', title: '', status: response.status, detail: peer.output.error }
          : {
              type: 'about:blank',
              title: response.statusText,
              status: response.status,
              detail: `${url.split('?')[0] ?? url} answered ${response.status}.`,
            },
    );
  }

  return response;
}

function checked<TSchema extends v.GenericSchema>(path: string, schema: TSchema, body: unknown): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, body);
  if (result.success) {
    return result.output;
  }

  const [first] = result.issues;
  throw new AnswerError(path, `${v.getDotPath(first) ?? 'the whole'}: ${first.message}`);
}

/** Asks a question; what comes back has the schema's shape, or the promise fails with a ProblemError, ConnectionError or AnswerError. */
export async function ask<TSchema extends v.GenericSchema>(
  schema: TSchema,
  path: string,
  parameters: Parameters = {},
  signal?: AbortSignal,
): Promise<v.InferOutput<TSchema>> {
  const response = await request(address(path, parameters), { headers: { Accept: 'application/json' }, ...(signal && { signal }) });
  return checked(path, schema, (await response.json()) as unknown);
}

/** Sends JSON, for what takes a body. */
export async function send<TSchema extends v.GenericSchema>(
  schema: TSchema,
  path: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<v.InferOutput<TSchema>> {
  const response = await request(path, { ...posted(body, 'application/json'), ...(signal && { signal }) });
  return checked(path, schema, (await response.json()) as unknown);
}

/** Sends JSON; the answer is a text. */
export async function sendForText(path: string, body: unknown, signal?: AbortSignal): Promise<string> {
  const response = await request(path, { ...posted(body, 'text/markdown, text/plain'), ...(signal && { signal }) });
  return await response.text();
}

/** An answer line by line (application/x-ndjson), each as it comes. */
export async function* askLines<TSchema extends v.GenericSchema>(
  schema: TSchema,
  path: string,
  parameters: Parameters,
  signal: AbortSignal,
): AsyncGenerator<v.InferOutput<TSchema>, void, undefined> {
  const response = await request(address(path, parameters), { headers: { Accept: 'application/x-ndjson' }, signal });
  yield* linesOf(schema, path, response);
}

/** Sends JSON; the answer comes line by line. */
export async function* sendLines<TSchema extends v.GenericSchema>(
  schema: TSchema,
  path: string,
  body: unknown,
  signal: AbortSignal,
): AsyncGenerator<v.InferOutput<TSchema>, void, undefined> {
  yield* linesOf(schema, path, await request(path, { ...posted(body, 'application/x-ndjson'), signal }));
}

function posted(body: unknown, accept: string): RequestInit {
  return { method: 'POST', headers: { Accept: accept, 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

async function* linesOf<TSchema extends v.GenericSchema>(
  schema: TSchema,
  path: string,
  response: Response,
): AsyncGenerator<v.InferOutput<TSchema>, void, undefined> {
  if (!response.body) {
    return;
  }

  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? '')).split('\n');
    rest = done ? '' : (lines.pop() ?? '');
    for (const line of lines) {
      if (line.trim()) {
        yield checked(path, schema, JSON.parse(line) as unknown);
      }
    }

    if (done) {
      return;
    }
  }
}
