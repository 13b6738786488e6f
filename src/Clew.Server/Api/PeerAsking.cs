using Clew.Server.Configuration;
using Clew.Server.Tenancy;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Api;

/// <summary>One request to the API of another product (Jaeger, Zipkin, Tempo, …) and what it takes to answer it.</summary>
internal class PeerAsking
{
    private readonly IReadOnlyDictionary<string, string>? _parameters;

    /// <param name="parameters">What is asked, when it is not in the URL but in a gRPC message.</param>
    /// <param name="cancellation">Cancelled when nobody waits any more; without it when the request is aborted.</param>
    /// <exception cref="PeerRefusal">The request does not say whose data it asks for.</exception>
    public PeerAsking(HttpContext http, IReadOnlyDictionary<string, string>? parameters = null, CancellationToken? cancellation = null)
    {
        _parameters = parameters;
        Cancellation = cancellation ?? http.RequestAborted;
        var services = http.RequestServices;
        Http = http;
        Tenants = services.GetRequiredService<TenantNames>().TryResolveAll(http.Request.Headers, out var tenants, out var problem) ? tenants : throw PeerRefusal.BadRequest(problem);
        Store = services.GetRequiredService<ITelemetryReader>();
        Clock = services.GetRequiredService<TimeProvider>();
        Options = services.GetRequiredService<ServerOptions>();
    }

    public HttpContext Http { get; }

    /// <summary>Whose data is asked for; at least one.</summary>
    public IReadOnlyList<Tenant> Tenants { get; }

    /// <summary>The one tenant whose data is asked for.</summary>
    /// <exception cref="PeerRefusal">The question names several, and can only be asked of one.</exception>
    public Tenant Tenant => Tenants is [var only] ? only : throw PeerRefusal.BadRequest("this question is about one tenant, and the request names several: ask of each by itself");

    public ITelemetryReader Store { get; }

    public TimeProvider Clock { get; }

    public ServerOptions Options { get; }

    public QueryLimits Limits => Options.Queries;

    public CancellationToken Cancellation { get; }

    public Timestamp Now => Timestamp.FromDateTimeOffset(Clock.GetUtcNow());

    /// <summary>The value of a parameter, or null when it is missing or empty, which the peers take for the same.</summary>
    public string? Text(string name) =>
        _parameters is not null ? _parameters.GetValueOrDefault(name)
        : Http.Request.Query[name] is [{ Length: > 0 } first, ..] ? first : null;
}
