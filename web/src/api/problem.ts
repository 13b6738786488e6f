import * as v from 'valibot';

/** application/problem+json (RFC 9457) as Clew answers it. */
export const problemSchema = v.object({
  type: v.optional(v.string(), 'about:blank'),
  title: v.optional(v.string(), ''),
  status: v.number(),
  detail: v.optional(v.string()),
  limit: v.optional(v.string()),
  errors: v.optional(v.array(v.object({ parameter: v.string(), value: v.optional(v.string()), expected: v.string() }))),
});

/** What the APIs of Prometheus and Loki say of a question that they refuse. */
export const peerProblemSchema = v.object({ status: v.literal('error'), errorType: v.string(), error: v.string() });

export type Problem = v.InferOutput<typeof problemSchema>;

/** The server refused or could not answer; the problem says why, and what to do. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(readonly problem: Problem) {
    super(problem.detail ?? (problem.title || `The server answered ${problem.status}.`));
  }
}

/** The server could not be reached, or its answer broke off. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';

  constructor(cause: unknown) {
    super('The Clew server cannot be reached. Check that it runs; the page tries again by itself.', { cause });
  }
}

/** The answer is not what this page understands: page and server are of different versions. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';

  constructor(path: string, issues: string) {
    super(`The answer of ${path} is not what this page expects (${issues}). Reload the page: the server may have been updated.`);
  }
}
