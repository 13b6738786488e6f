using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Webhooks;

/// <summary>
/// GitLab's webhook events (<see href="https://docs.gitlab.com/user/project/integrations/webhook_events/"/>): push, deployment,
/// pipeline, release, feature flag. The service is the project's name.
/// </summary>
public static class GitLabEvents
{
    public static void Read(JsonElement payload, WebhookBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var project = payload.At("project");
        var kind = payload.TextAt("object_kind");
        switch (kind)
        {
            case "push":
                foreach (var commit in payload.At("commits").Items())
                {
                    batch.Add(new ChangeRecord(
                        commit.TextAt("id"), WebhookBatch.Time(commit.At("timestamp"), batch.Now), "commit", Service(project),
                        commit.TextAt("title") is { Length: > 0 } title ? title : commit.TextAt("message"), commit.TextAt("id"), commit.At("author").TextAt("name"), commit.TextAt("url"),
                        Attributes(project, ("ref", payload.TextAt("ref")), ("pushed_by", payload.TextAt("user_username")), ("files", GitHubEvents.Files(commit, batch.Limits)))));
                }

                // GitLab sends the newest twenty.
                if (payload.IntAt("total_commits_count") - payload.At("commits").Items().Count() is > 0 and var missing)
                {
                    batch.Reject("commits that the sender left out (total_commits_count)", missing);
                }

                break;
            case "deployment":
                ReadDeployment(payload, project, batch);
                break;
            case "pipeline":
                ReadPipeline(payload, project, batch);
                break;
            case "release" when payload.TextAt("action") == "create":
                batch.Add(new ChangeRecord(
                    $"gitlab-release-{payload.At("id").Text()}", GitLabTime(payload.At("released_at"), GitLabTime(payload.At("created_at"), batch.Now)), "release", Service(project),
                    $"Release {(payload.TextAt("name") is { Length: > 0 } name ? name : payload.TextAt("tag"))}", payload.TextAt("tag"),
                    payload.At("commit").At("author").TextAt("name"), payload.TextAt("url"), Attributes(project, ("commit", payload.At("commit").TextAt("id")))));
                break;
            case "feature_flag":
                ReadFlag(payload, project, batch);
                break;
            default:
                batch.Ignore("an event", $"{kind} {payload.TextAt("action")}");
                break;
        }
    }

    private static void ReadDeployment(JsonElement payload, JsonElement project, WebhookBatch batch)
    {
        var status = payload.TextAt("status");
        var (kind, words) = status switch
        {
            "success" => ("deploy", "was deployed to"),
            "failed" => ("deploy", "failed to deploy to"),
            "running" => ("rollout", "began to deploy to"),
            _ => ("", ""),
        };
        if (kind.Length == 0)
        {
            batch.Ignore("a state of a deployment", status);
            return;
        }

        batch.Add(new ChangeRecord(
            $"gitlab-deployment-{payload.At("deployment_id").Text()}-{status}", GitLabTime(payload.At("status_changed_at"), batch.Now), kind, Service(project),
            $"{payload.TextAt("ref")} {words} {payload.TextAt("environment")}{GitHubEvents.After(": ", payload.TextAt("commit_title"))}", payload.TextAt("short_sha"),
            payload.At("user").TextAt("username"), payload.TextAt("deployable_url"),
            Attributes(project, ("environment", payload.TextAt("environment")), ("ref", payload.TextAt("ref")), ("state", status), ("commit", payload.TextAt("commit_url")))));
    }

    private static void ReadPipeline(JsonElement payload, JsonElement project, WebhookBatch batch)
    {
        var pipeline = payload.At("object_attributes");
        var status = pipeline.TextAt("status");
        if (status is not ("success" or "failed" or "canceled"))
        {
            batch.Ignore("a state of a pipeline", status);
            return;
        }

        batch.Add(new ChangeRecord(
            $"gitlab-pipeline-{pipeline.At("id").Text()}-{status}", GitLabTime(pipeline.At("finished_at"), batch.Now), "pipeline", Service(project),
            $"Pipeline of {pipeline.TextAt("ref")}: {status}{GitHubEvents.After(": ", WebhookBatch.FirstLine(payload.At("commit").TextAt("title")))}", pipeline.TextAt("sha"),
            payload.At("user").TextAt("username"), pipeline.TextAt("url"), Attributes(project, ("ref", pipeline.TextAt("ref")), ("state", status))));
    }

    /// <summary>The event tells no moment: it is the one in which it arrives. Its id has the moment, because the same flag is turned on and off again.</summary>
    private static void ReadFlag(JsonElement payload, JsonElement project, WebhookBatch batch)
    {
        var flag = payload.At("object_attributes");
        var state = flag.TextAt("active") == "true" ? "on" : "off";
        batch.Add(new ChangeRecord(
            $"gitlab-flag-{flag.At("id").Text()}-{state}-{batch.Now}", batch.Now, "flag", Service(project),
            $"Feature flag {flag.TextAt("name")} was turned {state}{GitHubEvents.After(": ", flag.TextAt("description"))}", "", payload.At("user").TextAt("username"), payload.TextAt("user_url"),
            Attributes(project, ("flag", flag.TextAt("name")), ("state", state))));
    }

    private static string Service(JsonElement project) => project.TextAt("name");

    /// <summary>RFC 3339, or GitLab's own <c>2026-08-21 09:00:00 +0200</c> and <c>… UTC</c>.</summary>
    private static Timestamp GitLabTime(JsonElement value, Timestamp otherwise) =>
        value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParseExact(
            value.GetString()!.Replace(" UTC", " +0000", StringComparison.Ordinal), "yyyy-MM-dd HH:mm:ss zzz", System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.None, out var moment)
            ? Timestamp.FromDateTimeOffset(moment)
            : WebhookBatch.Time(value, otherwise);

    private static Dictionary<string, string> Attributes(JsonElement project, params ReadOnlySpan<(string, string)> pairs) =>
        WebhookBatch.Known([("source", "gitlab"), ("repository", project.TextAt("path_with_namespace")), .. pairs]);
}
