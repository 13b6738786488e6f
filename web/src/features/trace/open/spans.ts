import type { Attribute } from '../../../api/common';
import type { Moment } from '../../../units/time';

/** What files may hold. More is refused, with these numbers in the message. */
export const fileLimits = {
  /** Bytes of a file: twice as much is in memory while it is read, and a browser's strings end at about 500 MiB. */
  bytes: 200 * 1024 * 1024,
  /** Spans of a file, as in one answer of the server. */
  spans: 250_000,
  /** Attributes, events and links of one span each; further ones are left out and counted. */
  perSpan: 1_000,
  /** Problems that are told one by one. */
  problems: 20,
} as const;

export interface FileEvent {
  readonly time: Moment;
  readonly name: string;
  readonly attributes: Attribute[];
}

export interface FileLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attribute[];
}

/** A span as any of the formats tells it, with OTLP's numbers for kind and status. */
export interface FileSpan {
  readonly traceId: string;
  readonly id: string;
  /** Empty for a root. */
  readonly parent: string;
  readonly service: string;
  readonly name: string;
  readonly kind: number;
  readonly status: number;
  readonly statusMessage: string;
  readonly start: Moment;
  /** Nanoseconds; as the file has it, so it may be negative. */
  readonly duration: number;
  /** Index into the file's resources: equal for spans of one clock. */
  readonly resource: number;
  readonly scope: number;
  readonly attributes: Attribute[];
  readonly events: FileEvent[];
  readonly links: FileLink[];
}

export interface FileResource {
  readonly service: string;
  readonly attributes: Attribute[];
}

export interface FileScope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly attributes: Attribute[];
}

export type Format = 'Clew' | 'OTLP' | 'Tempo' | 'Jaeger' | 'Zipkin';

/** What was read from a file. */
export interface FileTraces {
  readonly format: Format;
  readonly spans: readonly FileSpan[];
  readonly resources: readonly FileResource[];
  readonly scopes: readonly FileScope[];
  /** What was left out and why; at most as many as {@link fileLimits} says, then a count. */
  readonly problems: readonly string[];
}

/** The file is not what can be shown; the message says what was expected. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** Collects what a reader finds. Bad spans are left out and told; good ones of the same file are kept. */
export class Collector {
  readonly spans: FileSpan[] = [];
  readonly resources: FileResource[] = [];
  readonly scopes: FileScope[] = [];
  private readonly told: string[] = [];
  private untold = 0;

  add(span: FileSpan): void {
    if (this.spans.length >= fileLimits.spans) {
      throw new FileError(
        `The file has more than ${fileLimits.spans.toLocaleString('en')} spans, the most that a page can show. Send it to the server and search there, or cut it.`,
      );
    }

    this.spans.push(span);
  }

  resource(resource: FileResource): number {
    return this.resources.push(resource) - 1;
  }

  scope(scope: FileScope): number {
    return this.scopes.push(scope) - 1;
  }

  problem(text: string): void {
    if (this.told.length < fileLimits.problems) {
      this.told.push(text);
    } else {
      this.untold++;
    }
  }

  /** The list, cut to what a span may have. */
  bounded(list: readonly unknown[], what: string, span: string): readonly unknown[] {
    if (list.length > fileLimits.perSpan) {
      this.problem(`Span ${span}: the first ${fileLimits.perSpan.toLocaleString('en')} of ${list.length.toLocaleString('en')} ${what}.`);
      return list.slice(0, fileLimits.perSpan);
    }

    return list;
  }

  done(format: Format): FileTraces {
    const problems = this.untold > 0 ? [...this.told, `And ${this.untold.toLocaleString('en')} more problems like these.`] : this.told;
    if (this.spans.length === 0) {
      throw new FileError(
        problems[0] === undefined
          ? `The file is ${format} JSON and holds no span.`
          : `The file looks like ${format} JSON, but none of its spans can be read. ${problems[0]}`,
      );
    }

    return { format, spans: this.spans, resources: this.resources, scopes: this.scopes, problems };
  }
}
