import type { Attribute } from '../../../api/common';
import { Collector } from './spans';
import { idOf, kindOf, listOf, momentOf, objectOf, statusOf, textAttribute, textOf, type Json } from './values';

const micros = 1_000n;

/** Jaeger's JSON as its API and its pages' download have it: `data` is a list of traces, or one trace alone. */
export function readJaeger(traces: readonly unknown[], into: Collector): void {
  const scope = into.scope({ name: '', attributes: [] });
  for (const one of traces) {
    const trace = objectOf(one);
    const processes = new Map(
      Object.entries(objectOf(trace.processes)).map(([id, value]) => {
        const process = objectOf(value);
        const service = textOf(process.serviceName) || 'unknown_service';
        return [id, { service, resource: into.resource({ service, attributes: tagsOf(process.tags) }) }];
      }),
    );
    for (const span of listOf(trace.spans)) {
      readSpan(objectOf(span), processes, scope, into);
    }
  }
}

function readSpan(
  span: Json,
  processes: ReadonlyMap<string, { readonly service: string; readonly resource: number }>,
  scope: number,
  into: Collector,
): void {
  const traceId = idOf(span.traceID, 32);
  const id = idOf(span.spanID, 16);
  const start = momentOf(span.startTime, micros);
  const name = textOf(span.operationName);
  if (traceId === null || id === null || start === null) {
    const wrong = traceId === null ? 'traceID' : id === null ? 'spanID' : 'startTime';
    into.problem(`A span${name && ` “${name.slice(0, 100)}”`} was left out: its ${wrong} is missing or malformed.`);
    return;
  }

  let process = processes.get(textOf(span.processID));
  if (!process) {
    const inline = objectOf(span.process);
    const service = textOf(inline.serviceName) || 'unknown_service';
    process = { service, resource: into.resource({ service, attributes: tagsOf(inline.tags) }) };
  }

  const tags = tagsOf(into.bounded(listOf(span.tags), 'tags', id));
  const references = into.bounded(listOf(span.references), 'references', id).flatMap((one) => {
    const reference = objectOf(one);
    const [ofTrace, ofSpan] = [idOf(reference.traceID, 32), idOf(reference.spanID, 16)];
    return ofTrace === null || ofSpan === null ? [] : [{ isParent: textOf(reference.refType) === 'CHILD_OF', ofTrace, ofSpan }];
  });
  // As Jaeger does: the first CHILD_OF within the trace, else the first FOLLOWS_FROM within it.
  const own = references.filter((reference) => reference.ofTrace === traceId);
  const parent = own.find((reference) => reference.isParent) ?? own[0];
  const failed = textAttribute(tags, 'error').toLowerCase();
  const duration = typeof span.duration === 'number' && Number.isFinite(span.duration) ? span.duration * 1_000 : 0;
  into.add({
    traceId,
    id,
    parent: parent?.ofSpan ?? idOf(span.parentSpanID, 16) ?? '',
    service: process.service,
    name,
    kind: kindOf(textAttribute(tags, 'span.kind')),
    status: statusOf(textAttribute(tags, 'otel.status_code')) || (failed === 'true' || failed === '1' ? 2 : 0),
    statusMessage: textAttribute(tags, 'otel.status_description'),
    start,
    duration,
    resource: process.resource,
    scope,
    attributes: tags,
    events: into.bounded(listOf(span.logs), 'logs', id).map((one) => {
      const log = objectOf(one);
      const fields = tagsOf(log.fields);
      return {
        time: momentOf(log.timestamp, micros) ?? start,
        name: textAttribute(fields, 'event') || textAttribute(fields, 'message') || 'log',
        attributes: fields,
      };
    }),
    links: references
      .filter((reference) => reference !== parent)
      .map(({ ofTrace, ofSpan }) => ({ traceId: ofTrace, spanId: ofSpan, attributes: [] })),
  });
}

const types: Readonly<Record<string, string>> = { string: 'string', bool: 'bool', int64: 'int', float64: 'double', binary: 'bytes' };

function tagsOf(list: unknown): Attribute[] {
  return listOf(list).flatMap((one) => {
    const { key, type, value } = objectOf(one);
    return typeof key === 'string' ? [{ key, type: types[textOf(type).toLowerCase()] ?? 'string', value }] : [];
  });
}
