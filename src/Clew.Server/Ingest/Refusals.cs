using System.Diagnostics;
using Clew.Protocols.Otlp;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Ingest;

/// <summary>How each refusal is said in HTTP and in gRPC, by the rules of the OTLP specification.</summary>
internal static class Refusals
{
    public static int ToHttp(RefusalReason reason) => reason switch
    {
        RefusalReason.Malformed or RefusalReason.BrokenFraming or RefusalReason.TenantUnknown => StatusCodes.Status400BadRequest,
        RefusalReason.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        RefusalReason.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalReason.UnsupportedMediaType or RefusalReason.UnsupportedEncoding => StatusCodes.Status415UnsupportedMediaType,
        RefusalReason.TooManyBytesInFlight or RefusalReason.TooManyRequestsInFlight or RefusalReason.TenantRate => StatusCodes.Status429TooManyRequests,
        RefusalReason.SenderGone => StatusCodes.Status499ClientClosedRequest,
        RefusalReason.DiskFull or RefusalReason.StoreUnavailable => StatusCodes.Status503ServiceUnavailable,
        RefusalReason.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        RefusalReason.Internal => StatusCodes.Status500InternalServerError,
        _ => throw new UnreachableException(),
    };

    public static RpcCode ToGrpc(RefusalReason reason) => reason switch
    {
        RefusalReason.Malformed or RefusalReason.TenantUnknown => RpcCode.InvalidArgument,
        RefusalReason.UnsupportedMediaType => RpcCode.InvalidArgument,
        RefusalReason.TooLarge or RefusalReason.TooManyBytesInFlight or RefusalReason.TooManyRequestsInFlight or RefusalReason.TenantRate => RpcCode.ResourceExhausted,
        RefusalReason.UnsupportedEncoding or RefusalReason.MethodNotAllowed => RpcCode.Unimplemented,
        RefusalReason.DiskFull or RefusalReason.StoreUnavailable => RpcCode.Unavailable,
        RefusalReason.SenderGone => RpcCode.Cancelled,
        RefusalReason.DeadlineExceeded => RpcCode.DeadlineExceeded,
        RefusalReason.BrokenFraming or RefusalReason.Internal => RpcCode.Internal,
        _ => throw new UnreachableException(),
    };

    public static RpcStatus ToStatus(RefusalReason reason, string explanation, TimeSpan? retryAfter) => new(ToGrpc(reason), explanation, retryAfter);
}
