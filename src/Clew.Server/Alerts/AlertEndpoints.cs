using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Protocols.Webhooks;
using Clew.Server.Api;
using Clew.Server.Api.Parameters;
using Clew.Server.Configuration;
using Clew.Server.Hosting;
using Clew.Server.Records;
using Clew.Server.Redaction;
using Clew.Server.Webhooks;
using Clew.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Alerts;

/// <summary><c>GET /api/alerts</c> lists alerts; <c>POST /api/alerts</c> takes them in the words of this API.</summary>
internal sealed class AlertEndpoints : IEndpointModule
{
    private const string Source = "api";

    public static IReadOnlyList<ApiParameter> ListParameters { get; } =
    [
        RecordParameters.AlertStatus, KnownParameters.Service, RecordParameters.Source, RecordParameters.Name, RecordParameters.AlertSeverity,
        KnownParameters.Start, KnownParameters.End, KnownParameters.Since, KnownParameters.Limit,
    ];

    public void AddServices(IServiceCollection services, ServerOptions options)
    {
    }

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapQuestion<AlertList>("/api/alerts", "listAlerts", "Alerts that were firing, those that began last first", ListParameters, ListAsync);
        endpoints.MapIntake("/api/alerts", "addAlerts", "Record alerts", [], AddAsync)
            .Accepts<object>(isOptional: true, "application/json", "*/*")
            .Produces<WebhookAccepted>()
            .Refuses(StatusCodes.Status413PayloadTooLarge);
    }

    /// <summary>The question for alerts that parameters ask.</summary>
    public static AlertQuery Question(QueryReader query, Tenant tenant, TimeProvider clock) =>
        new(tenant, query.Range(clock) ?? TimeRange.All, query.Int(KnownParameters.Limit, 1, RecordLimits.Answer, RecordLimits.DefaultAnswer))
        {
            Status = query.Word(RecordParameters.AlertStatus) switch { "firing" => AlertStatus.Firing, "resolved" => AlertStatus.Resolved, _ => null },
            Services = query.Values(KnownParameters.Service),
            Sources = query.Values(RecordParameters.Source),
            Names = query.Values(RecordParameters.Name),
            Severities = query.Values(RecordParameters.AlertSeverity),
        };

    private static async Task<IResult?> ListAsync(Asking asking)
    {
        var query = asking.Query;
        var wanted = Question(query, asking.Tenant, asking.Clock);
        if (query.Errors.Count > 0)
        {
            return null;
        }

        var alerts = await asking.Store.FindAlertsAsync(wanted, asking.Cancellation);
        return Results.Json(new AlertList([.. alerts.Select(Entry)], wanted.Limit), AlertJson.Readable.AlertList);
    }

    private static Task<IResult?> AddAsync(Asking asking) => RecordIngest.ReceiveAsync(asking, Source, RecordLimits.WebhookBytes, "webhook_bytes", async body =>
    {
        var batch = new WebhookBatch(WebhookLimits.Default, asking.Now, asking.Http.RequestServices.GetRequiredService<TextCut>());
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = WebhookLimits.Default.MaxDepth });
            AlertNotifications.ReadNative(document.RootElement, batch);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            RecordIngest.Refused(asking.Http, Source, "malformed", wrong.Message);
            return Problems.Malformed(asking.Http, $"The body is not JSON: {wrong.Message}");
        }

        if (batch.Alerts.Count == 0)
        {
            RecordIngest.Refused(asking.Http, Source, "malformed", "no alert");
            return Problems.Malformed(asking.Http, "There is no alert in the body; expected a list of objects with name (or labels.alertname), status, startsAt, …, as docs/api.md describes.");
        }

        await RecordStore.WriteAsync(asking, Source, batch);
        return Results.Json(WebhookAccepted.Of(batch, asking.Http.RequestServices.GetRequiredService<TextRedactor>()), WebhookJson.Default.WebhookAccepted);
    });

    private static AlertEntry Entry(AlertRecord alert) => new()
    {
        Status = alert.Status == AlertStatus.Resolved ? "resolved" : "firing",
        StartsAt = alert.Start,
        EndsAt = alert.End,
        UpdatedAt = alert.Updated,
        Name = alert.Name,
        Source = alert.Source,
        Fingerprint = alert.Fingerprint,
        Severity = ContentMapping.Known(alert.Severity),
        Service = ContentMapping.Known(alert.Service),
        Summary = ContentMapping.Known(alert.Summary),
        Link = ContentMapping.Known(alert.Link),
        Labels = alert.Labels,
        Annotations = alert.Annotations,
    };
}
