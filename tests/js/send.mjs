// Sends one of everything with the OpenTelemetry JavaScript SDK, then prints, as JSON, the ids that the SDK chose.
// Usage: node send.mjs grpc|protobuf|json ENDPOINT
import { credentials } from '@grpc/grpc-js';
import { context, SpanKind, SpanStatusCode, trace, ROOT_CONTEXT, TraceFlags, ValueType } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import * as grpcTraces from '@opentelemetry/exporter-trace-otlp-grpc';
import * as protobufTraces from '@opentelemetry/exporter-trace-otlp-proto';
import * as jsonTraces from '@opentelemetry/exporter-trace-otlp-http';
import * as grpcLogs from '@opentelemetry/exporter-logs-otlp-grpc';
import * as protobufLogs from '@opentelemetry/exporter-logs-otlp-proto';
import * as jsonLogs from '@opentelemetry/exporter-logs-otlp-http';
import * as grpcMetrics from '@opentelemetry/exporter-metrics-otlp-grpc';
import * as protobufMetrics from '@opentelemetry/exporter-metrics-otlp-proto';
import * as jsonMetrics from '@opentelemetry/exporter-metrics-otlp-http';

const [protocol, endpoint] = process.argv.slice(2);
const modules = {
  grpc: [grpcTraces, grpcLogs, grpcMetrics],
  protobuf: [protobufTraces, protobufLogs, protobufMetrics],
  json: [jsonTraces, jsonLogs, jsonMetrics],
}[protocol];
const optionsFor = signal =>
  protocol === 'grpc'
    ? { url: endpoint, credentials: credentials.createInsecure(), compression: 'gzip' }
    : { url: `${endpoint}/v1/${signal}`, compression: protocol === 'json' ? 'none' : 'gzip' };

const resource = resourceFromAttributes({
  'service.name': 'js-shop',
  'service.instance.id': 'js-1',
  'process.pid': 4711,
  'host.tags': ['a', 'b'],
});

// Traces.
const tracing = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(new modules[0].OTLPTraceExporter(optionsFor('traces')))] });
const tracer = tracing.getTracer('js-tracer', '1.2.3', { schemaUrl: 'https://opentelemetry.io/schemas/1.30.0' });
const other = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.SAMPLED };
const parent = tracer.startSpan('POST /checkout', {
  kind: SpanKind.SERVER,
  startTime: [1_700_000_000, 123_456_789],
  attributes: { 'http.route': '/checkout', 'retry.count': 3, 'cart.value': 12.5, 'user.known': true, 'item.ids': [1, 2, 3] },
  links: [{ context: other, attributes: { reason: 'batch' } }],
}, ROOT_CONTEXT);
const child = tracer.startSpan('charge', { kind: SpanKind.CLIENT, startTime: [1_700_000_000, 200_000_000] }, trace.setSpan(ROOT_CONTEXT, parent));
child.addEvent('retry', { attempt: 2 }, [1_700_000_000, 250_000_000]);
child.setStatus({ code: SpanStatusCode.ERROR, message: 'Zeitüberschreitung ⏳' });
child.end([1_700_000_000, 300_000_001]);
parent.end([1_700_000_001, 0]);

// Logs.
const logging = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter: new modules[1].OTLPLogExporter(optionsFor('logs')) })] });
logging.getLogger('js-logger', '4.5.6').emit({
  eventName: 'payment.failed',
  severityNumber: SeverityNumber.ERROR2,
  severityText: 'ERROR',
  timestamp: [1_700_000_000, 260_000_000],
  observedTimestamp: [1_700_000_000, 270_000_000],
  body: { message: 'no answer', codes: [504, 2.5], nothing: null },
  attributes: { 'payment.id': 'p-1', amount: 99 },
  context: trace.setSpan(context.active(), child),
});

// Metrics.
const metrics = new MeterProvider({
  resource,
  readers: [new PeriodicExportingMetricReader({ exporter: new modules[2].OTLPMetricExporter(optionsFor('metrics')), exportIntervalMillis: 3_600_000 })],
  views: [{ instrumentName: 'exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 20, recordMinMax: true } } }],
});
const meter = metrics.getMeter('js-meter', '7.8.9');
meter.createCounter('orders', { unit: '{order}', description: 'Orders taken', valueType: ValueType.INT }).add(5, { region: 'eu' });
meter.createUpDownCounter('carts', { valueType: ValueType.DOUBLE }).add(-1.5);
meter.createGauge('temperature', { unit: 'Cel' }).record(36.6, { room: 'kitchen' });
const latency = meter.createHistogram('latency', { unit: 'ms', advice: { explicitBucketBoundaries: [10, 100] } });
[5, 50, 500, 7].forEach(value => latency.record(value));
const exponential = meter.createHistogram('exponential');
[1, 2, 4, 8].forEach(value => exponential.record(value));

await Promise.all([tracing.shutdown(), logging.shutdown(), metrics.shutdown()]);
console.log(JSON.stringify({
  traceId: parent.spanContext().traceId,
  parentSpanId: parent.spanContext().spanId,
  childSpanId: child.spanContext().spanId,
}));
