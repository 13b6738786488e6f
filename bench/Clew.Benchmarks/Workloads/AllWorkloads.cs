using Clew.Load.Encoding;

namespace Clew.Benchmarks.Workloads;

/// <summary>Every workload there is.</summary>
internal static class AllWorkloads
{
    public static IReadOnlyList<IWorkload> Create()
    {
        var spans = Requests.Of(Signal.Traces);
        var logs = Requests.Of(Signal.Logs);
        var metrics = Requests.Of(Signal.Metrics);
        return
        [
            new DecodeSpansProtobuf(spans.Bytes, spans.Items),
            new DecodeSpansJson(OtlpJsonText.OfTraces(spans.Bytes), spans.Items),
            new DecodeLogsProtobuf(logs.Bytes, logs.Items),
            new DecodeMetricsProtobuf(metrics.Bytes, metrics.Items),
            new DecodeJsonLines(),
            new DecodeAccessLog(),
            new DecodeLokiPush(),
            new DecodeRemoteWrite(),
            new UnpackSnappy(),
            new PipelineSpans(spans.Bytes, spans.Items),
            new PipelineLogs(logs.Bytes, logs.Items),
            new PipelineMetrics(metrics.Bytes, metrics.Items),
            new EncodeSpans(spans.Bytes, spans.Items),
            new EncodeLogs(logs.Bytes, logs.Items),
            new EncodeMetrics(metrics.Bytes, metrics.Items),
        ];
    }
}
