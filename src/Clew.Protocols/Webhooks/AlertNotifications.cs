using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Webhooks;

/// <summary>
/// Alerts as monitoring and paging systems send them: Alertmanager's webhook (version 4, <see href="https://prometheus.io/docs/alerting/latest/configuration/#webhook_config"/>),
/// Grafana's, which has the same shape and more, PagerDuty's v3 events, Opsgenie's actions, and alerts in the words of this API.
/// </summary>
public static class AlertNotifications
{
    private static readonly string[] ServiceLabels = ["service_name", "service.name", "service", "app_kubernetes_io_name", "app.kubernetes.io/name", "app", "component", "deployment", "job"];
    private static readonly string[] GrafanaExtras = ["dashboardURL", "panelURL", "silenceURL", "imageURL", "valueString"];
    private static readonly string[] SeverityLabels = ["severity", "priority", "level", "urgency"];

    /// <summary>
    /// Opsgenie's actions that are possible on closed alerts too. The payload does not say whether its alert is open, so these tell nothing about it:
    /// a note on a closed alert must not open it again.
    /// </summary>
    private static readonly HashSet<string> OpsgenieRemarks =
        ["AddNote", "AddTags", "RemoveTags", "AddDetails", "RemoveDetails", "UpdateMessage", "UpdateDescription", "CustomAction"];

    /// <summary>Alertmanager and Grafana: one alert for each member of <c>alerts</c>.</summary>
    public static void ReadAlertmanager(JsonElement payload, string source, WebhookBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (payload.At("alerts").ValueKind != JsonValueKind.Array)
        {
            batch.Reject("a delivery without alerts");
            return;
        }

        if (payload.IntAt("truncatedAlerts") is > 0 and var truncated)
        {
            batch.Reject("alerts that the sender left out (truncatedAlerts)", truncated);
        }

        // Grafana's fingerprints are hashes of labels, which alerts of several organizations may share.
        var within = payload.At("orgId").Text() is { Length: > 0 } organization ? $"org-{organization}/" : "";
        foreach (var alert in payload.At("alerts").Items())
        {
            var labels = WebhookBatch.Map(alert.At("labels"));
            var annotations = WebhookBatch.Map(alert.At("annotations"));
            foreach (var extra in GrafanaExtras)
            {
                if (alert.TextAt(extra) is { Length: > 0 } value)
                {
                    annotations.TryAdd(extra, value);
                }
            }

            Add(batch, source, alert, labels, annotations, First(labels, "alertname"), within, alert.TextAt("generatorURL") is { Length: > 0 } link ? link : payload.TextAt("externalURL"));
        }
    }

    /// <summary>Alerts in this API's own words, which are those of Alertmanager's alerts: name or labels.alertname, status, startsAt, endsAt, labels, annotations, fingerprint, …</summary>
    public static void ReadNative(JsonElement payload, WebhookBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (payload.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in payload.Items())
            {
                ReadNative(item, batch);
            }
        }
        else if (payload.At("alerts").ValueKind == JsonValueKind.Array)
        {
            ReadAlertmanager(payload, payload.TextAt("source") is { Length: > 0 } told ? told : "alertmanager", batch);
        }
        else if (payload.ValueKind == JsonValueKind.Object)
        {
            var labels = WebhookBatch.Map(payload.At("labels"));
            var annotations = WebhookBatch.Map(payload.At("annotations"));
            Add(batch, payload.TextAt("source") is { Length: > 0 } source ? source : "api", payload, labels, annotations,
                payload.TextAt("name") is { Length: > 0 } name ? name : First(labels, "alertname"), "", payload.TextAt("link") is { Length: > 0 } link ? link : payload.TextAt("generatorURL"));
        }
        else
        {
            batch.Reject("not an object");
        }
    }

    /// <summary>PagerDuty's v3 webhook: an event about an incident.</summary>
    public static void ReadPagerDuty(JsonElement payload, WebhookBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var happened = payload.At("event");
        var type = happened.TextAt("event_type");
        var incident = happened.At("data");
        if (type == "pagey.ping")
        {
            return;
        }

        if (!type.StartsWith("incident.", StringComparison.Ordinal) || incident.TextAt("type") != "incident")
        {
            batch.Ignore("an event", type);
            return;
        }

        var told = WebhookBatch.Time(happened.At("occurred_at"), batch.Now);
        var resolved = incident.TextAt("status") == "resolved" || type == "incident.resolved";
        batch.Add(new AlertRecord
        {
            Fingerprint = incident.TextAt("id"),
            Start = WebhookBatch.Time(incident.At("created_at"), told),
            End = resolved ? WebhookBatch.Time(incident.At("resolved_at"), told) : null,
            Updated = told,
            Status = resolved ? AlertStatus.Resolved : AlertStatus.Firing,
            Source = "pagerduty",
            Name = incident.TextAt("title"),
            Severity = incident.At("priority").TextAt("summary") is { Length: > 0 } priority ? priority : incident.TextAt("urgency"),
            Service = incident.At("service").TextAt("summary"),
            Summary = incident.TextAt("title"),
            Link = incident.TextAt("html_url"),
            Labels = WebhookBatch.Known(("incident", incident.At("number").Text()), ("incident_key", incident.TextAt("incident_key")), ("urgency", incident.TextAt("urgency"))),
            Annotations = WebhookBatch.Known(
                ("event", type), ("state", incident.TextAt("status")), ("by", happened.At("agent").TextAt("summary")), ("resolve_reason", incident.At("resolve_reason").TextAt("type")),
                ("assignees", string.Join(", ", incident.At("assignees").Items().Select(who => who.TextAt("summary")).Where(who => who.Length > 0)))),
        });
    }

    /// <summary>Opsgenie's webhook: an action on an alert.</summary>
    public static void ReadOpsgenie(JsonElement payload, WebhookBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var alert = payload.At("alert");
        var action = payload.TextAt("action");
        if (alert.TextAt("alertId").Length == 0 || action.Length == 0)
        {
            batch.Reject("an action without an alert");
            return;
        }

        if (OpsgenieRemarks.Contains(action))
        {
            batch.Ignore("an action", action);
            return;
        }

        var details = WebhookBatch.Map(alert.At("details"));
        var told = WebhookBatch.Time(alert.At("updatedAt"), batch.Now);
        var resolved = action is "Close" or "Delete";
        batch.Add(new AlertRecord
        {
            Fingerprint = alert.TextAt("alias") is { Length: > 0 } alias ? alias : alert.TextAt("alertId"),
            Start = WebhookBatch.Time(alert.At("createdAt"), told),
            End = resolved ? told : null,
            Updated = told,
            Status = resolved ? AlertStatus.Resolved : AlertStatus.Firing,
            Source = "opsgenie",
            Name = alert.TextAt("message"),
            Severity = alert.TextAt("priority"),
            Service = alert.TextAt("entity") is { Length: > 0 } entity ? entity : ServiceOf(details),
            Summary = alert.TextAt("description") is { Length: > 0 } description ? WebhookBatch.FirstLine(description) : alert.TextAt("message"),
            Link = "",
            Labels = WebhookBatch.Known([
                ("alertId", alert.TextAt("alertId")), ("tags", string.Join(',', alert.At("tags").Items().Select(tag => tag.Text()))), .. details.Select(detail => (detail.Key, detail.Value))]),
            Annotations = WebhookBatch.Known(("action", action), ("integration", payload.TextAt("integrationName")), ("by", alert.TextAt("username"))),
        });
    }

    private static void Add(WebhookBatch batch, string source, JsonElement alert, Dictionary<string, string> labels, Dictionary<string, string> annotations, string name, string within, string link)
    {
        var start = WebhookBatch.Time(alert.At("startsAt"), batch.Now);
        var resolved = alert.TextAt("status") == "resolved";
        var end = WebhookBatch.Time(alert.At("endsAt"), batch.Now);
        batch.Add(new AlertRecord
        {
            Fingerprint = within + (alert.TextAt("fingerprint") is { Length: > 0 } told ? told : Fingerprint(source, name, labels)),
            Start = start,
            End = resolved ? (end >= start ? end : start) : null,
            Updated = batch.Now,
            Status = resolved ? AlertStatus.Resolved : AlertStatus.Firing,
            Source = source,
            Name = name,
            Severity = alert.TextAt("severity") is { Length: > 0 } severity ? severity : First(labels, SeverityLabels),
            Service = alert.TextAt("service") is { Length: > 0 } service ? service : ServiceOf(labels),
            Summary = alert.TextAt("summary") is { Length: > 0 } summary ? summary : First(annotations, "summary", "description", "message", "title"),
            Link = link,
            Labels = labels,
            Annotations = annotations,
        });
    }

    /// <summary>Made from what identifies an alert, for senders that give none.</summary>
    private static string Fingerprint(string source, string name, Dictionary<string, string> labels)
    {
        var text = string.Join('\n', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}").Prepend($"{source}\n{name}"));
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    /// <summary>A job of Prometheus' operator is <c>namespace/name</c>.</summary>
    private static string ServiceOf(Dictionary<string, string> labels)
    {
        var name = First(labels, ServiceLabels);
        return name[(name.LastIndexOf('/') + 1)..];
    }

    private static string First(Dictionary<string, string> map, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (map.GetValueOrDefault(key) is { Length: > 0 } value)
            {
                return value;
            }
        }

        return "";
    }
}
