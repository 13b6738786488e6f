using Clew.Protocols.Otlp;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Bodies;
using Clew.Server.Pipeline;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Ingest.Grpc;

/// <summary>A gRPC service: its methods, which take one message and answer one or a stream of them.</summary>
internal interface IGrpcService
{
    /// <summary>The ports it is served on; none for every gRPC port.</summary>
    IReadOnlyList<Door> Doors { get; }

    IEnumerable<GrpcMethod> Methods { get; }
}

/// <param name="Path">For example <c>/grpc.health.v1.Health/Check</c>.</param>
/// <param name="MaxMessageBytes">Most bytes of the request message after decompression.</param>
internal sealed record GrpcMethod(string Path, long MaxMessageBytes, GrpcHandler Handler);

/// <param name="cancellation">Cancelled when the deadline passes or the caller goes away.</param>
internal delegate Task<GrpcReply> GrpcHandler(GrpcCall call, CancellationToken cancellation);

/// <summary>One call as a method sees it.</summary>
/// <param name="send">Writes one message of a stream.</param>
internal sealed class GrpcCall(HttpContext http, Func<ReadOnlyMemory<byte>, CancellationToken, Task> send)
{
    /// <summary>The request that the call is.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>What came with the call besides the message.</summary>
    public IHeaderDictionary Metadata => Http.Request.Headers;

    /// <summary>Reads the call's one message; once.</summary>
    public Task<BodyResult> ReadMessageAsync(long limit, InFlight.Admission? admission, CancellationToken cancellation) =>
        GrpcFrame.ReadAsync(Http.Request.Body, Metadata[GrpcHeaders.Encoding] is [{ Length: > 0 } encoding, ..] ? encoding : null, limit, admission, cancellation);

    /// <summary>Sends one message of the answer's stream, at once; the reply at the end is then <see cref="GrpcReply.Sent"/> or a status.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation) => send(message, cancellation);
}

/// <summary>Either a message, or the end of a stream, or a status that says what went wrong.</summary>
internal sealed record GrpcReply
{
    private GrpcReply(ReadOnlyMemory<byte>? message, RpcStatus? status)
    {
        Message = message;
        Status = status;
    }

    public ReadOnlyMemory<byte>? Message { get; }

    public RpcStatus? Status { get; }

    /// <summary>What there was to say has been sent with <see cref="GrpcCall.SendAsync"/>.</summary>
    public static GrpcReply Sent { get; } = new(null, null);

    public static GrpcReply Ok(ReadOnlyMemory<byte> message) => new(message, null);

    public static GrpcReply Failed(RpcStatus status) => new(null, status);

    public static GrpcReply Failed(RpcCode code, string message) => Failed(new RpcStatus(code, message));
}
