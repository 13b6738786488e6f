/** Headers that carry a trace's context from process to process, read by the rules of their own specifications. */

export type Judgement = 'good' | 'odd' | 'wrong';

export interface ContextField {
  readonly name: string;
  readonly value: string;
  readonly judgement: Judgement;
  /** What the field means, or what is wrong with it. */
  readonly note: string;
}

export interface Context {
  /** The format's name. */
  readonly format: string;
  readonly headers: readonly string[];
  readonly fields: readonly ContextField[];
  /** 32 hex digits; absent where the header carries none, or an invalid one. */
  readonly traceId?: string;
  /** Only the lower 64 bits of the trace id are known. */
  readonly isLowHalf?: boolean;
  /** 16 hex digits: the caller's span. */
  readonly spanId?: string;
  /** Undefined where the header leaves it to the callee. */
  readonly sampled?: boolean;
}

export interface Header {
  readonly name: string;
  readonly value: string;
}

const known = new Set([
  'traceparent',
  'tracestate',
  'baggage',
  'b3',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-parentspanid',
  'x-b3-sampled',
  'x-b3-flags',
  'uber-trace-id',
  'x-amzn-trace-id',
  'x-cloud-trace-context',
  'x-datadog-trace-id',
  'x-datadog-parent-id',
  'x-datadog-sampling-priority',
  'x-datadog-origin',
  'x-datadog-tags',
]);

/** Characters that are read. */
export const maxText = 100_000;

/**
 * Reads headers from what people paste: lines "name: value", curl's -H, a JSON object, what a proxy logs as name="value", or a single value whose
 * looks tell the header.
 */
export function readHeaders(text: string): Header[] {
  const headers: Header[] = [];
  const wanted = text.slice(0, maxText).trim();
  if (wanted.startsWith('{')) {
    try {
      const object = JSON.parse(wanted) as Record<string, unknown>;
      for (const [name, value] of Object.entries(object)) {
        for (const one of Array.isArray(value) ? value : [value]) {
          headers.push({ name: name.toLowerCase(), value: typeof one === 'string' ? one.trim() : JSON.stringify(one) });
        }
      }

      return headers;
    } catch {
      // Not JSON after all.
    }
  }

  for (const line of wanted.split(/\r?\n/)) {
    const clean = line
      .trim()
      .replace(/^(?:curl\s+.*?\s)?-H\s+/, '')
      .replace(/\s*\\$/, '')
      .replace(/^(["'])(.*)\1,?$/, '$2')
      .trim();
    const pair = /^["']?([A-Za-z][\w-]*)["']?\s*(?::|=(?!=))\s*["']?(.*?)["']?,?$/.exec(clean);
    const name = pair?.[1]?.toLowerCase() ?? '';
    if (pair && (known.has(name) || name.startsWith('uberctx-') || /^[A-Za-z][\w-]*\s*:/.test(clean))) {
      headers.push({ name, value: pair[2] ?? '' });
    } else if (clean) {
      const guessed = guess(clean);
      if (guessed) {
        headers.push({ name: guessed, value: clean });
      }
    }
  }

  return headers;
}

function guess(value: string): string | null {
  return /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/i.test(value)
    ? 'traceparent'
    : /(?:^|;)\s*Root=/i.test(value)
      ? 'x-amzn-trace-id'
      : /^[0-9a-f]{1,32}(?::|%3a)[0-9a-f]{1,16}(?::|%3a)[0-9a-f]{1,16}(?::|%3a)[0-9a-f]{1,2}$/i.test(value)
        ? 'uber-trace-id'
        : /^(?:[0-9a-f]{16}|[0-9a-f]{32})-[0-9a-f]{16}(?:-[01d])?(?:-[0-9a-f]{16})?$/i.test(value)
          ? 'b3'
          : /^[0-9a-f]{32}\/\d+/i.test(value)
            ? 'x-cloud-trace-context'
            : null;
}

/** Every context that the headers carry, and what of them says nothing about tracing. */
export function readContexts(headers: readonly Header[]): { readonly contexts: readonly Context[]; readonly others: readonly string[] } {
  const all = (name: string) => headers.filter((header) => header.name === name).map((header) => header.value);
  const contexts: Context[] = [];
  for (const value of all('traceparent')) {
    contexts.push(traceparent(value, all('traceparent').length));
  }

  const state = all('tracestate');
  if (state.length > 0) {
    contexts.push(tracestate(state, all('traceparent').length > 0));
  }

  const baggage = all('baggage');
  if (baggage.length > 0) {
    contexts.push(readBaggage(baggage));
  }

  contexts.push(...all('b3').map(b3Single));
  if (headers.some((header) => header.name.startsWith('x-b3-'))) {
    contexts.push(b3Multi((name) => all(`x-b3-${name}`)[0]));
  }

  contexts.push(...all('uber-trace-id').map(uber));
  contexts.push(...all('x-amzn-trace-id').map(xray));
  contexts.push(...all('x-cloud-trace-context').map(cloud));
  if (headers.some((header) => header.name.startsWith('x-datadog-'))) {
    contexts.push(datadog((name) => all(`x-datadog-${name}`)[0]));
  }

  const carried = headers.filter((header) => header.name.startsWith('uberctx-'));
  if (carried.length > 0) {
    contexts.push({
      format: 'Jaeger baggage',
      headers: carried.map((header) => header.name),
      fields: carried.map((header) => field(header.name.slice(8), decoded(header.value), 'good', '')),
    });
  }

  return {
    contexts,
    others: [...new Set(headers.map((header) => header.name).filter((name) => !known.has(name) && !name.startsWith('uberctx-')))],
  };
}

const field = (name: string, value: string, judgement: Judgement, note: string): ContextField => ({ name, value, judgement, note });
const isZero = (id: string) => /^0+$/.test(id);

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** An id in hex of one of the lengths. */
function id(
  name: string,
  value: string,
  lengths: readonly number[],
  meaning: string,
  lowerCase = false,
): { field: ContextField; valid: boolean } {
  const wanted = lengths.join(' or ');
  if (!/^[0-9a-f]*$/i.test(value) || value === '') {
    return { field: field(name, value, 'wrong', `Must be ${wanted} hexadecimal digits.`), valid: false };
  }

  if (!lengths.includes(value.length)) {
    return { field: field(name, value, 'wrong', `Has ${value.length} digits; must have ${wanted}.`), valid: false };
  }

  if (isZero(value)) {
    return { field: field(name, value, 'wrong', 'All zeros is not a valid id: receivers begin a trace of their own.'), valid: false };
  }

  return lowerCase && value !== value.toLowerCase()
    ? { field: field(name, value, 'wrong', 'Must be in lower case: receivers ignore the whole header.'), valid: false }
    : { field: field(name, value, 'good', meaning), valid: true };
}

/** W3C Trace Context, level 2. */
function traceparent(value: string, times: number): Context {
  const parts = value.trim().split('-');
  const [version = '', traceId = '', spanId = '', flags = ''] = parts;
  const fields: ContextField[] = [];
  let valid = true;
  const add = (one: { field: ContextField; valid: boolean }) => {
    fields.push(one.field);
    valid &&= one.valid;
  };
  const isVersion = /^[0-9a-f]{2}$/.test(version) && version !== 'ff';
  add({
    valid: isVersion,
    field: !isVersion
      ? field(
          'version',
          version,
          'wrong',
          version === 'ff' ? 'ff is forbidden.' : 'Must be two hexadecimal digits in lower case; 00 is the version in use.',
        )
      : version === '00'
        ? field('version', version, 'good', 'The version in use.')
        : field('version', version, 'odd', 'A later version: receivers read what they know of 00.'),
  });
  add(
    id(
      'trace-id',
      traceId,
      [32],
      traceId.startsWith('0'.repeat(16)) ? 'Only 64 bits are used: it came from an older format.' : 'The whole request.',
      true,
    ),
  );
  add(id('parent-id', spanId, [16], "The caller's span, which is the parent of the callee's.", true));
  const bits = /^[0-9a-f]{2}$/.test(flags) ? parseInt(flags, 16) : null;
  if (bits === null) {
    add({ valid: false, field: field('trace-flags', flags, 'wrong', 'Must be two hexadecimal digits in lower case.') });
  } else {
    const says = [
      (bits & 1) === 1 ? 'sampled: the caller records' : 'not sampled: the caller does not record',
      (bits & 2) === 2 ? 'random: the last 56 bits of the trace id are random' : '',
    ].filter(Boolean);
    const isOdd = (bits & ~3) !== 0;
    add({
      valid: true,
      field: field('trace-flags', flags, isOdd ? 'odd' : 'good', says.join('; ') + (isOdd ? '; bits are set that no version defines' : '')),
    });
  }

  if (parts.length > 4 && version === '00') {
    add({
      valid: false,
      field: field('more', parts.slice(4).join('-'), 'wrong', 'Version 00 has four fields: receivers ignore the whole header.'),
    });
  }

  if (times > 1) {
    fields.push(
      field('header', String(times), 'wrong', 'The header stands more than once: receivers ignore all of them. A proxy may add its own.'),
    );
    valid = false;
  }

  return {
    format: 'W3C traceparent',
    headers: ['traceparent'],
    fields,
    ...(valid && { traceId, spanId, ...(bits !== null && { sampled: (bits & 1) === 1 }) }),
  };
}

const stateKey = /^(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})$/;

/** W3C Trace Context: what vendors add to it. */
function tracestate(values: readonly string[], hasParent: boolean): Context {
  const fields: ContextField[] = [];
  if (!hasParent) {
    fields.push(field('tracestate', '', 'wrong', 'Without a traceparent receivers ignore it.'));
  }

  const seen = new Set<string>();
  const members = values
    .join(',')
    .split(',')
    .map((member) => member.trim())
    .filter(Boolean);
  for (const member of members) {
    const cut = member.indexOf('=');
    const key = cut < 0 ? member : member.slice(0, cut);
    const value = cut < 0 ? '' : member.slice(cut + 1);
    const problem =
      cut < 0
        ? 'Expected key=value: receivers ignore the whole header.'
        : !stateKey.test(key)
          ? 'The key must be lower-case letters, digits, _ - * / and begin with a letter; with @ it is tenant@system.'
          : seen.has(key)
            ? 'The key stands twice: receivers may ignore the whole header.'
            : !/^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/.test(value)
              ? 'The value must be 1 to 256 printable characters without comma and equals sign.'
              : '';
    seen.add(key);
    fields.push(field(key, value, problem ? 'wrong' : 'good', problem || vendor(key, value)));
  }

  if (members.length > 32) {
    fields.push(field('members', String(members.length), 'wrong', 'More than 32: receivers ignore the whole header.'));
  }

  const length = values.join(',').length;
  if (length > 512) {
    fields.push(field('length', String(length), 'odd', 'Receivers need not pass on more than 512 characters.'));
  }

  return { format: 'W3C tracestate', headers: ['tracestate'], fields };
}

/** What known systems put into tracestate. */
function vendor(key: string, value: string): string {
  if (key === 'ot') {
    return value
      .split(';')
      .map((part) => {
        const threshold = /^th:([0-9a-f]{1,14})$/.exec(part);
        if (!threshold) {
          return part.startsWith('rv:') ? 'explicit randomness' : part.startsWith('p:') ? 'an older way to say the probability' : part;
        }

        const share = 1 - parseInt((threshold[1] ?? '').padEnd(14, '0'), 16) / 2 ** 56;
        return `sampled with probability ${Number(share.toPrecision(4))}`;
      })
      .join('; ')
      .replace(/^/, 'OpenTelemetry: ');
  }

  const system = new Map([
    ['dd', 'Datadog: s is the sampling priority, o the origin, p the last span, t.… tags'],
    ['congo', "The specification's example"],
    ['nr', 'New Relic'],
    ['dt', 'Dynatrace'],
    ['es', 'Elastic APM: s is the sample rate'],
    ['sw', 'SkyWalking'],
    ['az', 'Azure'],
  ]).get(key.includes('@') ? (key.split('@')[1] ?? '') : key);
  return system ?? '';
}

/** W3C Baggage. */
function readBaggage(values: readonly string[]): Context {
  const fields: ContextField[] = [];
  const text = values.join(',');
  const members = text
    .split(',')
    .map((member) => member.trim())
    .filter(Boolean);
  const seen = new Set<string>();
  for (const member of members) {
    const [pair = '', ...properties] = member.split(';').map((part) => part.trim());
    const cut = pair.indexOf('=');
    const key = (cut < 0 ? pair : pair.slice(0, cut)).trim();
    const value = cut < 0 ? '' : pair.slice(cut + 1).trim();
    const problem =
      cut < 0
        ? 'Expected key=value.'
        : !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(key)
          ? 'The key must be a token: no blanks, no quotes, no commas.'
          : !/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(value)
            ? 'Write characters beyond printable ASCII, blanks, quotes, commas, semicolons and backslashes as %XX.'
            : '';
    const twice = seen.has(key) ? 'stands twice: the last one holds' : '';
    seen.add(key);
    const notes = [properties.length > 0 ? `with ${properties.join(', ')}` : '', twice].filter(Boolean).join('; ');
    fields.push(field(key, decoded(value), problem ? 'wrong' : twice ? 'odd' : 'good', problem || notes));
  }

  if (members.length > 64) {
    fields.push(field('members', String(members.length), 'odd', 'Receivers need not pass on more than 64.'));
  }

  if (text.length > 8_192) {
    fields.push(field('length', String(text.length), 'odd', 'Receivers need not pass on more than 8,192 bytes.'));
  }

  return { format: 'W3C baggage', headers: ['baggage'], fields };
}

const samplingOfB3 = new Map<string, [string, boolean]>([
  ['1', ['Accept: the trace is recorded.', true]],
  ['0', ['Deny: the trace is not recorded.', false]],
  ['d', ['Debug: the trace is recorded whatever samplers say.', true]],
]);

/** B3 in one header: trace-span-sampled-parent. */
function b3Single(value: string): Context {
  const parts = value.trim().split('-');
  if (parts.length === 1) {
    const state = samplingOfB3.get(value.trim());
    return {
      format: 'B3 single',
      headers: ['b3'],
      fields: [
        state
          ? field('sampling state', value, 'good', `${state[0]} There is no trace yet.`)
          : field('b3', value, 'wrong', 'Expected trace-span, trace-span-sampled, trace-span-sampled-parent; or only 0, 1 or d.'),
      ],
      ...(state && { sampled: state[1] }),
    };
  }

  return b3('B3 single', ['b3'], parts[0], parts[1], parts[2], parts[3], parts.length > 4 ? parts.slice(4).join('-') : undefined);
}

/** B3 in several headers. */
function b3Multi(of: (name: string) => string | undefined): Context {
  const flags = of('flags');
  const sampled = of('sampled');
  // Older senders write the words.
  const state = flags === '1' ? 'd' : sampled === 'true' ? '1' : sampled === 'false' ? '0' : sampled;
  const context = b3(
    'B3 multi',
    ['x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags'].filter((name) => of(name.slice(5)) !== undefined),
    of('traceid'),
    of('spanid'),
    state,
    of('parentspanid'),
    undefined,
  );
  return sampled === 'true' || sampled === 'false'
    ? { ...context, fields: [...context.fields, field('x-b3-sampled', sampled, 'odd', 'Words are of an older time; write 1 or 0.')] }
    : context;
}

function b3(
  format: string,
  headers: readonly string[],
  trace: string | undefined,
  span: string | undefined,
  state: string | undefined,
  parent: string | undefined,
  more: string | undefined,
): Context {
  const fields: ContextField[] = [];
  const traceId =
    trace === undefined
      ? null
      : id('trace id', trace.trim(), [16, 32], trace.length === 16 ? 'The whole request, 64 bits.' : 'The whole request.');
  const spanId =
    span === undefined ? null : id('span id', span.trim(), [16], 'The span of the call; with B3 caller and callee may share it.');
  const parentId = parent === undefined ? null : id('parent span id', parent.trim(), [16], "The caller's parent.");
  const sampling = state === undefined ? undefined : samplingOfB3.get(state.trim());
  for (const one of [traceId, spanId]) {
    if (one) {
      fields.push(one.field);
    }
  }

  if (state === undefined) {
    fields.push(field('sampling state', '', 'good', 'Absent: the callee decides.'));
  } else {
    fields.push(field('sampling state', state, sampling ? 'good' : 'wrong', sampling?.[0] ?? 'Must be 1, 0 or d.'));
  }

  if (parentId) {
    fields.push(parentId.field);
  }

  if (!traceId !== !spanId) {
    fields.push(
      field(
        traceId ? 'span id' : 'trace id',
        '',
        'wrong',
        'Trace id and span id only come together: receivers begin a trace of their own.',
      ),
    );
  }

  if (more !== undefined) {
    fields.push(field('more', more, 'wrong', 'There are at most four fields.'));
  }

  return {
    format,
    headers,
    fields,
    ...(traceId?.valid &&
      spanId?.valid && { traceId: (trace ?? '').trim().toLowerCase().padStart(32, '0'), spanId: (span ?? '').trim().toLowerCase() }),
    ...(sampling && { sampled: sampling[1] }),
  };
}

/** Jaeger's own: trace:span:parent:flags. Leading zeros may be missing. */
function uber(value: string): Context {
  const parts = decoded(value.trim()).split(':');
  const [trace = '', span = '', parent = '', flags = ''] = parts;
  const format = 'Jaeger uber-trace-id';
  const headers = ['uber-trace-id'];
  if (parts.length !== 4) {
    return {
      format,
      headers,
      fields: [field('uber-trace-id', value, 'wrong', `Expected four fields between colons, found ${parts.length}.`)],
    };
  }

  const lengths = (most: number) => Array.from({ length: most }, (_, i) => i + 1);
  const shortTrace = trace.length < 32 && trace.length !== 16 ? ' Leading zeros are missing, which is allowed.' : '';
  const traceId = id('trace id', trace, lengths(32), `The whole request.${shortTrace}`);
  const spanId = id('span id', span, lengths(16), "The caller's span.");
  const bits = /^[0-9a-f]{1,2}$/i.test(flags) ? parseInt(flags, 16) : null;
  return {
    format,
    headers,
    fields: [
      traceId.field,
      spanId.field,
      field('parent span id', parent, 'good', parent === '0' || isZero(parent) ? 'None.' : 'Deprecated: receivers ignore it.'),
      bits === null
        ? field('flags', flags, 'wrong', 'Must be one or two hexadecimal digits.')
        : field(
            'flags',
            flags,
            (bits & ~11) === 0 ? 'good' : 'odd',
            [
              (bits & 1) === 1 ? 'sampled' : 'not sampled',
              (bits & 2) === 2 ? 'debug: recorded whatever samplers say' : '',
              (bits & 8) === 8 ? 'firehose' : '',
            ]
              .filter(Boolean)
              .join('; '),
          ),
    ],
    ...(traceId.valid && spanId.valid && { traceId: trace.toLowerCase().padStart(32, '0'), spanId: span.toLowerCase().padStart(16, '0') }),
    ...(bits !== null && { sampled: (bits & 1) === 1 }),
  };
}

/** AWS X-Ray: Root=1-time-id;Parent=…;Sampled=… */
function xray(value: string): Context {
  const fields: ContextField[] = [];
  let traceId: string | undefined;
  let spanId: string | undefined;
  let sampled: boolean | undefined;
  for (const part of value
    .split(';')
    .map((one) => one.trim())
    .filter(Boolean)) {
    const cut = part.indexOf('=');
    const key = cut < 0 ? part : part.slice(0, cut);
    const text = cut < 0 ? '' : part.slice(cut + 1);
    switch (key.toLowerCase()) {
      case 'root': {
        const root = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i.exec(text);
        traceId = root ? `${root[1] ?? ''}${root[2] ?? ''}`.toLowerCase() : undefined;
        fields.push(
          root
            ? field(
                'Root',
                text,
                'good',
                `The whole request, which began at ${new Date(parseInt(root[1] ?? '', 16) * 1_000).toISOString().slice(0, 19)}Z.`,
              )
            : field('Root', text, 'wrong', 'Must be 1-, eight hexadecimal digits of time, - and 24 more.'),
        );
        break;
      }

      case 'parent': {
        const parent = id('Parent', text, [16], "The caller's segment or subsegment.");
        spanId = parent.valid ? text.toLowerCase() : undefined;
        fields.push(parent.field);
        break;
      }

      case 'sampled':
        sampled = text === '1' ? true : text === '0' ? false : undefined;
        fields.push(
          field(
            'Sampled',
            text,
            /^[01?]$/.test(text) ? 'good' : 'wrong',
            text === '1'
              ? 'The trace is recorded.'
              : text === '0'
                ? 'The trace is not recorded.'
                : text === '?'
                  ? 'The callee decides and tells.'
                  : 'Must be 1, 0 or ?.',
          ),
        );
        break;
      case 'self':
        fields.push(field('Self', text, 'good', "The load balancer's own id of the request."));
        break;
      case 'lineage':
        fields.push(field('Lineage', text, 'good', 'How often functions called each other: AWS stops loops by it.'));
        break;
      default:
        fields.push(field(key, text, cut < 0 ? 'wrong' : 'good', cut < 0 ? 'Expected key=value.' : "The application's own."));
    }
  }

  if (!fields.some((one) => one.name === 'Root')) {
    fields.push(field('Root', '', 'wrong', 'Absent: receivers begin a trace of their own.'));
  }

  return {
    format: 'AWS X-Ray',
    headers: ['x-amzn-trace-id'],
    fields,
    ...(traceId !== undefined && { traceId }),
    ...(spanId !== undefined && { spanId }),
    ...(sampled !== undefined && { sampled }),
  };
}

const decimal64 = (text: string): bigint | null => (/^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n ? BigInt(text) : null);
const hex64 = (value: bigint): string => value.toString(16).padStart(16, '0');

/** Google Cloud's older header: TRACE/SPAN;o=1, the span in decimal. */
function cloud(value: string): Context {
  const parts = /^([^/;]*)(?:\/([^;]*))?(?:;o=(.*))?$/.exec(value.trim());
  const [, trace = '', span, option] = parts ?? [];
  const traceId = id('trace id', trace, [32], 'The whole request.');
  const number = span === undefined ? null : decimal64(span);
  return {
    format: 'Google Cloud',
    headers: ['x-cloud-trace-context'],
    fields: [
      traceId.field,
      ...(span === undefined
        ? []
        : [
            field(
              'span id',
              span,
              number === null ? 'wrong' : 'good',
              number === null ? 'Must be a decimal number of 64 bits.' : `The caller's span: ${hex64(number)} in hex.`,
            ),
          ]),
      ...(option === undefined
        ? []
        : [
            field(
              'o',
              option,
              /^[01]$/.test(option) ? 'good' : 'wrong',
              option === '1' ? 'The trace is recorded.' : option === '0' ? 'The trace is not recorded.' : 'Must be 1 or 0.',
            ),
          ]),
    ],
    ...(traceId.valid && { traceId: trace.toLowerCase() }),
    ...(number !== null && number > 0n && { spanId: hex64(number) }),
    ...(option !== undefined && { sampled: option === '1' }),
  };
}

const priorities = new Map([
  ['-1', 'Rejected by the user.'],
  ['0', 'Rejected by the sampler.'],
  ['1', 'Kept by the sampler.'],
  ['2', 'Kept by the user.'],
]);

/** Datadog's headers: decimal ids; the upper half of the trace id is a tag. */
function datadog(of: (name: string) => string | undefined): Context {
  const fields: ContextField[] = [];
  const tags = (of('tags') ?? '').split(',').filter(Boolean);
  const upper = tags.find((tag) => tag.startsWith('_dd.p.tid='))?.slice(10);
  const isUpper = upper !== undefined && /^[0-9a-f]{16}$/.test(upper);
  const low = decimal64(of('trace-id') ?? '');
  const parent = decimal64(of('parent-id') ?? '');
  const priority = of('sampling-priority');
  fields.push(
    field(
      'x-datadog-trace-id',
      of('trace-id') ?? '',
      low === null || low === 0n ? 'wrong' : 'good',
      low === null || low === 0n
        ? 'Must be a decimal number of 64 bits, not 0.'
        : `The lower 64 bits of the trace id: ${hex64(low)} in hex.`,
    ),
  );
  if (of('parent-id') !== undefined) {
    fields.push(
      field(
        'x-datadog-parent-id',
        of('parent-id') ?? '',
        parent === null ? 'wrong' : 'good',
        parent === null ? 'Must be a decimal number of 64 bits.' : `The caller's span: ${hex64(parent)} in hex.`,
      ),
    );
  }

  if (priority !== undefined) {
    fields.push(
      field(
        'x-datadog-sampling-priority',
        priority,
        priorities.has(priority) ? 'good' : 'wrong',
        priorities.get(priority) ?? 'Must be -1, 0, 1 or 2.',
      ),
    );
  }

  if (of('origin') !== undefined) {
    fields.push(field('x-datadog-origin', of('origin') ?? '', 'good', 'Where the request came from.'));
  }

  for (const tag of tags) {
    const cut = tag.indexOf('=');
    const name = cut < 0 ? tag : tag.slice(0, cut);
    const isHalf = name === '_dd.p.tid';
    fields.push(
      field(
        name,
        cut < 0 ? '' : tag.slice(cut + 1),
        cut < 0 || (isHalf && !isUpper) ? 'wrong' : 'good',
        cut < 0
          ? 'Expected key=value.'
          : isHalf
            ? isUpper
              ? 'The upper 64 bits of the trace id.'
              : 'Must be 16 hexadecimal digits in lower case.'
            : '',
      ),
    );
  }

  return {
    format: 'Datadog',
    headers: ['x-datadog-trace-id', 'x-datadog-parent-id', 'x-datadog-sampling-priority', 'x-datadog-origin', 'x-datadog-tags'].filter(
      (name) => of(name.slice(10)) !== undefined,
    ),
    fields,
    ...(low !== null && low > 0n && { traceId: (isUpper ? upper : '0'.repeat(16)) + hex64(low), isLowHalf: !isUpper }),
    ...(parent !== null && parent > 0n && { spanId: hex64(parent) }),
    ...(priority !== undefined && priorities.has(priority) && { sampled: Number(priority) > 0 }),
  };
}

/** What the contexts together say that none says alone. */
export function disagreements(contexts: readonly Context[]): string[] {
  const found: string[] = [];
  const withTrace = contexts.filter((context) => context.traceId !== undefined);
  const [first] = withTrace;
  for (const other of withTrace.slice(1)) {
    const [a, b] = [first?.traceId ?? '', other.traceId ?? ''];
    if (a === b) {
      continue;
    }

    found.push(
      a.slice(16) === b.slice(16) && (isZero(a.slice(0, 16)) || isZero(b.slice(0, 16)))
        ? `${first?.format ?? ''} and ${other.format} agree in the lower 64 bits of the trace id; one of them cannot carry, or lost, the upper half. A receiver that reads the shorter one continues another trace.`
        : `${first?.format ?? ''} and ${other.format} name different traces: which one is continued depends on what the receiver reads first.`,
    );
  }

  const deciding = contexts.filter((context) => context.sampled !== undefined);
  if (new Set(deciding.map((context) => context.sampled)).size > 1) {
    found.push(
      `They disagree about sampling: ${deciding.map((context) => `${context.format} says ${context.sampled === true ? 'yes' : 'no'}`).join(', ')}. Parts of the trace will be missing.`,
    );
  }

  return found;
}

/** The same context as other systems write it. */
export function writtenAs(context: { readonly traceId: string; readonly spanId: string; readonly sampled?: boolean }): readonly Header[] {
  const { traceId, spanId, sampled } = context;
  const bit = sampled === false ? '0' : '1';
  return [
    { name: 'traceparent', value: `00-${traceId}-${spanId}-0${bit}` },
    { name: 'b3', value: `${traceId}-${spanId}-${bit}` },
    { name: 'uber-trace-id', value: `${traceId}:${spanId}:0:${bit}` },
    { name: 'X-Amzn-Trace-Id', value: `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=${bit}` },
  ];
}
