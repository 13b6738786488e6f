using System.Collections.Frozen;
using Clew.Server.Ingest.Otlp;

namespace Clew.Server.Ingest.Grpc;

/// <summary>OTLP's three collector services, each with its one method <c>Export</c>.</summary>
internal sealed class OtlpGrpcService(OtlpReceiver receiver) : IGrpcService
{
    private static readonly (Signal Signal, string Service)[] Services =
    [
        (Signal.Traces, "opentelemetry.proto.collector.trace.v1.TraceService"),
        (Signal.Logs, "opentelemetry.proto.collector.logs.v1.LogsService"),
        (Signal.Metrics, "opentelemetry.proto.collector.metrics.v1.MetricsService"),
    ];

    public static FrozenSet<string> ServiceNames { get; } = Services.Select(service => service.Service).ToFrozenSet();

    public IEnumerable<GrpcMethod> Methods => Services.Select(service => new GrpcMethod(
        $"/{service.Service}/Export",
        receiver.MaxRequestBytes,
        (call, cancellation) => ExportAsync(service.Signal, call, cancellation)));

    private async Task<GrpcReply> ExportAsync(Signal signal, GrpcCall call, CancellationToken cancellation)
    {
        var result = await receiver.ReceiveAsync(
            signal,
            IngestProtocol.OtlpGrpc,
            (admission, sender) => call.ReadMessageAsync(receiver.MaxRequestBytes, admission, sender),
            cancellation);
        return result.Refusal is { } refusal
            ? GrpcReply.Failed(Refusals.ToStatus(refusal, result.Explanation, result.RetryAfter))
            : GrpcReply.Ok(ExportResponse.ToProtobuf(result));
    }
}
