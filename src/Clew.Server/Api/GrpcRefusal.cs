using Clew.Protocols.Otlp;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Api;

/// <summary>A question that a gRPC service answers with a status. The policy: the code and the message.</summary>
internal sealed class GrpcRefusal(RpcCode code, string message) : Exception(message)
{
    public RpcCode Code { get; } = code;

    public static GrpcRefusal Invalid(string message) => new(RpcCode.InvalidArgument, message);

    /// <summary>What an exception means to the asker; null when it is none of theirs.</summary>
    public static RpcStatus? StatusOf(Exception error) => error switch
    {
        GrpcRefusal refusal => new RpcStatus(refusal.Code, error.Message),
        PeerRefusal { Status: StatusCodes.Status404NotFound } => new RpcStatus(RpcCode.NotFound, error.Message),
        PeerRefusal => new RpcStatus(RpcCode.InvalidArgument, error.Message),
        InvalidQuestionException => new RpcStatus(RpcCode.InvalidArgument, error.Message),
        QueryLimitException => new RpcStatus(RpcCode.ResourceExhausted, error.Message),
        StoreUnavailableException unavailable => new RpcStatus(RpcCode.Unavailable, error.Message, unavailable.RetryAfter),
        _ => null,
    };
}
