using Clew.Protocols;
using Clew.Protocols.Otlp;
using Clew.Telemetry;

namespace Clew.Benchmarks.Workloads;

/// <summary>An OTLP request into a batch that is used again and again, as the server's pool does.</summary>
internal abstract class DecodeWorkload<TBatch>(string name, byte[] request, int items, TBatch batch) : IWorkload
    where TBatch : TelemetryBatch
{
    protected OtlpDecoder Decoder { get; } = new(ProtocolLimits.Default);

    protected ReadOnlySpan<byte> Request => request;

    public string Name => name;

    public int Items => items;

    public int Run()
    {
        batch.Clear();
        return Decode(batch).Accepted;
    }

    protected abstract DecodeResult Decode(TBatch into);
}

internal sealed class DecodeSpansProtobuf(byte[] request, int items) : DecodeWorkload<SpanBatch>("decode_spans_protobuf", request, items, new SpanBatch())
{
    protected override DecodeResult Decode(SpanBatch into) => Decoder.DecodeProtobuf(Request, into);
}

internal sealed class DecodeSpansJson(byte[] request, int items) : DecodeWorkload<SpanBatch>("decode_spans_json", request, items, new SpanBatch())
{
    protected override DecodeResult Decode(SpanBatch into) => Decoder.DecodeJson(Request, into);
}

internal sealed class DecodeLogsProtobuf(byte[] request, int items) : DecodeWorkload<LogBatch>("decode_logs_protobuf", request, items, new LogBatch())
{
    protected override DecodeResult Decode(LogBatch into) => Decoder.DecodeProtobuf(Request, into);
}

internal sealed class DecodeMetricsProtobuf(byte[] request, int items) : DecodeWorkload<MetricBatch>("decode_metrics_protobuf", request, items, new MetricBatch())
{
    protected override DecodeResult Decode(MetricBatch into) => Decoder.DecodeProtobuf(Request, into);
}
