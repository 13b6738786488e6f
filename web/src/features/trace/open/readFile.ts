import { readClew } from './clew';
import { readJaeger } from './jaeger';
import { readOtlp } from './otlp';
import { Collector, FileError, fileLimits, type FileTraces } from './spans';
import { isObject, listOf, objectOf, type Json } from './values';
import { readZipkin } from './zipkin';

const expected = 'Expected JSON of one or more traces as Clew, OpenTelemetry (OTLP), Jaeger, Zipkin or Tempo write it.';

/** Reads traces from the text of a file; what it is, its structure tells. Throws {@link FileError} when nothing of it can be shown. */
export function readTraces(text: string): FileTraces {
  if (text.length > fileLimits.bytes) {
    throw new FileError(`The file has more than ${fileLimits.bytes / 1024 / 1024} MiB. Send it to the server and search there, or cut it.`);
  }

  const content = text.replace(/^\uFEFF/, '').trim();
  if (content === '') {
    throw new FileError(`The file is empty. ${expected}`);
  }

  const into = new Collector();
  const values = parse(content);
  const [first] = values;
  if (values.length > 1) {
    // Only the Collector's files have one request per line.
    readOtlp(values.filter(isObject), into);
    return into.done('OTLP');
  }

  if (Array.isArray(first)) {
    return readList(first, into);
  }

  const root = objectOf(first);
  const inner = isObject(root.trace) ? root.trace : isObject(root.result) ? root.result : root;
  if ('batches' in inner || 'resourceSpans' in inner) {
    readOtlp([inner], into);
    return into.done('batches' in inner || inner === root.trace ? 'Tempo' : 'OTLP');
  }

  if (Array.isArray(root.data)) {
    readJaeger(root.data, into);
    return into.done('Jaeger');
  }

  if (Array.isArray(root.spans)) {
    if ('processes' in root || 'traceID' in root) {
      readJaeger([root], into);
      return into.done('Jaeger');
    }

    if ('resources' in root) {
      readClew(root, into);
      return into.done('Clew');
    }
  }

  if (Array.isArray(objectOf(root.spans).id)) {
    throw new FileError('The file is an outline of a trace, without its attributes. Download the trace again, without format=outline.');
  }

  const names = Object.keys(root).slice(0, 5).join(', ');
  throw new FileError(`${expected} The file has ${isObject(first) ? `an object with ${names || 'no members'}` : 'a single value'}.`);
}

function readList(list: readonly unknown[], into: Collector): FileTraces {
  const spans = Array.isArray(list[0]) ? list.flatMap((one) => listOf(one)) : list;
  const first = objectOf(spans[0]);
  if ('resourceSpans' in first || 'batches' in first) {
    readOtlp(spans.filter(isObject), into);
    return into.done('OTLP');
  }

  if ('processes' in first) {
    readJaeger(spans, into);
    return into.done('Jaeger');
  }

  if ('traceId' in first && 'id' in first) {
    readZipkin(spans, into);
    return into.done('Zipkin');
  }

  throw new FileError(`${expected} The file is a list${list.length === 0 ? ' without anything in it' : ' of something else'}.`);
}

/** One JSON value, or one per line. */
function parse(content: string): unknown[] {
  try {
    return [JSON.parse(content) as unknown];
  } catch (error) {
    const lines = content.split('\n').filter((line) => line.trim() !== '');
    if (lines.length > 1 && looksWhole(lines[0] ?? '')) {
      return lines.map((line, index): Json => {
        try {
          return objectOf(JSON.parse(line) as unknown);
        } catch {
          throw new FileError(`Line ${index + 1} of the file is not JSON. ${expected}`);
        }
      });
    }

    throw new FileError(`The file is not JSON (${error instanceof Error ? error.message : 'unreadable'}). ${expected}`);
  }
}

function looksWhole(line: string): boolean {
  try {
    return isObject(JSON.parse(line) as unknown);
  } catch {
    return false;
  }
}
