using Clew.Analysis.Reports;
using Clew.Server.Api;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Clew.Server.Investigations;

/// <summary><c>POST /api/investigations</c>: docs/investigation.md describes the request and the report.</summary>
internal sealed class InvestigationEndpoints : IEndpointModule
{
    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.TryAddSingleton(InvestigationLimits.Default);
        services.AddSingleton(provider => new InvestigationService(
            provider.GetRequiredService<ITelemetryReader>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<InvestigationLimits>(), provider.GetRequiredService<ILogger<InvestigationService>>()));
    }

    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapIntake("/api/investigations", "investigate", "Find the cause of an incident", [], InvestigateAsync)
            .Accepts<InvestigationRequest>("application/json")
            .Produces<InvestigationReport>();

    private static async Task<IResult?> InvestigateAsync(Asking asking)
    {
        if (await JsonBody.ReadAsync(asking, InvestigationJson.Default.InvestigationRequest) is not { } request)
        {
            return null;
        }

        var investigations = asking.Http.RequestServices.GetRequiredService<InvestigationService>();
        var scope = await investigations.ReadAsync(asking.Tenant, request, asking.Query.Refuse, asking.Cancellation);
        return scope is null ? null : Results.Json(await investigations.RunAsync(scope, asking.Cancellation), ReportJson.Readable.InvestigationReport);
    }
}
