using Clew.Load.Encoding;
using Clew.Protocols;
using Clew.Protocols.Jaeger;
using Clew.Protocols.Loki;
using Clew.Protocols.Otlp;
using Clew.Protocols.Prometheus;
using Clew.Protocols.Thrift;
using Clew.Protocols.Zipkin;
using Clew.Telemetry;

namespace Clew.Benchmarks.Workloads;

/// <summary>Every workload there is.</summary>
internal static class AllWorkloads
{
    private static readonly Timestamp Received = new(1_790_000_000_000_000_000);

    public static IReadOnlyList<IWorkload> Create()
    {
        var spans = Requests.Of(Signal.Traces);
        var logs = Requests.Of(Signal.Logs);
        var metrics = Requests.Of(Signal.Metrics);
        return
        [
            .. Otlp(spans, logs, metrics),
            .. Tracers(),
            .. Senders(),
            new DecodeJsonLines(),
            new DecodeAccessLog(),
            .. LogQlWorkloads.Create(),
            new UnpackSnappy(),
            new PipelineSpans(spans.Bytes, spans.Items),
            new PipelineLogs(logs.Bytes, logs.Items),
            new PipelineMetrics(metrics.Bytes, metrics.Items),
            new EncodeSpans(spans.Bytes, spans.Items),
            new EncodeLogs(logs.Bytes, logs.Items),
            new EncodeMetrics(metrics.Bytes, metrics.Items),
        ];
    }

    private static IWorkload[] Otlp((byte[] Bytes, int Items) spans, (byte[] Bytes, int Items) logs, (byte[] Bytes, int Items) metrics)
    {
        var otlp = new OtlpDecoder(ProtocolLimits.Default);
        return
        [
            new DecodeWorkload<SpanBatch>("decode_spans_protobuf", spans.Bytes, spans.Items, otlp.DecodeProtobuf),
            new DecodeWorkload<SpanBatch>("decode_spans_json", OtlpJsonText.OfTraces(spans.Bytes), spans.Items, otlp.DecodeJson),
            new DecodeWorkload<LogBatch>("decode_logs_protobuf", logs.Bytes, logs.Items, otlp.DecodeProtobuf),
            new DecodeWorkload<MetricBatch>("decode_metrics_protobuf", metrics.Bytes, metrics.Items, otlp.DecodeProtobuf),
        ];
    }

    private static IWorkload[] Tracers()
    {
        var jaeger = new JaegerDecoder(ProtocolLimits.Default);
        var zipkin = new ZipkinDecoder(ProtocolLimits.Default);
        return
        [
            new DecodeWorkload<SpanBatch>("decode_jaeger_thrift", TracerRequests.JaegerThrift(), TracerRequests.Spans, (request, batch) => jaeger.DecodeThrift(request, ThriftEncoding.Binary, batch)),
            new DecodeWorkload<SpanBatch>("decode_jaeger_protobuf", TracerRequests.JaegerProtobuf(), TracerRequests.Spans, jaeger.DecodeProtobuf),
            new DecodeWorkload<SpanBatch>("decode_zipkin_json", TracerRequests.ZipkinJson(), TracerRequests.Spans, (request, batch) => zipkin.DecodeJson(request, Received, batch)),
            new DecodeWorkload<SpanBatch>("decode_zipkin_protobuf", TracerRequests.ZipkinProtobuf(), TracerRequests.Spans, (request, batch) => zipkin.DecodeProtobuf(request, Received, batch)),
        ];
    }

    private static IWorkload[] Senders()
    {
        var loki = new LokiDecoder(ProtocolLimits.Default);
        var prometheus = new RemoteWriteDecoder(ProtocolLimits.Default, new PrometheusCatalogue(ProtocolLimits.Default));
        return
        [
            new DecodeWorkload<LogBatch>("decode_loki_push", SenderRequests.LokiPush(), SenderRequests.Items, loki.DecodeProtobuf),
            new DecodeWorkload<LogBatch>("decode_loki_push_json", SenderRequests.LokiPushJson(), SenderRequests.Items, loki.DecodeJson),
            new DecodeWorkload<MetricBatch>("decode_remote_write", SenderRequests.RemoteWrite(), SenderRequests.Items, prometheus.DecodeV1),
            new DecodeWorkload<MetricBatch>("decode_remote_write_2", SenderRequests.RemoteWrite2(), SenderRequests.Items, prometheus.DecodeV2),
        ];
    }
}
