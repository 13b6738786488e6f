/** What the form of the search holds, as its address does. */
export interface TraceForm {
  readonly service?: string[] | undefined;
  readonly operation?: string | undefined;
  readonly status?: string | undefined;
  readonly minDuration?: string | undefined;
  readonly maxDuration?: string | undefined;
  /** Conditions as docs/api.md writes them. */
  readonly attr?: string[] | undefined;
}

const quoted = (text: string): string => JSON.stringify(text);

/** A name with signs that the language uses itself is quoted. */
const plainKey = /^[A-Za-z_][\w.\-/]*$/;
const keyOf = (scope: string, key: string): string => `${scope}.${plainKey.test(key) ? key : quoted(key)}`;

const anyOf = (conditions: readonly string[]): string => (conditions.length > 1 ? `(${conditions.join(' || ')})` : (conditions[0] ?? ''));

/** The form as TraceQL: all conditions hold on one span. Null when a condition cannot be read. */
export function traceQlOf(form: TraceForm): string | null {
  const attributes = (form.attr ?? []).map(conditionToQuery);
  if (attributes.includes(null)) {
    return null;
  }

  const conditions = [
    anyOf((form.service ?? []).map((name) => `resource.service.name = ${quoted(name)}`)),
    form.operation ? `name = ${quoted(form.operation)}` : '',
    form.status ? `status = ${form.status}` : '',
    form.minDuration ? `duration >= ${form.minDuration.replaceAll(/\s/g, '')}` : '',
    form.maxDuration ? `duration <= ${form.maxDuration.replaceAll(/\s/g, '')}` : '',
    ...attributes,
  ].filter(Boolean);
  return conditions.length === 0 ? '{ }' : `{ ${conditions.join(' && ')} }`;
}

const scopes = ['span', 'resource', 'event', 'link', 'scope'] as const;

/** "resource.k8s.pod.name=cart-7" as "resource.k8s.pod.name = \"cart-7\""; null when it is no condition. */
export function conditionToQuery(condition: string): string | null {
  const parts =
    /^(!?)((?:span|resource|event|link|scope)\.|\.)?("(?:[^"\\]|\\.)*"|[^\s=<>!~"]+?)\s*(?:(=~|!~|!=|>=|<=|=|>|<)\s*(.*))?$/s.exec(
      condition.trim(),
    );
  if (!parts) {
    return null;
  }

  const [, not = '', scoped = '.', name = '', operator, value = ''] = parts;
  const key = textOf(name);
  if (key === null || key === '' || (not !== '' && operator !== undefined)) {
    return null;
  }

  const scope = scoped === '.' ? '' : scoped === 'scope.' ? 'instrumentation' : scoped.slice(0, -1);
  const left = keyOf(scope, key);
  if (operator === undefined) {
    return `${left} ${not ? '=' : '!='} nil`;
  }

  if (operator.endsWith('~')) {
    return `${left} ${operator} ${value.startsWith('"') ? value : quoted(value)}`;
  }

  const isPlain = /^-?\d+(?:\.\d+)?$/.test(value) || value === 'true' || value === 'false';
  if (value.startsWith('"')) {
    return textOf(value) === null ? null : `${left} ${operator} ${value}`;
  }

  return value === '' ? null : `${left} ${operator} ${isPlain ? value : quoted(value)}`;
}

function textOf(token: string): string | null {
  if (!token.startsWith('"')) {
    return token;
  }

  try {
    const text: unknown = JSON.parse(token);
    return typeof text === 'string' ? text : null;
  } catch {
    return null;
  }
}

/** TraceQL as the form holds it, or the sentence that says why it cannot. */
export type FormReading = { readonly form: TraceForm } | { readonly reason: string };

const condition =
  /^\s*(?<not>!)?(?<left>(?:(?:span|resource|event|link|instrumentation)?\.(?:"(?:[^"\\]|\\.)*"|[A-Za-z_][\w.\-/]*))|[A-Za-z]+)\s*(?<operator>=~|!~|!=|>=|<=|=|>|<)\s*(?<value>"(?:[^"\\]|\\.)*"|`[^`]*`|-?\d[\w.µ]*|[A-Za-z]+)\s*(?<next>&&|\}|.|$)/su;

/** Reads one set of braces whose conditions are joined by &&; anything else is the language's alone. */
export function formOf(query: string): FormReading {
  const text = query.trim();
  if (text === '' || /^\{\s*\}$/.test(text)) {
    return { form: {} };
  }

  if (!text.startsWith('{')) {
    return { reason: 'The form has no word for queries that do not begin with {.' };
  }

  const form: { -readonly [name in keyof TraceForm]: TraceForm[name] } = {};
  const attr: string[] = [];
  let at = 1;
  for (;;) {
    const found = condition.exec(text.slice(at));
    if (!found?.groups) {
      return { reason: `The form cannot say “${excerpt(text, at)}”.` };
    }

    const { not, left = '', operator = '', value = '', next = '' } = found.groups;
    const refused = not === undefined ? take(form, attr, left, operator, value) : `!${left}`;
    if (refused !== null) {
      return { reason: `The form cannot say “${refused}”.` };
    }

    at += found[0].length;
    if (next === '&&') {
      continue;
    }

    if (next === '}') {
      return text.slice(at).trim() === ''
        ? { form: { ...form, ...(attr.length > 0 && { attr }) } }
        : { reason: `The form has no word for what follows the first braces: “${excerpt(text, at)}”.` };
    }

    return {
      reason: next === '' ? 'The query is not complete.' : `The form can only join conditions by &&, not “${excerpt(text, at - 1)}”.`,
    };
  }
}

const excerpt = (text: string, at: number): string => {
  const rest = text.slice(at).trim();
  return rest.length > 40 ? `${rest.slice(0, 40)}…` : rest;
};

type Writable = { -readonly [name in keyof TraceForm]: TraceForm[name] };

/** Puts a condition into the form; what does not fit is returned. */
function take(form: Writable, attr: string[], left: string, operator: string, value: string): string | null {
  const said = `${left} ${operator} ${value}`;
  const plain = value.startsWith('`') ? value.slice(1, -1) : value.startsWith('"') ? textOf(value) : value;
  const isText = value.startsWith('"') || value.startsWith('`');
  if (plain === null) {
    return said;
  }

  if (left === 'resource.service.name' && operator === '=' && isText && !form.service) {
    form.service = [plain];
    return null;
  }

  if (left === 'name' && operator === '=' && isText && form.operation === undefined) {
    form.operation = plain;
    return null;
  }

  if (left === 'status' && operator === '=' && ['error', 'ok', 'unset'].includes(value) && form.status === undefined) {
    form.status = value;
    return null;
  }

  if (left === 'duration' && /^\d/.test(value)) {
    if (operator === '>=' && form.minDuration === undefined) {
      form.minDuration = value;
      return null;
    }

    if (operator === '<=' && form.maxDuration === undefined) {
      form.maxDuration = value;
      return null;
    }
  }

  const dot = left.indexOf('.');
  if (dot < 0) {
    return said;
  }

  const scope = left.slice(0, dot).replace('instrumentation', 'scope');
  const key = textOf(left.slice(dot + 1));
  if (key === null) {
    return said;
  }

  // A key that begins like a scope needs the leading dot that says it is none.
  const isMisread = scope === '' && scopes.some((one) => key.startsWith(`${one}.`));
  const name = (scope === '' ? (isMisread ? '.' : '') : `${scope}.`) + (/^[^\s=<>!~"]+$/.test(key) ? key : quoted(key));
  if (value === 'nil') {
    if (operator !== '=' && operator !== '!=') {
      return said;
    }

    attr.push(operator === '=' ? `!${name}` : name);
    return null;
  }

  const isNumber = /^-?\d+(?:\.\d+)?$/.test(value);
  if (!isText && !isNumber && value !== 'true' && value !== 'false') {
    return said;
  }

  if (isText && !['=', '!=', '=~', '!~'].includes(operator)) {
    return said; // Texts have no order in the form's conditions.
  }

  attr.push(name + operator + (operator.endsWith('~') ? plain : isText ? quoted(plain) : value));
  return null;
}

/** The traces with these ids, as a query. */
export const traceIdsQuery = (ids: readonly string[]): string => `{ ${ids.map((id) => `trace:id = "${id}"`).join(' || ')} }`;

/** Whether the durations of what it finds can be counted by the server: one set of braces. */
export const isOneSet = (query: string): boolean => /^\s*\{(?:[^{}"`]|"(?:[^"\\]|\\.)*"|`[^`]*`)*\}\s*$/.test(query);
