using Clew.Analysis.Doctor;
using Clew.Server.Api;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Doctor;

/// <summary><c>GET /api/doctor</c> and <c>GET /api/tracing/measures</c>: docs/doctor.md describes both.</summary>
internal sealed class DoctorEndpoints : IEndpointModule
{
    /// <summary>The window of a question that names none, up to the latest span.</summary>
    private static readonly TimeSpan UsualWindow = TimeSpan.FromHours(1);

    private static readonly IReadOnlyList<ApiParameter> Parameters = [KnownParameters.Start, KnownParameters.End, KnownParameters.Since];

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<Arrivals>();
        services.AddSingleton<ServerStateReader>();
        services.AddSingleton<SurveyLoader>();
        services.AddSingleton<MeasuresService>();
        services.AddHostedService(provider => provider.GetRequiredService<MeasuresService>());
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapQuestion<DoctorReport>("/api/doctor", "examine", "What is wrong with the telemetry, why, and what to do", Parameters, ExamineAsync);
        endpoints.MapQuestion<TracingMeasures>("/api/tracing/measures", "measureTracing", "The measures of the tracing itself", Parameters, MeasureAsync);
    }

    private static async Task<IResult?> ExamineAsync(Asking asking)
    {
        var surveys = asking.Http.RequestServices.GetRequiredService<SurveyLoader>();
        if (await WindowAsync(asking, surveys, UsualWindow) is not { } window)
        {
            return null;
        }

        return Results.Json(TracingDoctor.Examine(await surveys.LoadAsync(asking.Tenant, window, asking.Cancellation)), DoctorJson.Readable.DoctorReport);
    }

    private static async Task<IResult?> MeasureAsync(Asking asking)
    {
        var surveys = asking.Http.RequestServices.GetRequiredService<SurveyLoader>();
        if (await WindowAsync(asking, surveys, MeasuresService.Window) is not { } window)
        {
            return null;
        }

        return Results.Json(TracingMeasures.Of(await surveys.LoadForMeasuresAsync(asking.Tenant, window, asking.Cancellation)), DoctorJson.Readable.TracingMeasures);
    }

    private static async Task<TimeRange?> WindowAsync(Asking asking, SurveyLoader surveys, TimeSpan usual)
    {
        var asked = asking.Query.Range(asking.Clock);
        if (asking.Query.Errors.Count > 0)
        {
            return null;
        }

        if (asked is not { } range)
        {
            return await surveys.UsualWindowAsync(asking.Tenant, usual, asking.Cancellation);
        }

        // A window has two ends: without one of them it is as long as usual, or goes up to now.
        var end = range.End == TimeRange.All.End ? asking.Now : range.End;
        var start = range.Start == TimeRange.All.Start ? end - usual : range.Start;
        if (start >= end)
        {
            asking.Query.Refuse(KnownParameters.Start.Name, start.ToString(), "a time before now");
            return null;
        }

        return new TimeRange(start, end);
    }
}
