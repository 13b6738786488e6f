using Clew.Protocols.Otlp;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Bodies;
using Clew.Server.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Ingest.Grpc;

/// <summary>A gRPC service: its unary methods.</summary>
internal interface IGrpcService
{
    /// <summary>The port it is served on; null for every gRPC port.</summary>
    Door? Door { get; }

    IEnumerable<GrpcMethod> Methods { get; }
}

/// <param name="Path">For example <c>/grpc.health.v1.Health/Check</c>.</param>
/// <param name="MaxMessageBytes">Most bytes of the request message after decompression.</param>
internal sealed record GrpcMethod(string Path, long MaxMessageBytes, GrpcHandler Handler);

/// <param name="cancellation">Cancelled when the deadline passes or the caller goes away.</param>
internal delegate Task<GrpcReply> GrpcHandler(GrpcCall call, CancellationToken cancellation);

/// <summary>One call as a method sees it.</summary>
internal sealed class GrpcCall(Stream body, IHeaderDictionary metadata)
{
    /// <summary>What came with the call besides the message.</summary>
    public IHeaderDictionary Metadata { get; } = metadata;

    /// <summary>Reads the call's one message; once.</summary>
    public Task<BodyResult> ReadMessageAsync(long limit, InFlight.Admission? admission, CancellationToken cancellation) =>
        GrpcFrame.ReadAsync(body, Metadata[GrpcHeaders.Encoding] is [{ Length: > 0 } encoding, ..] ? encoding : null, limit, admission, cancellation);
}

/// <summary>Either a message or a status that says what went wrong.</summary>
internal sealed record GrpcReply
{
    private GrpcReply(ReadOnlyMemory<byte>? message, RpcStatus? status)
    {
        Message = message;
        Status = status;
    }

    public ReadOnlyMemory<byte>? Message { get; }

    public RpcStatus? Status { get; }

    public static GrpcReply Ok(ReadOnlyMemory<byte> message) => new(message, null);

    public static GrpcReply Failed(RpcStatus status) => new(null, status);

    public static GrpcReply Failed(RpcCode code, string message) => Failed(new RpcStatus(code, message));
}
