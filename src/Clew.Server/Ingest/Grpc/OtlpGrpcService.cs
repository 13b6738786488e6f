using System.Collections.Frozen;
using Clew.Protocols.Otlp;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Otlp;
using Clew.Server.Pipeline;
using Clew.Telemetry;

namespace Clew.Server.Ingest.Grpc;

/// <summary>OTLP's three collector services, each with its one method <c>Export</c>; also where Jaeger writes to its remote storage.</summary>
internal sealed class OtlpGrpcService(IngestReceiver receiver, OtlpDecoder decoder) : IGrpcService
{
    private const string Traces = "opentelemetry.proto.collector.trace.v1.TraceService";
    private const string Logs = "opentelemetry.proto.collector.logs.v1.LogsService";
    private const string Metrics = "opentelemetry.proto.collector.metrics.v1.MetricsService";

    public static FrozenSet<string> ServiceNames { get; } = FrozenSet.Create(Traces, Logs, Metrics);

    public IReadOnlyList<Door> Doors { get; } = [Door.OtlpGrpc, Door.JaegerStorage];

    public IEnumerable<GrpcMethod> Methods =>
    [
        Export<SpanBatch>(Traces, decoder.DecodeProtobuf),
        Export<LogBatch>(Logs, decoder.DecodeProtobuf),
        Export<MetricBatch>(Metrics, decoder.DecodeProtobuf),
    ];

    private GrpcMethod Export<TBatch>(string service, DecodeBody<TBatch> decode)
        where TBatch : TelemetryBatch, new() => new(
            $"/{service}/Export",
            receiver.MaxRequestBytes,
            async (call, cancellation) =>
            {
                var result = await receiver.ReceiveAsync(call, OtlpProtocols.Grpc, decode, cancellation);
                return result.Refusal is { } refusal
                    ? GrpcReply.Failed(Refusals.ToStatus(refusal, result.Explanation, result.RetryAfter))
                    : GrpcReply.Ok(OtlpAnswers.Of(IngestPipeline.SignalOf<TBatch>(), result).ToProtobuf());
            });
}
