import type { Attribute } from '../../../api/common';
import { parseMoment } from '../../../units/time';
import { Collector } from './spans';
import { idOf, kindOf, listOf, objectOf, statusOf, textOf, type Json } from './values';

/** Clew's own JSON, as `GET /api/traces/{traceId}` answers it; docs/api.md. */
export function readClew(trace: Json, into: Collector): void {
  const whole = idOf(trace.traceId, 32);
  for (const one of listOf(trace.resources)) {
    into.resource({ service: textOf(objectOf(one).service), attributes: attributesOf(objectOf(one).attributes) });
  }

  for (const one of listOf(trace.scopes)) {
    const scope = objectOf(one);
    into.scope({
      name: textOf(scope.name),
      ...(scope.version !== undefined && { version: textOf(scope.version) }),
      attributes: attributesOf(scope.attributes),
    });
  }

  // What points nowhere points to these.
  const noResource = into.resource({ service: 'unknown_service', attributes: [] });
  const noScope = into.scope({ name: '', attributes: [] });
  const indexOf = (value: unknown, below: number) => (typeof value === 'number' && value >= 0 && value < below ? Math.floor(value) : below);
  for (const one of listOf(trace.spans)) {
    const span = objectOf(one);
    const traceId = idOf(span.traceId, 32) ?? whole;
    const id = idOf(span.spanId, 16);
    const start = parseMoment(textOf(span.startTime));
    const name = textOf(span.name);
    if (traceId === null || id === null || start === null) {
      const wrong = traceId === null ? 'traceId' : id === null ? 'spanId' : 'startTime';
      into.problem(`A span${name && ` “${name.slice(0, 100)}”`} was left out: its ${wrong} is missing or malformed.`);
      continue;
    }

    const resource = indexOf(span.resourceIndex, noResource);
    into.add({
      traceId,
      id,
      parent: idOf(span.parentSpanId, 16) ?? '',
      service: textOf(span.service) || (into.resources[resource]?.service ?? ''),
      name,
      kind: kindOf(span.kind),
      status: statusOf(span.status),
      statusMessage: textOf(span.statusMessage),
      start,
      duration: typeof span.durationNanos === 'number' && Number.isFinite(span.durationNanos) ? span.durationNanos : 0,
      resource,
      scope: indexOf(span.scopeIndex, noScope),
      attributes: attributesOf(into.bounded(listOf(span.attributes), 'attributes', id)),
      events: into.bounded(listOf(span.events), 'events', id).map((event) => ({
        time: parseMoment(textOf(objectOf(event).time)) ?? start,
        name: textOf(objectOf(event).name),
        attributes: attributesOf(objectOf(event).attributes),
      })),
      links: into.bounded(listOf(span.links), 'links', id).flatMap((value) => {
        const link = objectOf(value);
        const [ofTrace, ofSpan] = [idOf(link.traceId, 32), idOf(link.spanId, 16)];
        return ofTrace === null || ofSpan === null ? [] : [{ traceId: ofTrace, spanId: ofSpan, attributes: attributesOf(link.attributes) }];
      }),
    });
  }
}

function attributesOf(list: unknown): Attribute[] {
  return listOf(list).flatMap((one) => {
    const { key, type, value } = objectOf(one);
    return typeof key === 'string' ? [{ key, type: textOf(type) || 'string', value }] : [];
  });
}
