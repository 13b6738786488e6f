using Clew.Protocols.Jaeger;
using Clew.Protocols.Otlp;
using Clew.Server.Api;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Ingest;
using Clew.Server.Ingest.Grpc;
using Clew.Server.Sampling;
using Clew.Server.Tenancy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Jaeger;

/// <summary>
/// Jaeger's remote sampling: <c>GET /sampling?service=</c> as the agent serves it on 5778, <c>GET /api/sampling?service=</c> as the collector does on 14268,
/// <c>SamplingManager/GetSamplingStrategy</c> on 14250; on the native port under <c>/jaeger</c>. What it says is <see cref="ISamplingAdvice"/>'s.
/// </summary>
/// <remarks>Samplers that name no tenant, as most cannot, are told what the default tenant is.</remarks>
internal sealed class RemoteSampling : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<ConfiguredSampling>();
        services.AddSingleton<AdaptiveSampling>();
        services.AddSingleton<ISamplingAdvice>(provider => provider.GetRequiredService<AdaptiveSampling>());
        services.AddHostedService(provider => provider.GetRequiredService<AdaptiveSampling>());
        services.AddSingleton<IGrpcService, SamplingManagerService>();
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        // Made now, so that what it reads is read before anybody asks.
        var advice = endpoints.ServiceProvider.GetRequiredService<ISamplingAdvice>();
        var agent = Door.JaegerSampling.PathPrefix;
        foreach (var path in new[] { "/jaeger/sampling", "/jaeger/api/sampling", agent + "/sampling", Door.JaegerCollector.PathPrefix + "/api/sampling" })
        {
            endpoints.MapGet(path, http => AnswerAsync(http, advice, isTypeNumber: false)).ExcludeFromDescription();
        }

        endpoints.MapGet(agent, http => AnswerAsync(http, advice, isTypeNumber: true)).ExcludeFromDescription();

        // Clients ask for restrictions on baggage too; there are none.
        endpoints.MapGet(agent + "/baggageRestrictions", static http => WriteAsync(http, writer =>
        {
            writer.WriteStartArray();
            writer.WriteEndArray();
        })).ExcludeFromDescription();
    }

    private static Task AnswerAsync(HttpContext http, ISamplingAdvice advice, bool isTypeNumber)
    {
        if (http.Request.Query["service"] is not [{ Length: > 0 } service])
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            http.Response.ContentType = "text/plain; charset=utf-8";
            return http.Response.WriteAsync("'service' parameter must be provided once\n", http.RequestAborted);
        }

        http.RequestServices.GetRequiredService<TenantNames>().TryResolve(http.Request.Headers, out var tenant, out _);
        var strategy = advice.Advise(tenant, service);
        return WriteAsync(http, writer => strategy.WriteJson(writer, isTypeNumber));
    }

    private static Task WriteAsync(HttpContext http, Action<System.Text.Json.Utf8JsonWriter> write) =>
        JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, "application/json", isIndented: false, (writer, _) =>
        {
            write(writer);
            return Task.CompletedTask;
        });
}

/// <summary><c>jaeger.api_v2.SamplingManager</c>.</summary>
internal sealed class SamplingManagerService(ISamplingAdvice advice, TenantNames tenants) : IGrpcService
{
    /// <summary>Bytes of a request: it is one name.</summary>
    private const int MaxRequestBytes = 64 << 10;

    public IReadOnlyList<Door> Doors { get; } = [Door.JaegerGrpc];

    public IEnumerable<GrpcMethod> Methods => [new("/jaeger.api_v2.SamplingManager/GetSamplingStrategy", MaxRequestBytes, AdviseAsync)];

    private async Task<GrpcReply> AdviseAsync(GrpcCall call, CancellationToken cancellation)
    {
        var read = await call.ReadMessageAsync(MaxRequestBytes, admission: null, cancellation);
        if (read.Refusal is { } refusal)
        {
            return GrpcReply.Failed(Refusals.ToStatus(refusal, read.Problem, retryAfter: null));
        }

        using var body = read.Body!;
        if (SamplingRequest.ReadService(body.Memory.Span) is not { Length: > 0 } service)
        {
            return GrpcReply.Failed(RpcCode.InvalidArgument, "the message must be a SamplingStrategyParameters with a serviceName");
        }

        var answer = new System.Buffers.ArrayBufferWriter<byte>();
        tenants.TryResolve(call.Metadata, out var tenant, out _);
        advice.Advise(tenant, service).WriteProtobuf(answer);
        return GrpcReply.Ok(answer.WrittenMemory);
    }
}
