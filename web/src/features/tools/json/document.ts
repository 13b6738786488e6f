/**
 * JSON as it is written: numbers keep their digits (JSON.parse rounds 64-bit ids and nanoseconds), members their order, twice named ones are
 * there twice. Nodes are rows of columns, so that a document of some megabytes costs some megabytes.
 */

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

const kinds: readonly JsonKind[] = ['object', 'array', 'string', 'number', 'boolean', 'null'];

/** Levels of nesting that are read; a hostile document could have millions. */
export const maxDepth = 1_000;

/** Characters of a document that are read; pages stay quick up to here. */
export const maxLength = 20_000_000;

/** Why a text is no JSON, and where. */
export class JsonError extends Error {
  override readonly name = 'JsonError';

  constructor(
    readonly reason: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(`Line ${line}, column ${column}: ${reason}`);
  }
}

/** A read document; node 0 is the whole, its descendants follow in the order of the text. */
export class JsonDocument {
  private readonly kindOf: Uint8Array;
  private readonly depthOf: Uint16Array;
  private readonly parentOf: Int32Array;
  private readonly endOf: Int32Array;
  private readonly from: Int32Array;
  private readonly to: Int32Array;
  private readonly places: Int32Array;
  private readonly counts: Int32Array;

  constructor(
    readonly source: string,
    nodes: Nodes,
    private readonly keys: readonly (string | null)[],
    /** Several documents one after the other (NDJSON) are read as one array. */
    readonly isLines: boolean,
  ) {
    this.kindOf = Uint8Array.from(nodes.kind);
    this.depthOf = Uint16Array.from(nodes.depth);
    this.parentOf = Int32Array.from(nodes.parent);
    this.endOf = Int32Array.from(nodes.end);
    this.from = Int32Array.from(nodes.from);
    this.to = Int32Array.from(nodes.to);
    this.places = Int32Array.from(nodes.place);
    this.counts = Int32Array.from(nodes.count);
  }

  /** How many nodes there are. */
  get size(): number {
    return this.kindOf.length;
  }

  kind(node: number): JsonKind {
    return kinds[this.kindOf[node] ?? 5] ?? 'null';
  }

  depth(node: number): number {
    return this.depthOf[node] ?? 0;
  }

  /** -1 for the whole. */
  parent(node: number): number {
    return this.parentOf[node] ?? -1;
  }

  /** The first node after the node's descendants. */
  end(node: number): number {
    return this.endOf[node] ?? this.size;
  }

  /** The place among the parent's members, from 0. */
  place(node: number): number {
    return this.places[node] ?? 0;
  }

  /** Members of an object or array; 0 for anything else. */
  count(node: number): number {
    return this.counts[node] ?? 0;
  }

  /** The name of a member of an object; null in arrays and for the whole. */
  key(node: number): string | null {
    return this.keys[node] ?? null;
  }

  isContainer(node: number): boolean {
    return (this.kindOf[node] ?? 5) < 2;
  }

  /** As it is written. */
  text(node: number): string {
    return this.source.slice(this.from[node], this.to[node]);
  }

  /** What a string says; other values as they are written. */
  value(node: number): string {
    return this.kind(node) === 'string' ? (JSON.parse(this.text(node)) as string) : this.text(node);
  }

  children(node: number): number[] {
    const found: number[] = [];
    const end = this.isContainer(node) ? this.end(node) : node;
    for (let child = node + 1; child < end; child = this.end(child)) {
      found.push(child);
    }

    return found;
  }

  /** A JSONPath (RFC 9535) that finds the node: $.spans[0]['a key']. */
  path(node: number): string {
    const steps: string[] = [];
    for (let at = node; this.parent(at) >= 0; at = this.parent(at)) {
      steps.push(step(this.key(at), this.place(at)));
    }

    return `$${steps.reverse().join('')}`;
  }

  /** Written anew with two spaces a level; numbers keep their digits, documents of several lines stay several. */
  indented(node = 0, depth = 0): string {
    if (!this.isContainer(node) || this.count(node) === 0) {
      return this.isContainer(node) ? (this.kind(node) === 'object' ? '{}' : '[]') : this.text(node);
    }

    if (node === 0 && this.isLines) {
      return this.children(node)
        .map((child) => this.indented(child))
        .join('\n');
    }

    const [open, close] = this.kind(node) === 'object' ? '{}' : '[]';
    const pad = '  '.repeat(depth + 1);
    const lines = this.children(node).map((child) => {
      const key = this.key(child);
      return `${pad}${key === null ? '' : `${JSON.stringify(key)}: `}${this.indented(child, depth + 1)}`;
    });
    return `${open ?? ''}\n${lines.join(',\n')}\n${'  '.repeat(depth)}${close ?? ''}`;
  }

  /** The nodes that are shown when some are closed, in order. */
  visible(isClosed: (node: number) => boolean): Int32Array {
    const rows = new Int32Array(this.size);
    let count = 0;
    for (let node = 0; node < this.size;) {
      rows[count++] = node;
      node = this.isContainer(node) && isClosed(node) ? this.end(node) : node + 1;
    }

    return rows.slice(0, count);
  }

  /** Nodes whose name or value contains the text, whatever its case; at most `most`. */
  find(text: string, most = 10_000): number[] {
    const wanted = text.toLowerCase();
    const found: number[] = [];
    for (let node = 0; node < this.size && found.length < most && wanted !== ''; node++) {
      const isFound =
        this.keys[node]?.toLowerCase().includes(wanted) === true ||
        (!this.isContainer(node) && this.value(node).toLowerCase().includes(wanted));
      if (isFound) {
        found.push(node);
      }
    }

    return found;
  }
}

/** One step of a JSONPath. */
export function step(key: string | null, place: number): string {
  return key === null
    ? `[${place}]`
    : /^[A-Za-z_][\w]*$/.test(key)
      ? `.${key}`
      : `['${key.replace(/[\\']/g, '\\$&').replace(/[\u0000-\u001f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}']`;
}

interface Nodes {
  kind: number[];
  depth: number[];
  parent: number[];
  end: number[];
  from: number[];
  to: number[];
  place: number[];
  count: number[];
}

const blank = /[ \t\r\n]*/y;
const numberText = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escaped = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;

/** Reads a document, or several one after the other; throws a JsonError that says what is wrong and where. */
export function readJson(source: string): JsonDocument {
  if (source.length > maxLength) {
    throw new JsonError(`The text has ${source.length} characters; at most ${maxLength} are read.`, 1, 1);
  }

  const nodes: Nodes = { kind: [], depth: [], parent: [], end: [], from: [], to: [], place: [], count: [] };
  const keys: (string | null)[] = [];
  let at = source.startsWith('\uFEFF') ? 1 : 0;

  const fail = (reason: string, where = at): never => {
    const before = source.slice(0, where).split('\n');
    throw new JsonError(reason, before.length, (before.at(-1)?.length ?? 0) + 1);
  };
  const skip = () => {
    blank.lastIndex = at;
    blank.test(source);
    at = blank.lastIndex;
  };
  const shown = () => (at >= source.length ? 'the end of the text' : JSON.stringify(source[at]));
  const string = () => {
    for (let i = at + 1; ; i++) {
      const code = source.charCodeAt(i);
      if (code === 0x22) {
        at = i + 1;
        return;
      }

      if (code === 0x5c) {
        escaped.lastIndex = i + 1;
        if (!escaped.test(source)) {
          fail('The string contains an escape that JSON does not have.', i);
        }

        i = escaped.lastIndex - 1;
      } else if (Number.isNaN(code) || code === 0x0a) {
        fail('The string is not closed; a line break within is written \\n.');
      } else if (code < 0x20) {
        fail('The string contains a control character; write \\t or \\u00….', i);
      }
    }
  };
  const match = (pattern: RegExp, reason: string) => {
    pattern.lastIndex = at;
    if (!pattern.test(source)) {
      fail(reason);
    }

    at = pattern.lastIndex;
  };
  const add = (kind: JsonKind, parent: number, key: string | null): number => {
    const node = nodes.kind.length;
    nodes.kind.push(kinds.indexOf(kind));
    nodes.depth.push(parent < 0 ? 0 : (nodes.depth[parent] ?? 0) + 1);
    nodes.parent.push(parent);
    nodes.end.push(node + 1);
    nodes.from.push(at);
    nodes.to.push(at);
    nodes.place.push(parent < 0 ? 0 : (nodes.count[parent] ?? 0));
    nodes.count.push(0);
    keys.push(key);
    if (parent >= 0) {
      nodes.count[parent] = (nodes.count[parent] ?? 0) + 1;
    }

    return node;
  };
  const close = (node: number) => {
    nodes.to[node] = at;
    nodes.end[node] = nodes.kind.length;
  };

  // Values that are open, the innermost last: nesting is a list and not the program's stack, which a document could exhaust.
  const open: number[] = [];
  const root = open.length;
  const value = (parent: number, key: string | null): boolean => {
    const c = source[at];
    switch (c) {
      case '{':
      case '[':
        if (open.length >= maxDepth) {
          fail(`More than ${maxDepth} levels of nesting.`);
        }

        open.push(add(c === '{' ? 'object' : 'array', parent, key));
        at++;
        return true;
      case '"': {
        const node = add('string', parent, key);
        string();
        close(node);
        return false;
      }
      case 't':
      case 'f':
      case 'n': {
        const word = c === 't' ? 'true' : c === 'f' ? 'false' : 'null';
        if (!source.startsWith(word, at)) {
          fail(`Expected ${word}.`);
        }

        const node = add(c === 'n' ? 'null' : 'boolean', parent, key);
        at += word.length;
        close(node);
        return false;
      }
      default: {
        if (c === undefined || !/[-\d]/.test(c)) {
          fail(c === "'" ? 'Strings stand in double quotes.' : `Expected a value, found ${shown()}.`);
        }

        const node = add('number', parent, key);
        match(numberText, 'A minus sign needs digits.');
        if (/[\d.eE+-]/.test(source[at] ?? '')) {
          fail('Not a number as JSON has them: no leading zeros or plus, digits on both sides of the point.', nodes.from[node]);
        }

        close(node);
        return false;
      }
    }
  };

  const one = (parent: number): void => {
    let goesOn = value(parent, null);
    while (goesOn || open.length > root) {
      const node = open.at(-1) ?? 0;
      const isObject = nodes.kind[node] === 0;
      const closing = isObject ? '}' : ']';
      skip();
      const isFirst = nodes.count[node] === 0;
      if (source[at] === closing) {
        at++;
        open.pop();
        close(node);
        goesOn = false;
        continue;
      }

      if (!isFirst) {
        if (source[at] !== ',') {
          fail(`Expected "," or "${closing}", found ${shown()}.`);
        }

        at++;
        skip();
        if (source[at] === closing) {
          fail(`A comma before "${closing}" is not allowed.`);
        }
      }

      let key: string | null = null;
      if (isObject) {
        const from = at;
        if (source[at] !== '"') {
          fail(`Expected a member's name in double quotes${isFirst ? ' or "}"' : ''}, found ${shown()}.`);
        }

        string();
        key = JSON.parse(source.slice(from, at)) as string;
        skip();
        if (source[at] !== ':') {
          fail(`Expected ":" after the name ${JSON.stringify(key)}, found ${shown()}.`);
        }

        at++;
        skip();
      }

      goesOn = value(node, key);
    }
  };

  skip();
  if (at >= source.length) {
    fail('There is nothing to read.');
  }

  one(-1);
  skip();
  if (at >= source.length) {
    return new JsonDocument(source, nodes, keys, false);
  }

  // More follows: lines of documents, as logs are written. They become the members of an array.
  for (const list of Object.values(nodes) as number[][]) {
    list.length = 0;
  }

  keys.length = 0;
  at = source.startsWith('\uFEFF') ? 1 : 0;
  skip();
  const whole = add('array', -1, null);
  while (at < source.length) {
    one(whole);
    skip();
    if (source[at] === ',') {
      fail('Expected the end of the text or another document; documents in a list stand in [ and ].');
    }
  }

  close(whole);
  return new JsonDocument(source, nodes, keys, true);
}
