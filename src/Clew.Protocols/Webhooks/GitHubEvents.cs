using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Webhooks;

/// <summary>
/// GitHub's webhook events (<see href="https://docs.github.com/webhooks/webhook-events-and-payloads"/>): push, deployment, deployment_status, release,
/// workflow_run. The service is the repository's name.
/// </summary>
public static class GitHubEvents
{
    private static readonly string[] FileLists = ["added", "modified", "removed"];

    /// <param name="name">The header X-GitHub-Event.</param>
    public static void Read(string name, JsonElement payload, WebhookBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var repository = payload.At("repository");
        switch (name)
        {
            case "ping":
                break;
            case "push":
                ReadPush(payload, repository, batch);
                break;
            case "deployment":
                ReadDeployment(payload, repository, batch);
                break;
            case "deployment_status":
                ReadDeploymentStatus(payload, repository, batch);
                break;
            case "release" when payload.TextAt("action") == "published":
                var release = payload.At("release");
                batch.Add(new ChangeRecord(
                    $"github-release-{release.At("id").Text()}", WebhookBatch.Time(release.At("published_at"), batch.Now), "release", repository.TextAt("name"),
                    $"Release {(release.TextAt("name") is { Length: > 0 } title ? title : release.TextAt("tag_name"))}", release.TextAt("tag_name"), release.At("author").TextAt("login"),
                    release.TextAt("html_url"), Attributes(repository, ("prerelease", release.TextAt("prerelease")))));
                break;
            case "workflow_run" when payload.TextAt("action") == "completed":
                var run = payload.At("workflow_run");
                batch.Add(new ChangeRecord(
                    $"github-run-{run.At("id").Text()}-{run.At("run_attempt").Text()}", WebhookBatch.Time(run.At("updated_at"), batch.Now), "pipeline", repository.TextAt("name"),
                    $"{(run.TextAt("name") is { Length: > 0 } own ? own : payload.At("workflow").TextAt("name"))}: {run.TextAt("conclusion")}{After(": ", run.TextAt("display_title"))}", run.TextAt("head_sha"), run.At("actor").TextAt("login"), run.TextAt("html_url"),
                    Attributes(repository, ("conclusion", run.TextAt("conclusion")), ("ref", run.TextAt("head_branch")), ("event", run.TextAt("event")))));
                break;
            default:
                batch.Ignore("an event", $"{name} {payload.TextAt("action")}");
                break;
        }
    }

    private static void ReadPush(JsonElement payload, JsonElement repository, WebhookBatch batch)
    {
        foreach (var commit in payload.At("commits").Items())
        {
            batch.Add(new ChangeRecord(
                commit.TextAt("id"), WebhookBatch.Time(commit.At("timestamp"), batch.Now), "commit", repository.TextAt("name"), commit.TextAt("message"), commit.TextAt("id"),
                commit.At("author").TextAt("username") is { Length: > 0 } login ? login : commit.At("author").TextAt("name"), commit.TextAt("url"),
                Attributes(repository, ("ref", payload.TextAt("ref")), ("pushed_by", payload.At("pusher").TextAt("name")), ("files", Files(commit, batch.Limits)))));
        }
    }

    private static void ReadDeployment(JsonElement payload, JsonElement repository, WebhookBatch batch)
    {
        var deployment = payload.At("deployment");
        batch.Add(new ChangeRecord(
            $"github-deployment-{deployment.At("id").Text()}", WebhookBatch.Time(deployment.At("created_at"), batch.Now), "rollout", repository.TextAt("name"),
            $"Deployment of {deployment.TextAt("ref")} to {deployment.TextAt("environment")} was requested{After(": ", deployment.TextAt("description"))}", deployment.TextAt("sha"),
            deployment.At("creator").TextAt("login"), deployment.TextAt("url"), Attributes(repository, ("environment", deployment.TextAt("environment")), ("ref", deployment.TextAt("ref")))));
    }

    /// <summary>Only what ends a deployment: the rest says that it goes on.</summary>
    private static void ReadDeploymentStatus(JsonElement payload, JsonElement repository, WebhookBatch batch)
    {
        var deployment = payload.At("deployment");
        var status = payload.At("deployment_status");
        var state = status.TextAt("state");
        if (state is not ("success" or "failure" or "error"))
        {
            batch.Ignore("a state of a deployment", state);
            return;
        }

        batch.Add(new ChangeRecord(
            $"github-deployment-{deployment.At("id").Text()}-{state}", WebhookBatch.Time(status.At("created_at"), batch.Now), "deploy", repository.TextAt("name"),
            $"{deployment.TextAt("ref")} {(state == "success" ? "was deployed" : "failed to deploy")} to {deployment.TextAt("environment")}{After(": ", status.TextAt("description"))}",
            deployment.TextAt("sha"), status.At("creator").TextAt("login"),
            FirstOf(status.TextAt("log_url"), status.TextAt("target_url"), status.TextAt("environment_url"), deployment.TextAt("url")),
            Attributes(repository, ("environment", deployment.TextAt("environment")), ("ref", deployment.TextAt("ref")), ("state", state))));
    }

    /// <summary>The files that a commit touched, by name, each once.</summary>
    internal static string Files(JsonElement commit, WebhookLimits limits)
    {
        var files = FileLists.SelectMany(list => commit.At(list).Items()).Select(file => file.Text()).Where(file => file.Length > 0)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return files.Count <= limits.MaxFiles
            ? string.Join('\n', files)
            : string.Create(CultureInfo.InvariantCulture, $"{string.Join('\n', files.Take(limits.MaxFiles))}\nand {files.Count - limits.MaxFiles} more");
    }

    /// <summary>The first that is not empty.</summary>
    private static string FirstOf(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
        {
            if (text.Length > 0)
            {
                return text;
            }
        }

        return "";
    }

    internal static string After(string before, string text) => text.Length == 0 ? "" : before + text;

    private static Dictionary<string, string> Attributes(JsonElement repository, params ReadOnlySpan<(string, string)> pairs) =>
        WebhookBatch.Known([("source", "github"), ("repository", repository.TextAt("full_name")), .. pairs]);
}
