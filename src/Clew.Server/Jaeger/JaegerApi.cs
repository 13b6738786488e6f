using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Jaeger.Legacy;
using Clew.Server.Jaeger.V3;
using Clew.Server.Tenancy;
using Clew.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Jaeger;

/// <summary>
/// Jaeger's HTTP API under <c>/jaeger</c>, and without that prefix on Jaeger's own port: the legacy generation (<c>/api</c>, up to Jaeger 2.20)
/// and version 3 (<c>/api/v3</c>).
/// </summary>
internal sealed class JaegerApi : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options)
    {
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var jaeger = endpoints.MapGroup(Door.Jaeger.PathPrefix).ExcludeFromDescription();
        LegacyEndpoints.Map(jaeger.MapGroup("/api"));
        V3Endpoints.Map(jaeger.MapGroup("/api/v3"));
    }
}

/// <summary>One request to Jaeger's API and what it takes to answer it.</summary>
/// <param name="Tenant">Whose data is asked for.</param>
internal sealed record JaegerAsking(HttpContext Http, Tenant Tenant, ITelemetryReader Store, TimeProvider Clock, ServerOptions Options)
{
    public QueryLimits Limits => Options.Queries;

    public CancellationToken Cancellation => Http.RequestAborted;

    public Timestamp Now => Timestamp.FromDateTimeOffset(Clock.GetUtcNow());

    /// <exception cref="JaegerRefusal">The request does not say whose data it asks for.</exception>
    public static JaegerAsking Of(HttpContext http) => new(
        http,
        http.RequestServices.GetRequiredService<TenantNames>().TryResolve(http.Request.Headers, out var tenant, out var problem) ? tenant : throw JaegerRefusal.BadRequest(problem),
        http.RequestServices.GetRequiredService<ITelemetryReader>(),
        http.RequestServices.GetRequiredService<TimeProvider>(),
        http.RequestServices.GetRequiredService<ServerOptions>());

    /// <summary>The value of a parameter, or null when it is missing or empty, which Jaeger takes for the same.</summary>
    public string? Text(string name) => Http.Request.Query[name] is [{ Length: > 0 } first, ..] ? first : null;
}

/// <summary>A request that Jaeger's API answers with an error. The policy: the status and the message, in the generation's own form.</summary>
internal sealed class JaegerRefusal(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public static JaegerRefusal BadRequest(string message) => new(StatusCodes.Status400BadRequest, message);

    /// <summary>What an exception from the store means to Jaeger's clients; null when it means nothing to them.</summary>
    public static JaegerRefusal? Of(Exception error, HttpContext context)
    {
        switch (error)
        {
            case JaegerRefusal refusal:
                return refusal;
            case QueryLimitException limit:
                return new JaegerRefusal(StatusCodes.Status422UnprocessableEntity, limit.Message);
            case InvalidQuestionException invalid:
                return BadRequest(invalid.Message);
            case StoreUnavailableException unavailable:
                context.Response.Headers.RetryAfter = ((long)Math.Max(1, Math.Ceiling(unavailable.RetryAfter.TotalSeconds))).ToString(System.Globalization.CultureInfo.InvariantCulture);
                return new JaegerRefusal(StatusCodes.Status503ServiceUnavailable, unavailable.Message);
            default:
                return null;
        }
    }
}
