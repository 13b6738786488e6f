using Clew.Analysis.Reports;
using Clew.Server.Api;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Queries;
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
        services.AddSingleton(provider => new EvidenceReader(
            provider.GetRequiredService<ITelemetryReader>(), provider.GetService<IMetricReader>(), provider.GetServices<IQueryLanguage>(), provider.GetRequiredService<TimeProvider>(), options.Queries,
            provider.GetRequiredService<InvestigationLimits>()));
        services.AddSingleton(provider => new InvestigationService(
            provider.GetRequiredService<ITelemetryReader>(), provider.GetRequiredService<EvidenceReader>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<InvestigationLimits>(), provider.GetRequiredService<ILogger<InvestigationService>>()));
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapIntake("/api/investigations", "investigate", "Find the cause of an incident", [], InvestigateAsync)
            .Accepts<InvestigationRequest>("application/json")
            .Produces<InvestigationReport>();
        endpoints.MapIntake("/api/investigations/verify", "verifyInvestigation", "Look up again what a report cites", [], VerifyAsync)
            .Accepts<InvestigationReport>("application/json")
            .Produces<Verification>();
    }

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

    private static async Task<IResult?> VerifyAsync(Asking asking)
    {
        if (await JsonBody.ReadAsync(asking, ReportJson.Default.InvestigationReport) is not { } report)
        {
            return null;
        }

        var investigations = asking.Http.RequestServices.GetRequiredService<InvestigationService>();
        return Results.Json(await investigations.VerifyAsync(asking.Tenant, report, asking.Cancellation), ReportJson.Readable.Verification);
    }
}
