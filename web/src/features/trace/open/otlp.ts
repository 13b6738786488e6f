import type { Attribute } from '../../../api/common';
import { Collector } from './spans';
import { attributeOf, idOf, isObject, kindOf, listOf, momentOf, objectOf, statusOf, textAttribute, textOf, type Json } from './values';

/** Values within values are read to this depth. */
const deepest = 16;

/** OTLP's JSON: `resourceSpans`, and `batches` as Tempo calls them; several requests one after the other are one file. */
export function readOtlp(requests: readonly Json[], into: Collector): void {
  for (const request of requests) {
    for (const entry of [...listOf(request.resourceSpans), ...listOf(request.batches)]) {
      readResource(objectOf(entry), into);
    }
  }
}

function readResource(entry: Json, into: Collector): void {
  const attributes = attributesOf(objectOf(entry.resource).attributes);
  const service = textAttribute(attributes, 'service.name') || 'unknown_service';
  const resource = into.resource({ service, attributes });
  for (const one of [...listOf(entry.scopeSpans), ...listOf(entry.instrumentationLibrarySpans)]) {
    const group = objectOf(one);
    const named = objectOf(group.scope ?? group.instrumentationLibrary);
    const scope = into.scope({
      name: textOf(named.name),
      ...(named.version !== undefined && { version: textOf(named.version) }),
      attributes: attributesOf(named.attributes),
    });
    for (const span of listOf(group.spans)) {
      readSpan(objectOf(span), service, resource, scope, into);
    }
  }
}

function readSpan(span: Json, service: string, resource: number, scope: number, into: Collector): void {
  const traceId = idOf(span.traceId, 32);
  const id = idOf(span.spanId, 16);
  const start = momentOf(span.startTimeUnixNano, 1n);
  const end = momentOf(span.endTimeUnixNano, 1n);
  const name = textOf(span.name);
  if (traceId === null || id === null || start === null) {
    const wrong = traceId === null ? 'traceId' : id === null ? 'spanId' : 'startTimeUnixNano';
    into.problem(`A span${name && ` “${name.slice(0, 100)}”`} of ${service} was left out: its ${wrong} is missing or malformed.`);
    return;
  }

  const status = objectOf(span.status);
  into.add({
    traceId,
    id,
    parent: idOf(span.parentSpanId, 16) ?? '',
    service,
    name,
    kind: kindOf(span.kind),
    status: statusOf(status.code),
    statusMessage: textOf(status.message),
    start,
    duration: end === null ? 0 : Number(end - start),
    resource,
    scope,
    attributes: attributesOf(into.bounded(listOf(span.attributes), 'attributes', id)),
    events: into.bounded(listOf(span.events), 'events', id).map((one) => {
      const event = objectOf(one);
      return { time: momentOf(event.timeUnixNano, 1n) ?? start, name: textOf(event.name), attributes: attributesOf(event.attributes) };
    }),
    links: into.bounded(listOf(span.links), 'links', id).flatMap((one) => {
      const link = objectOf(one);
      const [ofTrace, ofSpan] = [idOf(link.traceId, 32), idOf(link.spanId, 16)];
      return ofTrace === null || ofSpan === null ? [] : [{ traceId: ofTrace, spanId: ofSpan, attributes: attributesOf(link.attributes) }];
    }),
  });
}

export function attributesOf(list: unknown): Attribute[] {
  return listOf(list).flatMap((one) => {
    const { key, value } = objectOf(one);
    return typeof key === 'string' && key !== '' ? [attributeOfAny(key, value)] : [];
  });
}

function attributeOfAny(key: string, value: unknown): Attribute {
  const any = objectOf(value);
  if ('intValue' in any) {
    const text = textOf(any.intValue);
    const whole = Number(text);
    return { key, type: 'int', value: Number.isSafeInteger(whole) ? whole : text };
  }

  if ('bytesValue' in any) {
    return { key, type: 'bytes', value: textOf(any.bytesValue) };
  }

  if ('doubleValue' in any) {
    return { key, type: 'double', value: any.doubleValue };
  }

  return attributeOf(key, plainOf(value, 0));
}

/** An AnyValue as plain JSON. */
function plainOf(value: unknown, depth: number): unknown {
  const any = objectOf(value);
  if (depth >= deepest) {
    return '…';
  }

  for (const name of ['stringValue', 'boolValue', 'doubleValue', 'bytesValue']) {
    if (name in any) {
      return any[name];
    }
  }

  if ('intValue' in any) {
    const whole = Number(textOf(any.intValue));
    return Number.isSafeInteger(whole) ? whole : textOf(any.intValue);
  }

  if (isObject(any.arrayValue)) {
    return listOf(any.arrayValue.values).map((one) => plainOf(one, depth + 1));
  }

  if (isObject(any.kvlistValue)) {
    return Object.fromEntries(
      listOf(any.kvlistValue.values).map((one) => [textOf(objectOf(one).key), plainOf(objectOf(one).value, depth + 1)]),
    );
  }

  return null;
}
