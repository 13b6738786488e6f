using Clew.Server.Api;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Records;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Detection;

/// <summary>Notices incidents, and lists them: <c>GET /api/incidents</c>.</summary>
internal sealed class DetectionModule : IEndpointModule
{
    private static readonly ApiParameter Status = new("status", "Open or closed.", "open") { Words = ["any", "open", "closed"] };

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(provider => new RedReader(provider.GetRequiredService<ITelemetryReader>(), options.Detection));
        if (options.Detection.Enabled)
        {
            services.AddSingleton<DetectionService>();
            services.AddHostedService(provider => provider.GetRequiredService<DetectionService>());
        }
    }

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapQuestion<IncidentList>(
        "/api/incidents", "listIncidents", "Incidents that were noticed, those that began last first",
        [Status, KnownParameters.Start, KnownParameters.End, KnownParameters.Since, KnownParameters.Limit], ListAsync);

    private static async Task<IResult?> ListAsync(Asking asking)
    {
        var query = asking.Query;
        var range = query.Range(asking.Clock) ?? TimeRange.All;
        var limit = query.Int(KnownParameters.Limit, 1, RecordLimits.Answer, RecordLimits.DefaultAnswer);
        var wanted = new AlertQuery(asking.Tenant, range, limit)
        {
            Sources = [IncidentRecords.Source],
            Status = query.Word(Status) switch { "open" => AlertStatus.Firing, "closed" => AlertStatus.Resolved, _ => null },
        };
        if (query.Errors.Count > 0)
        {
            return null;
        }

        var alerts = await asking.Store.FindAlertsAsync(wanted, asking.Cancellation);
        return Results.Json(new IncidentList([.. alerts.Select(IncidentRecords.Entry)], limit), IncidentJson.Readable.IncidentList);
    }
}
