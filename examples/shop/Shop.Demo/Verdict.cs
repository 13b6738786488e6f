using System.Text.Json.Nodes;

namespace Shop.Demo;

/// <summary>Whether an investigation's report names what really happened, which only the demonstration knows.</summary>
/// <param name="IsRight">Whether the first cause is the resolver, for the change that was made to it.</param>
/// <param name="Explanation">That in a sentence.</param>
/// <param name="FailingTrace">The trace the report shows as an example, if it has one.</param>
internal sealed record Verdict(bool IsRight, string Explanation, string? FailingTrace)
{
    /// <summary>The resolver's service name.</summary>
    public const string Culprit = "dns";

    /// <summary>The kind of change that was made to it.</summary>
    public const string CulpritChange = "infrastructure";

    /// <summary>Judges the JSON of <c>clew investigate --json</c>.</summary>
    public static Verdict Of(string json)
    {
        var report = JsonNode.Parse(json)!;
        var certainty = (string?)report["verdict"] ?? "without a verdict";
        var trace = (string?)report["failingTrace"]?["traceId"];
        var first = report["causes"]?.AsArray().FirstOrDefault();
        if (first is null)
        {
            return new(false, "Wrong: Clew names no cause", trace);
        }

        var service = (string?)first["service"];
        var change = first["change"];
        var isResolver = service == Culprit;
        var isChange = (string?)change?["target"] == Culprit && (string?)change?["kind"] == CulpritChange;
        var named = change is null ? "no change" : $"the {(string?)change["kind"]} change of {(string?)change["target"]}";
        return (isResolver, isChange) switch
        {
            (true, true) => new(true, $"Right ({certainty}): the change to the cluster's resolver made name resolution slow; all else followed", trace),
            (true, false) => new(false, $"Half right ({certainty}): Clew accuses the resolver, but with {named}", trace),
            _ => new(false, $"Wrong ({certainty}): Clew accuses {service} with {named}; it was the change to the cluster's resolver", trace),
        };
    }
}
