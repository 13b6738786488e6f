using Clew.Server.Configuration;
using Clew.Server.Tenancy;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Api;

/// <summary>One request to the API of another product (Jaeger, Zipkin, Tempo, …) and what it takes to answer it.</summary>
internal class PeerAsking
{
    /// <exception cref="PeerRefusal">The request does not say whose data it asks for.</exception>
    public PeerAsking(HttpContext http)
    {
        var services = http.RequestServices;
        Http = http;
        Tenant = services.GetRequiredService<TenantNames>().TryResolve(http.Request.Headers, out var tenant, out var problem) ? tenant : throw PeerRefusal.BadRequest(problem);
        Store = services.GetRequiredService<ITelemetryReader>();
        Clock = services.GetRequiredService<TimeProvider>();
        Options = services.GetRequiredService<ServerOptions>();
    }

    public HttpContext Http { get; }

    /// <summary>Whose data is asked for.</summary>
    public Tenant Tenant { get; }

    public ITelemetryReader Store { get; }

    public TimeProvider Clock { get; }

    public ServerOptions Options { get; }

    public QueryLimits Limits => Options.Queries;

    public CancellationToken Cancellation => Http.RequestAborted;

    public Timestamp Now => Timestamp.FromDateTimeOffset(Clock.GetUtcNow());

    /// <summary>The value of a parameter, or null when it is missing or empty, which the peers take for the same.</summary>
    public string? Text(string name) => Http.Request.Query[name] is [{ Length: > 0 } first, ..] ? first : null;
}
