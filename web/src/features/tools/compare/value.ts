import { JsonError, readJson, type JsonDocument } from '../json/document';

/** What is compared: objects keep the order of their members, scalars are as they are written. */
export type Value =
  | { readonly kind: 'object'; readonly members: readonly (readonly [key: string, value: Value])[] }
  | { readonly kind: 'array'; readonly items: readonly Value[] }
  | { readonly kind: 'scalar'; readonly text: string };

export interface Side {
  readonly value: Value;
  readonly form: 'JSON' | 'lines of JSON' | 'HTTP' | 'text';
  /** Why a text that looks like JSON was read as lines. */
  readonly note: string;
}

const scalar = (text: string): Value => ({ kind: 'scalar', text });
const object = (members: readonly (readonly [string, Value])[]): Value => ({ kind: 'object', members });

/** Lines of a text that are compared; further ones are left out, and said. */
export const maxLines = 20_000;

/** Reads one of the two: JSON, lines of JSON, an HTTP request or answer, or lines of text. */
export function readSide(text: string): Side {
  const trimmed = text.trim();
  if (/^[[{"]/.test(trimmed)) {
    try {
      const read = readJson(trimmed);
      return { value: ofDocument(read, 0), form: read.isLines ? 'lines of JSON' : 'JSON', note: '' };
    } catch (error) {
      if (!(error instanceof JsonError)) {
        throw error;
      }

      return { ...ofLines(trimmed), note: `Read as lines of text, because it is no JSON: ${error.message}` };
    }
  }

  return ofHttp(trimmed) ?? ofLines(trimmed);
}

function ofDocument(read: JsonDocument, node: number): Value {
  switch (read.kind(node)) {
    case 'object':
      return object(read.children(node).map((child) => [read.key(child) ?? '', ofDocument(read, child)] as const));
    case 'array':
      return { kind: 'array', items: read.children(node).map((child) => ofDocument(read, child)) };
    default:
      return scalar(read.text(node));
  }
}

function ofLines(text: string): Side {
  const lines = text === '' ? [] : text.split(/\r?\n/);
  return {
    value: { kind: 'array', items: lines.slice(0, maxLines).map(scalar) },
    form: 'text',
    note: lines.length > maxLines ? `Only the first ${maxLines} of ${lines.length} lines are compared.` : '',
  };
}

const requestLine = /^([A-Z]{3,10}) (\S+)(?: (HTTP\/[\d.]+))?$/;
const statusLine = /^(HTTP\/[\d.]+) (\d{3})(?: (.*))?$/;

/** A request or an answer as tools print it; curl's -v puts < and > before its lines. */
function ofHttp(text: string): Side | null {
  const lines = text.split(/\r?\n/);
  const marked = lines.every((line, index) => index > 0 || /^[<>] /.test(line));
  const clean = marked ? lines.filter((line) => /^[<>]|^[^*]/.test(line)).map((line) => line.replace(/^[<>] ?/, '')) : lines;
  const request = requestLine.exec(clean[0] ?? '');
  const status = statusLine.exec(clean[0] ?? '');
  if (!request && !status) {
    return null;
  }

  const blank = clean.indexOf('');
  const head = clean.slice(1, blank < 0 ? undefined : blank);
  const body = blank < 0 ? '' : clean.slice(blank + 1).join('\n');
  const headers = new Map<string, string[]>();
  for (const line of head) {
    const cut = line.indexOf(':');
    const name = (cut < 0 ? line : line.slice(0, cut)).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), cut < 0 ? '' : line.slice(cut + 1).trim()]);
  }

  const start: (readonly [string, Value])[] = [];
  if (request) {
    const [path = '', query] = (request[2] ?? '').split('?');
    start.push(['method', scalar(request[1] ?? '')], ['path', scalar(path)]);
    if (query !== undefined) {
      start.push(['query', form(query)]);
    }

    if (request[3]) {
      start.push(['version', scalar(request[3])]);
    }
  } else {
    start.push(['version', scalar(status?.[1] ?? '')], ['status', scalar(status?.[2] ?? '')]);
  }

  const content = headers.get('content-type')?.[0]?.toLowerCase() ?? '';
  return {
    value: object([
      ...start,
      [
        'headers',
        object(
          [...headers].map(
            ([name, values]) =>
              [name, values.length === 1 ? scalar(values[0] ?? '') : { kind: 'array', items: values.map(scalar) }] as const,
          ),
        ),
      ],
      ...(body === ''
        ? []
        : ([['body', content.startsWith('application/x-www-form-urlencoded') ? form(body.trim()) : readSide(body).value]] as const)),
    ]),
    form: 'HTTP',
    note: '',
  };
}

function form(text: string): Value {
  const members = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    members.set(name, [...(members.get(name) ?? []), value]);
  }

  return object(
    [...members].map(
      ([name, values]) => [name, values.length === 1 ? scalar(values[0] ?? '') : { kind: 'array', items: values.map(scalar) }] as const,
    ),
  );
}
