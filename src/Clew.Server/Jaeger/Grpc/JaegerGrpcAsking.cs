using Clew.Protocols.Otlp;
using Clew.Server.Api;
using Clew.Server.Configuration;
using Clew.Server.Ingest;
using Clew.Server.Ingest.Bodies;
using Clew.Server.Ingest.Grpc;
using Clew.Server.Tenancy;
using Clew.Telemetry;

namespace Clew.Server.Jaeger.Grpc;

/// <summary>What Jaeger's gRPC services share: reading a request, knowing whose it is, saying what went wrong.</summary>
internal sealed class JaegerGrpcAsking(ITelemetryReader store, ServerOptions options, TenantNames tenants)
{
    /// <summary>Bytes of a request: a question is short. Beyond: RESOURCE_EXHAUSTED.</summary>
    public const long MaxRequestBytes = 1 << 20;

    public ITelemetryReader Store => store;

    public QueryLimits Limits => options.Queries;

    /// <summary>Answers the one message of a call.</summary>
    /// <typeparam name="TQuestion">What the message means.</typeparam>
    public delegate bool ReadQuestion<TQuestion>(ReadOnlySpan<byte> message, out TQuestion question);

    /// <param name="service">Full name of the service.</param>
    /// <param name="read">Reads the message; answers false when it is another.</param>
    /// <param name="answer">Answers, with refusals as exceptions.</param>
    public GrpcMethod Method<TQuestion>(string service, string method, ReadQuestion<TQuestion> read, Func<GrpcCall, Tenant, TQuestion, CancellationToken, Task<GrpcReply>> answer) =>
        new($"/{service}/{method}", MaxRequestBytes, async (call, cancellation) =>
        {
            var received = await call.ReadMessageAsync(MaxRequestBytes, admission: null, cancellation);
            if (received.Refusal is { } refusal)
            {
                return GrpcReply.Failed(Refusals.ToStatus(refusal, received.Problem, retryAfter: null));
            }

            if (!TryRead(received, read, out var question))
            {
                return GrpcReply.Failed(RpcCode.InvalidArgument, $"the message is not the request of {service}/{method}");
            }

            if (!tenants.TryResolve(call.Metadata, out var tenant, out var problem))
            {
                return GrpcReply.Failed(RpcCode.InvalidArgument, problem);
            }

            try
            {
                return await answer(call, tenant, question, cancellation);
            }
            catch (Exception error) when (GrpcRefusal.StatusOf(error) is { } status)
            {
                return GrpcReply.Failed(status);
            }
        });

    private static bool TryRead<TQuestion>(BodyResult received, ReadQuestion<TQuestion> read, out TQuestion question)
    {
        using var body = received.Body!;
        return read(body.Memory.Span, out question);
    }
}
