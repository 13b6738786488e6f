using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Server.Tenancy;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Api;

/// <summary>What every endpoint of the native API needs to answer.</summary>
/// <param name="Tenant">Whose data is asked for.</param>
internal sealed record Asking(HttpContext Http, QueryReader Query, Tenant Tenant, ITelemetryReader Store, TimeProvider Clock, QueryLimits Limits)
{
    public CancellationToken Cancellation => Http.RequestAborted;

    public Timestamp Now => Timestamp.FromDateTimeOffset(Clock.GetUtcNow());

    /// <summary>An id in the path; null, with an error noted, when it is none.</summary>
    public TraceId? TraceIdInPath()
    {
        var text = (string?)Http.Request.RouteValues["traceId"];
        if (TraceId.TryParse(text, out var id) && !id.IsEmpty)
        {
            return id;
        }

        Query.Refuse("traceId", text, "up to 32 hex digits, not all zero");
        return null;
    }

    /// <summary>As <see cref="TraceIdInPath"/>.</summary>
    public SpanId? SpanIdInPath()
    {
        var text = (string?)Http.Request.RouteValues["spanId"];
        if (SpanId.TryParse(text, out var id) && !id.IsEmpty)
        {
            return id;
        }

        Query.Refuse("spanId", text, "up to 16 hex digits, not all zero");
        return null;
    }

    /// <summary>The <c>attr</c> parameters: all of them must hold.</summary>
    public Predicate? Attributes(IReadOnlyDictionary<string, FieldSource> scopes) => AttributeCondition.AllOf(Query, Limits, scopes);
}

/// <summary>Runs an endpoint: reads parameters, refuses what is wrong, translates what the store throws.</summary>
internal static class Questions
{
    /// <param name="ask">
    /// First reads all parameters, then asks the store only if <see cref="QueryReader.Errors"/> is empty; returns null when it is not.
    /// </param>
    public static async Task<IResult> AnswerAsync(HttpContext http, IReadOnlyList<ApiParameter> parameters, Func<Asking, Task<IResult?>> ask)
    {
        var services = http.RequestServices;
        if (!services.GetRequiredService<TenantNames>().TryResolve(http.Request.Headers, out var tenant, out var problem))
        {
            return Problems.RefusedQuestion(http, problem);
        }

        var asking = new Asking(
            http,
            new QueryReader(http.Request.Query, parameters),
            tenant,
            services.GetRequiredService<ITelemetryReader>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ServerOptions>().Queries);
        try
        {
            return await ask(asking) ?? Problems.InvalidParameters(http, asking.Query.Errors);
        }
        catch (QueryLimitException limit)
        {
            return Problems.Limit(http, limit.Limit, limit.Message);
        }
        catch (StoreUnavailableException unavailable)
        {
            return Problems.Unavailable(http, unavailable);
        }
        catch (InvalidQuestionException refused)
        {
            return Problems.RefusedQuestion(http, refused.Message);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty; // Nobody is waiting for the answer.
        }
    }
}
