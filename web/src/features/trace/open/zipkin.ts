import { Collector } from './spans';
import { attributeOf, idOf, kindOf, listOf, momentOf, objectOf, textOf, type Json } from './values';

const micros = 1_000n;

/** Zipkin's JSON, version 2: a list of spans, or a list of traces that are lists of spans. */
export function readZipkin(spans: readonly unknown[], into: Collector): void {
  const scope = into.scope({ name: '', attributes: [] });
  const resources = new Map<string, number>();
  for (const one of spans) {
    const span = objectOf(one);
    const service = textOf(objectOf(span.localEndpoint).serviceName) || 'unknown_service';
    const endpoint = JSON.stringify(span.localEndpoint ?? null);
    let resource = resources.get(endpoint);
    if (resource === undefined) {
      resource = into.resource({ service, attributes: endpointOf(objectOf(span.localEndpoint), 'server') });
      resources.set(endpoint, resource);
    }

    readSpan(span, service, resource, scope, into);
  }
}

const endpointOf = (endpoint: Json, prefix: string) =>
  ['ipv4', 'ipv6', 'port'].flatMap((name) =>
    endpoint[name] === undefined ? [] : [attributeOf(`${prefix}.${name === 'port' ? 'port' : 'address'}`, endpoint[name])],
  );

function readSpan(span: Json, service: string, resource: number, scope: number, into: Collector): void {
  const traceId = idOf(span.traceId, 32);
  const id = idOf(span.id, 16);
  const name = textOf(span.name);
  const annotations = into.bounded(listOf(span.annotations), 'annotations', textOf(span.id)).map(objectOf);
  // A span that only has annotations began with the first of them.
  const start = momentOf(span.timestamp ?? annotations[0]?.timestamp, micros);
  if (traceId === null || id === null || start === null) {
    const wrong = traceId === null ? 'traceId' : id === null ? 'id' : 'timestamp';
    into.problem(`A span${name && ` “${name.slice(0, 100)}”`} of ${service} was left out: its ${wrong} is missing or malformed.`);
    return;
  }

  const tags = objectOf(span.tags);
  const remote = objectOf(span.remoteEndpoint);
  const peer = textOf(remote.serviceName);
  const parent = idOf(span.parentId, 16);
  into.add({
    traceId,
    id,
    parent: parent === null || parent === id ? '' : parent,
    service,
    name,
    kind: kindOf(span.kind),
    status: 'error' in tags ? 2 : 0,
    statusMessage: textOf(tags.error),
    start,
    duration: typeof span.duration === 'number' && Number.isFinite(span.duration) ? span.duration * 1_000 : 0,
    resource,
    scope,
    attributes: [
      ...(into.bounded(Object.entries(tags), 'tags', id) as [string, unknown][]).map(([key, value]) => attributeOf(key, value)),
      ...(peer ? [attributeOf('peer.service', peer)] : []),
      ...endpointOf(remote, 'network.peer'),
    ],
    events: annotations.map((annotation) => ({
      time: momentOf(annotation.timestamp, micros) ?? start,
      name: textOf(annotation.value),
      attributes: [],
    })),
    links: [],
  });
}
