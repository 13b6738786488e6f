using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Webhooks;

/// <summary>
/// Argo CD's notifications in the template that docs/changes.md gives: members app, project, namespace, revision, phase, health, message, finishedAt,
/// repo, url, author. A template that writes the whole application instead (<c>{{toJson .app}}</c>, alone or as the member app) is read too.
/// </summary>
public static class ArgoCdNotifications
{
    public static void Read(JsonElement payload, WebhookBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var application = payload.At("app") is { ValueKind: JsonValueKind.Object } nested ? nested : payload;
        var sync = Sync.Of(payload, application);
        if (sync.App.Length == 0)
        {
            batch.Reject("a notification without an app");
            return;
        }

        if (sync.Phase is not ("Succeeded" or "Failed" or "Error" or "Running"))
        {
            batch.Ignore("a phase of a sync", sync.Phase);
            return;
        }

        var shown = sync.Revision.Length > 12 ? sync.Revision[..12] : sync.Revision;
        var words = sync.Phase switch { "Succeeded" => "was synced to", "Running" => "began to sync to", _ => "failed to sync to" };
        var time = WebhookBatch.Time(sync.Finished, batch.Now);
        batch.Add(new ChangeRecord(
            $"argocd-{sync.App}-{sync.Revision}-{sync.Phase}-{time}", time, sync.Phase == "Running" ? "rollout" : "deploy", sync.App,
            $"{sync.App} {words} {(shown.Length > 0 ? shown : "an unnamed revision")}{(sync.Phase is "Failed" or "Error" ? GitHubEvents.After(": ", sync.Message) : "")}", sync.Revision,
            sync.Author, payload.TextAt("url"),
            WebhookBatch.Known(
                ("source", "argocd"), ("state", sync.Phase), ("health", sync.Health), ("project", sync.Project), ("k8s.namespace.name", sync.Namespace), ("repository", sync.Repository))));
    }

    private readonly record struct Sync(
        string App, string Phase, string Revision, JsonElement Finished, string Message, string Author, string Health, string Project, string Namespace, string Repository)
    {
        public static Sync Of(JsonElement payload, JsonElement application)
        {
            if (application.At("metadata").ValueKind != JsonValueKind.Object)
            {
                return new Sync(
                    payload.TextAt("app"), payload.TextAt("phase"), payload.TextAt("revision"), payload.At("finishedAt"), payload.TextAt("message"), payload.TextAt("author"),
                    payload.TextAt("health"), payload.TextAt("project"), payload.TextAt("namespace"), payload.TextAt("repo"));
            }

            var spec = application.At("spec");
            var operation = application.At("status", "operationState");
            var done = operation.At("syncResult").TextAt("revision");
            return new Sync(
                application.At("metadata").TextAt("name"), operation.TextAt("phase"), done.Length > 0 ? done : operation.At("operation", "sync").TextAt("revision"), operation.At("finishedAt"),
                operation.TextAt("message"), operation.At("operation", "initiatedBy").TextAt("username"), application.At("status", "health").TextAt("status"), spec.TextAt("project"),
                spec.At("destination").TextAt("namespace"), spec.At("source").TextAt("repoURL"));
        }
    }
}
