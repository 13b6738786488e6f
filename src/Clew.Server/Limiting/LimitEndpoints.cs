using System.Text.Json.Serialization;
using Clew.Server.Api;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Limiting;

/// <summary><c>GET /api/limits</c>: what of the asking tenant's telemetry was capped, and by which limit.</summary>
internal sealed class LimitEndpoints : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options)
    {
    }

    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapQuestion<CappedList>("/api/limits", "listCapped", "What was capped: services with too many attribute keys, span names or series", [], AnswerAsync);

    private static Task<IResult?> AnswerAsync(Asking asking)
    {
        var capped = asking.Http.RequestServices.GetRequiredService<CardinalityGuard>().Capped(asking.Tenant);
        return Task.FromResult<IResult?>(Results.Json(new CappedList([.. capped.Select(Write)]), LimitJson.Default.CappedList));
    }

    private static CappedEntry Write(CappedCardinality capped) => new(
        capped.Kind.Setting(),
        capped.Service,
        capped.Metric,
        capped.Known,
        capped.Limit,
        capped.Refused,
        capped.Examples);
}

/// <param name="Capped">The most affected first; empty when nothing was capped within the window.</param>
internal sealed record CappedList(IReadOnlyList<CappedEntry> Capped);

/// <param name="Setting">The limit.</param>
/// <param name="Metric">Empty unless series were capped.</param>
/// <param name="Known">Distinct ones that are kept.</param>
/// <param name="Refused">Times something new was left out, folded or dropped.</param>
/// <param name="Examples">A few of them.</param>
internal sealed record CappedEntry(string Setting, string Service, string Metric, int Known, int Limit, long Refused, IReadOnlyList<string> Examples);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CappedList))]
internal sealed partial class LimitJson : JsonSerializerContext;
