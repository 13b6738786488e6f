using Clew.Protocols;
using Clew.Protocols.Jaeger;
using Clew.Protocols.Otlp;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Grpc;
using Clew.Telemetry;

namespace Clew.Server.Ingest.Jaeger;

/// <summary>
/// <c>jaeger.api_v2.CollectorService/PostSpans</c>. Its answer has no field for what was left out: that is counted and logged here, and a request of which
/// nothing is kept is INVALID_ARGUMENT.
/// </summary>
internal sealed class JaegerGrpcService(IngestReceiver receiver, JaegerDecoder decoder) : IGrpcService
{
    public const string ServiceName = "jaeger.api_v2.CollectorService";

    public IReadOnlyList<Door> Doors { get; } = [Door.JaegerGrpc];

    public IEnumerable<GrpcMethod> Methods => [new($"/{ServiceName}/PostSpans", receiver.MaxRequestBytes, PostSpansAsync)];

    private async Task<GrpcReply> PostSpansAsync(GrpcCall call, CancellationToken cancellation)
    {
        DecodeResult? decoded = null;
        var result = await receiver.ReceiveAsync<SpanBatch>(call, JaegerProtocols.Grpc, (body, batch) => decoded = decoder.DecodeProtobuf(body, batch), cancellation);
        return result.Refusal is { } refusal ? GrpcReply.Failed(Refusals.ToStatus(refusal, result.Explanation, result.RetryAfter))
            : decoded is { Accepted: 0, Rejected: > 0 } ? GrpcReply.Failed(RpcCode.InvalidArgument, result.Explanation)
            : GrpcReply.Ok(ReadOnlyMemory<byte>.Empty);
    }
}
