using System.Text;
using Clew.Protocols.Otlp;
using Clew.Server.Health;
using Clew.Server.Hosting;
using Clew.Server.Ingest.Jaeger;
using Clew.Server.Jaeger.Grpc;

namespace Clew.Server.Ingest.Grpc;

/// <summary>
/// <c>grpc.health.v1.Health/Check</c>. The server as a whole (an empty name) and each service have the same health: that of
/// <c>/health/ready</c>. <c>Watch</c> streams and is left unimplemented, which the protocol allows.
/// </summary>
internal sealed class GrpcHealthService(Readiness readiness) : IGrpcService
{
    private const int MaxRequestBytes = 4 << 10;
    private const byte Serving = 1;
    private const byte NotServing = 2;

    public IReadOnlyList<Door> Doors => [];

    public IEnumerable<GrpcMethod> Methods => [new("/grpc.health.v1.Health/Check", MaxRequestBytes, CheckAsync)];

    private async Task<GrpcReply> CheckAsync(GrpcCall call, CancellationToken cancellation)
    {
        var read = await call.ReadMessageAsync(MaxRequestBytes, admission: null, cancellation);
        if (read.Refusal is { } refusal)
        {
            return GrpcReply.Failed(Refusals.ToStatus(refusal, read.Problem, retryAfter: null));
        }

        using var body = read.Body!;
        if (ServiceName(body.Memory.Span) is not { } service)
        {
            return GrpcReply.Failed(RpcCode.InvalidArgument, "the message is not a HealthCheckRequest");
        }

        if (service.Length > 0 && !OtlpGrpcService.ServiceNames.Contains(service) && service != JaegerGrpcService.ServiceName && !JaegerQueryServices.Names.Contains(service))
        {
            return GrpcReply.Failed(RpcCode.NotFound, $"there is no service {service}");
        }

        // HealthCheckResponse: its status is field 1, an enum.
        return GrpcReply.Ok(new byte[] { 0x08, readiness.Report().Status == "ready" ? Serving : NotServing });
    }

    /// <summary>Field 1 of a message that has no other; null when it is not such a message. The limit on the request keeps lengths below two bytes of varint.</summary>
    private static string? ServiceName(ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
        {
            return string.Empty;
        }

        if (message.Length < 2 || message[0] != 0x0A)
        {
            return null;
        }

        var length = message[1] & 0x7F;
        var start = 2;
        if (message[1] >= 0x80)
        {
            if (message.Length < 3 || message[2] >= 0x80)
            {
                return null;
            }

            length |= message[2] << 7;
            start = 3;
        }

        return message.Length - start == length ? Encoding.UTF8.GetString(message[start..]) : null;
    }
}
