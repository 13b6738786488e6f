using Clew.Analysis.Paperwork;
using Clew.Analysis.Reports;
using Clew.Analysis.Worlds;
using Clew.Server.Api;
using Clew.Server.Capsules;
using Clew.Server.Configuration;
using Clew.Server.Detection;
using Clew.Server.Hosting;
using Clew.Server.Live;
using Clew.Server.Queries;
using Clew.Server.Redaction;
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
    private const string Markdown = "text/markdown";

    private const string CapsuleType = "application/gzip";

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.TryAddSingleton(InvestigationLimits.Default);
        services.AddSingleton(provider => new EvidenceReader(
            provider.GetRequiredService<ITelemetryReader>(), provider.GetService<IMetricReader>(), provider.GetServices<IQueryLanguage>(), provider.GetRequiredService<TimeProvider>(), options.Queries,
            provider.GetRequiredService<InvestigationLimits>()));
        services.TryAddSingleton(CapsuleLimits.Default);
        services.AddSingleton(provider => new CapsuleWriter(
            provider.GetRequiredService<ITelemetryReader>(), provider.GetRequiredService<TextRedactor>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<CapsuleLimits>()));
        services.AddSingleton(provider => new StartingPoints(
            provider.GetRequiredService<ITelemetryReader>(), provider.GetRequiredService<RedReader>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<InvestigationLimits>()));
        services.AddSingleton(provider => new InvestigationService(
            provider.GetRequiredService<ITelemetryReader>(), provider.GetRequiredService<EvidenceReader>(), provider.GetRequiredService<InvestigationMemory>(), provider.GetRequiredService<StartingPoints>(),
            provider.GetRequiredService<LiveEvents>(), provider.GetRequiredService<TimeProvider>(),
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
        endpoints.MapIntake("/api/investigations/postmortem", "writePostmortem", "The draft of a postmortem of a report, as Markdown", [], asking => DocumentAsync(asking, Postmortem.Write))
            .Accepts<InvestigationReport>("application/json")
            .Produces<string>(StatusCodes.Status200OK, Markdown);
        endpoints.MapIntake("/api/investigations/runbook", "writeRunbook", "A runbook of a report, as Markdown", [], asking => DocumentAsync(asking, Runbook.Write))
            .Accepts<InvestigationReport>("application/json")
            .Produces<string>(StatusCodes.Status200OK, Markdown);
        endpoints.MapIntake("/api/investigations/capsule", "writeCapsule", "Find the cause of an incident; the answer is a capsule of all that it rests on", [], CapsuleAsync)
            .Accepts<InvestigationRequest>("application/json")
            .Produces<byte[]>(StatusCodes.Status200OK, CapsuleType);
        endpoints.MapIntake("/api/investigations/world", "investigationWorld", "What an investigation would look at, as data", [], WorldAsync)
            .Accepts<InvestigationRequest>("application/json")
            .Produces<World>();
    }

    private static async Task<IResult?> WorldAsync(Asking asking)
    {
        if (await JsonBody.ReadAsync(asking, InvestigationJson.Default.InvestigationRequest) is not { } request)
        {
            return null;
        }

        var investigations = asking.Http.RequestServices.GetRequiredService<InvestigationService>();
        var scope = await investigations.ReadAsync(asking.Tenant, request, asking.Query.Refuse, asking.Cancellation);
        return scope is null ? null : Results.Json(await investigations.LoadAsync(scope, asking.Cancellation), WorldJson.Default.World);
    }

    private static async Task<IResult?> InvestigateAsync(Asking asking)
    {
        if (await JsonBody.ReadAsync(asking, InvestigationJson.Default.InvestigationRequest) is not { } request)
        {
            return null;
        }

        var investigations = asking.Http.RequestServices.GetRequiredService<InvestigationService>();
        var scope = await investigations.ReadAsync(asking.Tenant, request, asking.Query.Refuse, asking.Cancellation);
        if (scope is null)
        {
            return null;
        }

        if (InvestigationLines.AreWanted(asking.Http.Request))
        {
            return new InvestigationLines(stage => investigations.RunWithWorldAsync(scope, asking.Cancellation, stage));
        }

        var outcome = await investigations.RunWithWorldAsync(scope, asking.Cancellation);
        if (outcome.Id is { } id)
        {
            asking.Http.Response.Headers.ContentLocation = $"/api/investigations/{id}";
        }

        return Results.Json(outcome.Report, ReportJson.Readable.InvestigationReport);
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

    private static async Task<IResult?> DocumentAsync(Asking asking, Func<InvestigationReport, string> write) =>
        await JsonBody.ReadAsync(asking, ReportJson.Default.InvestigationReport) is { } report ? Results.Text(write(report), Markdown) : null;

    private static async Task<IResult?> CapsuleAsync(Asking asking)
    {
        if (await JsonBody.ReadAsync(asking, InvestigationJson.Default.InvestigationRequest) is not { } request)
        {
            return null;
        }

        var services = asking.Http.RequestServices;
        var investigations = services.GetRequiredService<InvestigationService>();
        if (await investigations.ReadAsync(asking.Tenant, request, asking.Query.Refuse, asking.Cancellation) is not { } scope)
        {
            return null;
        }

        var (world, _, _) = await investigations.RunWithWorldAsync(scope, asking.Cancellation);
        return Results.Bytes(await services.GetRequiredService<CapsuleWriter>().WriteAsync(asking.Tenant, world, asking.Cancellation), CapsuleType);
    }
}
