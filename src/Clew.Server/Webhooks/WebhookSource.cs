using System.Text.Json;
using Clew.Protocols.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Clew.Server.Webhooks;

/// <summary>A system that reports changes or alerts, how it proves who it is, and what it calls a delivery.</summary>
/// <param name="Name">Last part of the path, and of the file with its secret.</param>
/// <param name="Verify">How a delivery is proved.</param>
/// <param name="DeliveryOf">What names one delivery, the same when it is sent again; empty when it has no name.</param>
/// <param name="Read">Makes records of it.</param>
internal sealed record WebhookSource(string Name, WebhookProof Verify, Func<HttpRequest, JsonElement, string> DeliveryOf, Action<HttpRequest, JsonElement, WebhookBatch> Read)
{
    public static readonly WebhookSource GitHub = new(
        "github", WebhookProof.HubSignature, (request, _) => Header(request, "X-GitHub-Delivery"), (request, root, batch) => GitHubEvents.Read(Header(request, "X-GitHub-Event"), root, batch));

    public static readonly WebhookSource GitLab = new(
        "gitlab", WebhookProof.GitLabToken,
        (request, _) => Header(request, "Idempotency-Key") is { Length: > 0 } key ? key : Header(request, "X-Gitlab-Event-UUID"), (_, root, batch) => GitLabEvents.Read(root, batch));

    public static readonly WebhookSource ArgoCd = new("argocd", WebhookProof.Bearer, NoName, (_, root, batch) => ArgoCdNotifications.Read(root, batch));

    public static readonly WebhookSource Alertmanager = new("alertmanager", WebhookProof.Bearer, NoName, (_, root, batch) => AlertNotifications.ReadAlertmanager(root, "alertmanager", batch));

    public static readonly WebhookSource Grafana = new("grafana", WebhookProof.GrafanaSignatureOrBearer, NoName, (_, root, batch) => AlertNotifications.ReadAlertmanager(root, "grafana", batch));

    public static readonly WebhookSource PagerDuty = new(
        "pagerduty", WebhookProof.PagerDutySignature,
        (_, root) => root.ValueKind == JsonValueKind.Object && root.TryGetProperty("event", out var happened) && happened.ValueKind == JsonValueKind.Object && happened.TryGetProperty("id", out var id)
            && id.ValueKind == JsonValueKind.String ? id.GetString()! : "",
        (_, root, batch) => AlertNotifications.ReadPagerDuty(root, batch));

    public static readonly WebhookSource Opsgenie = new("opsgenie", WebhookProof.Bearer, NoName, (_, root, batch) => AlertNotifications.ReadOpsgenie(root, batch));

    /// <summary>Those whose payloads are known; mapped ones come by configuration.</summary>
    public static IReadOnlyList<WebhookSource> Known { get; } = [GitHub, GitLab, ArgoCd, Alertmanager, Grafana, PagerDuty, Opsgenie];

    /// <summary>The path part and name of what is mapped by configuration.</summary>
    public const string Generic = "generic";

    public static string Header(HttpRequest request, string name) => request.Headers[name] is [{ } single] ? single : "";

    private static string NoName(HttpRequest request, JsonElement root) => "";
}
