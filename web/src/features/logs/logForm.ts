import { allLogs } from './logql';

/** What the form beside LogQL holds. */
export interface LogForm {
  readonly service: string;
  readonly level: string;
  /** Words that a line has to contain, each as it is. */
  readonly text: string;
}

export const emptyLogForm: LogForm = { service: '', level: '', text: '' };

/** The form as LogQL. */
export function logQlOf({ service, level, text }: LogForm): string {
  const selector = service === '' ? allLogs : `{service_name=${JSON.stringify(service)}}`;
  const filter = text === '' ? '' : ` |= ${text.includes('`') ? JSON.stringify(text) : `\`${text}\``}`;
  return selector + filter + (level === '' ? '' : ` | detected_level=${JSON.stringify(level)}`);
}

const pattern =
  /^\s*\{\s*service_name\s*(?:=~\s*"\.\+"|=\s*(?<service>"(?:[^"\\]|\\.)*"|`[^`]*`))\s*,?\s*\}\s*(?:\|=\s*(?<text>"(?:[^"\\]|\\.)*"|`[^`]*`)\s*)?(?:\|\s*detected_level\s*=\s*(?<level>"[a-z]+"|`[a-z]+`)\s*)?$/u;

/** Reads LogQL that the form can hold; null for anything else, which stays as text. */
export function logFormOf(query: string): LogForm | null {
  const found = pattern.exec(query)?.groups;
  if (!found) {
    return null;
  }

  const [service, text, level] = [unquoted(found.service), unquoted(found.text), unquoted(found.level)];
  return service === null || text === null || level === null ? null : { service, text, level };
}

function unquoted(token: string | undefined): string | null {
  if (token === undefined) {
    return '';
  }

  if (token.startsWith('`')) {
    return token.slice(1, -1);
  }

  try {
    return JSON.parse(token) as string;
  } catch {
    return null; // An escape that JSON does not have.
  }
}
