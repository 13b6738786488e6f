using System.Globalization;
using Clew.Server.Api.Contracts;
using Clew.Server.Api.Parameters;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Api;

/// <summary><c>GET /api/traces/{traceId}</c>.</summary>
internal static class TraceEndpoint
{
    public static IReadOnlyList<ApiParameter> Parameters { get; } = [KnownParameters.Format];

    public static async Task<IResult?> GetAsync(Asking asking)
    {
        var id = asking.TraceIdInPath();
        var format = asking.Query.Word(KnownParameters.Format);
        if (id is not { } trace || asking.Query.Errors.Count > 0)
        {
            return null;
        }

        var batch = await asking.Store.GetSpansAsync(asking.Tenant, [trace], range: null, asking.Cancellation);
        if (batch.Count == 0)
        {
            return Problems.NotFound(asking.Http, $"No span of trace {trace} is stored.");
        }

        if (batch.Count > asking.Limits.Spans)
        {
            return Problems.Limit(
                asking.Http,
                "query.spans",
                string.Create(CultureInfo.InvariantCulture, $"The trace has {batch.Count} spans; an answer has at most {asking.Limits.Spans}."));
        }

        return Results.Json(TraceMapping.Map(batch), ApiJson.Readable.TraceDetail);
    }
}
