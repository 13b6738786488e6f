// Sends one trace with Zipkin's own client for Node.js, then prints, as JSON, the ids it chose.
// Usage: node zipkin.mjs v1|v2 BASE_URL
import zipkin from 'zipkin';
import transport from 'zipkin-transport-http';

const { Annotation, BatchRecorder, ExplicitContext, InetAddress, Tracer, jsonEncoder } = zipkin;
const { HttpLogger } = transport;
const [version, url] = process.argv.slice(2);
const logger = new HttpLogger({
  endpoint: `${url}/api/${version}/spans`,
  jsonEncoder: version === 'v2' ? jsonEncoder.JSON_V2 : jsonEncoder.JSON_V1,
  httpInterval: 20,
  log: { error: error => process.stderr.write(`${error}\n`) },
});
const recorder = new BatchRecorder({ logger });
const tracer = new Tracer({ ctxImpl: new ExplicitContext(), recorder, localServiceName: 'js-shop', traceId128Bit: true });

const root = tracer.createRootId();
tracer.setId(root);
tracer.recordServiceName('js-shop');
tracer.recordRpc('checkout');
tracer.recordBinary('http.path', '/checkout');
tracer.recordAnnotation(new Annotation.ServerRecv());

const child = tracer.createChildId();
tracer.letId(child, () => {
  tracer.recordServiceName('js-shop');
  tracer.recordRpc('charge');
  tracer.recordBinary('note', 'Zeitüberschreitung ⏳');
  tracer.recordAnnotation(new Annotation.ClientSend());
  tracer.recordAnnotation(new Annotation.ServerAddr({ serviceName: 'payments', host: new InetAddress('10.0.0.2'), port: 8443 }));
  tracer.recordMessage('retry');
  tracer.recordBinary('error', 'declined');
  tracer.recordAnnotation(new Annotation.ClientRecv());
});
tracer.setId(root);
tracer.recordAnnotation(new Annotation.ServerSend());

// Its timer does not keep the process alive.
const patience = setTimeout(() => process.exit(1), 10_000);
await new Promise(resolve => logger.once('success', resolve));
clearTimeout(patience);
process.stdout.write(JSON.stringify({ trace: root.traceId, parent: root.spanId, child: child.spanId }));
