using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Protocols.Webhooks;
using Clew.Telemetry;

namespace Clew.Tests.Protocols.Webhooks;

/// <summary>
/// One case of a file in <c>Cases</c>: <c>= source [event]: title</c>, then the delivery in lines that begin with <c>&gt; </c>, then the changes and alerts
/// that are read from it. With <c>CLEW_ACCEPT=1</c> the file is written anew.
/// </summary>
internal sealed record WebhookCase(string Title, IReadOnlyList<string> Comments, string Json, string Expected)
{
    /// <summary>The moment of arrival in all cases.</summary>
    public static readonly Timestamp Now = new(1_787_306_400_000_000_000);

    /// <summary>A mapping that stands for what people configure.</summary>
    public static readonly IReadOnlyDictionary<string, RecordMapping> Mappings = MakeMappings();

    private string[] Head => Title.Split(':')[0].Split(' ');

    public static List<WebhookCase> ReadFile(string name) =>
        CaseBlocks.Read(PathOf(name), (title, comments, json, expected) => new WebhookCase(title, comments, json, expected));

    public static void WriteFile(string name, IEnumerable<WebhookCase> cases) =>
        CaseBlocks.Write(PathOf(name), cases.Select(one => (one.Title, one.Comments, one.Json, one.Read())));

    /// <summary>What the readers make of it, as the file says it.</summary>
    public string Read()
    {
        var batch = new WebhookBatch(WebhookLimits.Default, Now, TextCut.Only);
        using var document = JsonDocument.Parse(Json);
        ReadInto(document.RootElement, batch);
        return Describe(batch);
    }

    public void ReadInto(JsonElement root, WebhookBatch batch)
    {
        switch (Head)
        {
            case ["github", var name]:
                GitHubEvents.Read(name, root, batch);
                break;
            case ["gitlab"]:
                GitLabEvents.Read(root, batch);
                break;
            case ["argocd"]:
                ArgoCdNotifications.Read(root, batch);
                break;
            case ["alertmanager" or "grafana"]:
                AlertNotifications.ReadAlertmanager(root, Head[0], batch);
                break;
            case ["pagerduty"]:
                AlertNotifications.ReadPagerDuty(root, batch);
                break;
            case ["opsgenie"]:
                AlertNotifications.ReadOpsgenie(root, batch);
                break;
            case ["native"]:
                AlertNotifications.ReadNative(root, batch);
                break;
            case ["mapping", var mapping]:
                Mappings[mapping].Read(root, batch);
                break;
            default:
                throw new FormatException($"'{Title}' names no reader.");
        }
    }

    public static string Describe(WebhookBatch batch)
    {
        var text = new StringBuilder();
        foreach (var change in batch.Changes)
        {
            text.Append(CultureInfo.InvariantCulture, $"change {change.Kind} {change.Time} {change.Id}\n  {change.Summary}\n  service={change.Service} version={change.Version} author={change.Author} link={change.Link}\n");
            Append(text, change.Attributes);
        }

        foreach (var alert in batch.Alerts)
        {
            text.Append(CultureInfo.InvariantCulture, $"alert {alert.Status} {alert.Start} .. {(alert.End is { } end ? end : "")} told {alert.Updated} {alert.Source} {alert.Fingerprint}\n");
            text.Append(CultureInfo.InvariantCulture, $"  {alert.Name}: {alert.Summary}\n  severity={alert.Severity} service={alert.Service} link={alert.Link}\n");
            Append(text, alert.Labels);
            text.Append("  annotations\n");
            Append(text, alert.Annotations);
        }

        foreach (var (reason, count) in batch.Issues)
        {
            text.Append(CultureInfo.InvariantCulture, $"rejected {reason} ({count})\n");
        }

        return string.Concat(text.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0).Select(line => line + "\n"));
    }

    public override string ToString() => Title;

    private static void Append(StringBuilder text, IReadOnlyDictionary<string, string> values)
    {
        foreach (var (key, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {key} = {value.ReplaceLineEndings(" | ")}\n");
        }
    }

    private static Dictionary<string, RecordMapping> MakeMappings()
    {
        var deploys = new RecordMapping("spinnaker", isAlert: false);
        deploys.Only("$.state", ["SUCCEEDED"]).ShouldBeNull();
        foreach (var (part, text) in new[]
        {
            ("each", "$.executions[*]"), ("id", "spinnaker-{$.id}"), ("time", "$.endTime"), ("service", "$.application"), ("summary", "{$.application} {$.trigger['tag name']} was deployed"),
            ("version", "$.trigger['tag name']"), ("author", "$.authentication.user"), ("attributes.stages", "$.stages"), ("attributes.first stage", "$.stages[0].name"), ("attributes.nothing", "$.none"),
        })
        {
            deploys.Set(part, text).ShouldBeNull();
        }

        var alerts = new RecordMapping("pages", isAlert: true);
        foreach (var (part, text) in new[]
        {
            ("each", "$[*]"), ("name", "$.alert.monitor"), ("service", "$.alert.service"), ("severity", "$.alert.severity"), ("summary", "$.note"), ("startsAt", "$.alert.fired_at"), ("endsAt", "$.end"),
            ("attributes.metric", "$.alert.metric"),
        })
        {
            alerts.Set(part, text).ShouldBeNull();
        }

        return new Dictionary<string, RecordMapping> { [deploys.Name] = deploys, [alerts.Name] = alerts };
    }

    private static string PathOf(string name, [CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, "Cases", name);
}
