// Sends one trace with Jaeger's own client for Node.js, then prints, as JSON, the ids it chose.
// Usage: node jaeger.mjs udp HOST PORT | node jaeger.mjs http URL
import jaeger from 'jaeger-client';

const [transport, ...where] = process.argv.slice(2);
const reporter = transport === 'udp' ? { agentHost: where[0], agentPort: Number(where[1]) } : { collectorEndpoint: where[0] };
const tracer = jaeger.initTracer(
  { serviceName: 'js-jaeger', sampler: { type: 'const', param: 1 }, reporter, traceId128bit: true },
  { tags: { region: 'eu', cores: 4 }, logger: { info() {}, error: text => process.stderr.write(`${text}\n`) } },
);

const parent = tracer.startSpan('checkout', {
  startTime: 1_700_000_000_000,
  tags: { 'span.kind': 'server', 'http.status_code': 200, ratio: 0.25, vip: true, note: 'Zeitüberschreitung ⏳' },
});
const child = tracer.startSpan('charge', { childOf: parent.context(), startTime: 1_700_000_000_100, tags: { 'span.kind': 'client', error: true } });
child.log({ event: 'retry', attempt: 2 }, 1_700_000_000_150);
child.finish(1_700_000_000_200);
parent.finish(1_700_000_001_000);

tracer.close(() => {
  process.stdout.write(JSON.stringify({ trace: parent.context().traceIdStr, parent: parent.context().spanIdStr, child: child.context().spanIdStr }));
});
