#!/usr/bin/env node
// Makes src/Clew.Server/Demonstration/recording.ndjson.br of what a running server holds, after `make demo` has played its incident:
//
//   build/record-demonstration.mjs http://127.0.0.1:2539 2026-08-21T10:00:00Z 2026-08-21T10:20:00Z [TRACES]
//
// One trace in several is taken, evenly over the time, with its log records; ids become counted ones, which pack well and are made anew when the
// recording is loaded. Lines: {"recording": {…}}, then {"traces": ExportTraceServiceRequest}, {"logs": ExportLogsServiceRequest}, {"change": {…}}.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const [server, startText, endText, most = '650'] = process.argv.slice(2);
if (!server || !startText || !endText) {
  console.error('usage: build/record-demonstration.mjs SERVER START END [TRACES]');
  process.exit(2);
}

const ask = async (path) => {
  const answer = await fetch(server + path);
  if (!answer.ok) {
    throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  }

  return answer.json();
};
const [start, end] = [Date.parse(startText), Date.parse(endText)];
const found = new Map();
for (let at = start; at < end; at += 5_000) {
  const range = `start=${new Date(at).toISOString()}&end=${new Date(Math.min(end, at + 5_000)).toISOString()}`;
  for (const trace of (await ask(`/api/traces?limit=1500&${range}`)).traces) {
    found.set(trace.traceId, trace);
  }
}

const all = [...found.values()].sort((a, b) => (a.startTime < b.startTime ? -1 : 1));
const step = Math.max(1, all.length / Number(most));
const taken = Array.from({ length: Math.floor(all.length / step) }, (_, i) => all[Math.floor(i * step)]);

const ids = new Map();
const counted = (id) => {
  if (!id) {
    return id;
  }

  if (!ids.has(id)) {
    ids.set(id, (ids.size + 1).toString(16).padStart(id.length, '0'));
  }

  return ids.get(id);
};
const value = (attribute) => {
  switch (attribute.type) {
    case 'string':
      return { stringValue: attribute.value };
    case 'int':
      return { intValue: String(attribute.value) };
    case 'double':
      return { doubleValue: attribute.value };
    case 'bool':
      return { boolValue: attribute.value };
    default:
      return null;
  }
};
const attributes = (list) => list.map((one) => ({ key: one.key, value: value(one) })).filter((one) => one.value !== null);
const nanos = (text) => {
  const [whole, fraction = ''] = text.replace('Z', '').split('.');
  return `${Date.parse(`${whole}Z`)}`.slice(0, -3) + fraction.padEnd(9, '0');
};

const groupBy = (list, keyOf) => {
  const groups = new Map();
  for (const one of list) {
    groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  }

  return groups;
};

const lines = [];
let [spans, records] = [0, 0];
for (const { traceId } of taken) {
  const trace = await ask(`/api/traces/${traceId}?format=otlp`);
  for (const scope of trace.resourceSpans.flatMap((resource) => resource.scopeSpans)) {
    for (const span of scope.spans) {
      spans++;
      Object.assign(span, { traceId: counted(span.traceId), spanId: counted(span.spanId) });
      if (span.parentSpanId) {
        span.parentSpanId = counted(span.parentSpanId);
      }

      for (const link of span.links ?? []) {
        Object.assign(link, { traceId: counted(link.traceId), spanId: counted(link.spanId) });
      }
    }
  }

  lines.push({ traces: trace });
  const { logs, resources, scopes } = await ask(`/api/traces/${traceId}/logs?limit=1000&order=oldest`);
  const byResource = groupBy(logs, (log) => log.resourceIndex);
  if (logs.length > 0) {
    records += logs.length;
    lines.push({
      logs: {
        resourceLogs: [...byResource].map(([resource, ofResource]) => ({
          resource: { attributes: attributes(resources[resource].attributes) },
          scopeLogs: [...groupBy(ofResource, (log) => log.scopeIndex)].map(([scope, ofScope]) => ({
            scope: { name: scopes[scope].name },
            logRecords: ofScope.map((log) => ({
              timeUnixNano: nanos(log.time),
              severityNumber: log.severity,
              severityText: log.severityText,
              body: { stringValue: String(log.body) },
              attributes: attributes(log.attributes),
              traceId: counted(log.traceId),
              spanId: counted(log.spanId),
            })),
          })),
        })),
      },
    });
  }
}

const range = `start=${startText}&end=${endText}`;
for (const { id, ...change } of (await ask(`/api/changes?${range}`)).changes) {
  lines.push({ change: { ...change, time: nanos(change.time) } });
}

// Requests of several traces, so that a resource is said once in each: as many requests as it takes are one durable commit each when they are loaded.
const perRequest = 100;
const joined = (kind, groupsName, scopesName, recordsName) => {
  const requests = lines.flatMap((line) => (line[kind] ? [line[kind]] : []));
  return Array.from({ length: Math.ceil(requests.length / perRequest) }, (_, i) => {
    const groups = requests.slice(i * perRequest, (i + 1) * perRequest).flatMap((request) => request[groupsName]);
    const byResource = groupBy(groups, (group) => JSON.stringify(group.resource));
    return {
      [kind]: {
        [groupsName]: [...byResource.values()].map((ofResource) => ({
          ...ofResource[0],
          [scopesName]: [...groupBy(ofResource.flatMap((group) => group[scopesName]), (scope) => JSON.stringify(scope.scope)).values()].map((ofScope) => ({
            ...ofScope[0],
            [recordsName]: ofScope.flatMap((scope) => scope[recordsName]),
          })),
        })),
      },
    };
  });
};
const requests = [
  ...joined('traces', 'resourceSpans', 'scopeSpans', 'spans'),
  ...joined('logs', 'resourceLogs', 'scopeLogs', 'logRecords'),
  ...lines.filter((line) => line.change),
];
const text = [{ recording: { start: nanos(startText), end: nanos(endText), traces: taken.length, spans, logs: records } }, ...requests].map((line) => JSON.stringify(line)).join('\n');
const packed = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } });
writeFileSync(join(import.meta.dirname, '..', 'src', 'Clew.Server', 'Demonstration', 'recording.ndjson.br'), packed);
console.log(`${taken.length} of ${all.length} traces, ${spans} spans, ${records} log records: ${text.length} bytes, ${packed.length} packed`);
