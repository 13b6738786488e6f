using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Webhooks;

/// <summary>Argo CD's notifications in the template that docs/changes.md gives: members app, project, namespace, revision, phase, health, message, finishedAt, repo, url, author.</summary>
public static class ArgoCdNotifications
{
    public static void Read(JsonElement payload, WebhookBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var app = payload.TextAt("app");
        var phase = payload.TextAt("phase");
        if (app.Length == 0 || phase is not ("Succeeded" or "Failed" or "Error" or "Running"))
        {
            batch.Reject(app.Length == 0 ? "a notification without an app" : $"a sync whose phase is {(phase.Length == 0 ? "not told" : WebhookBatch.FirstLine(phase))}");
            return;
        }

        var revision = payload.TextAt("revision");
        var shown = revision.Length > 12 ? revision[..12] : revision;
        var words = phase switch { "Succeeded" => "was synced to", "Running" => "began to sync to", _ => "failed to sync to" };
        var time = WebhookBatch.Time(payload.At("finishedAt"), batch.Now);
        batch.Add(new ChangeRecord(
            $"argocd-{app}-{revision}-{phase}-{time}", time, phase == "Running" ? "rollout" : "deploy", app,
            $"{app} {words} {(shown.Length > 0 ? shown : "an unnamed revision")}{(phase is "Failed" or "Error" ? GitHubEvents.After(": ", payload.TextAt("message")) : "")}", revision,
            payload.TextAt("author"), payload.TextAt("url"),
            WebhookBatch.Known(
                ("source", "argocd"), ("state", phase), ("health", payload.TextAt("health")), ("project", payload.TextAt("project")),
                ("k8s.namespace.name", payload.TextAt("namespace")), ("repository", payload.TextAt("repo")))));
    }
}
