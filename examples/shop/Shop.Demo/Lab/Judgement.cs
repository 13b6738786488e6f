using System.Text.Json.Nodes;

namespace Shop.Demo.Lab;

/// <summary>How an investigation's report compares with what a scenario expects.</summary>
/// <param name="IsRight">A healthy scenario: nobody was accused. Any other: the first cause is one that was expected.</param>
/// <param name="IsComplete">Every expected cause is among the first ones, and the change that was expected is named.</param>
/// <param name="BlamesDecoy">A change that did no harm is named with somebody who was accused.</param>
/// <param name="Accuses">Whether somebody was accused: CONFIRMED or LIKELY.</param>
/// <param name="Says">What the report says, in a few words.</param>
internal sealed record Judgement(bool IsRight, bool IsComplete, bool BlamesDecoy, bool Accuses, string Verdict, string Says)
{
    /// <summary>Judges the JSON of a report.</summary>
    public static Judgement Of(Scenario scenario, string json)
    {
        var report = JsonNode.Parse(json)!;
        var causes = (report["causes"]?.AsArray() ?? []).Select(c => c!).ToArray();
        var accused = causes.Where(c => (string?)c["verdict"] is "CONFIRMED" or "LIKELY").ToArray();
        var verdict = (string?)report["verdict"] ?? "";
        var accuses = accused.Length > 0 && verdict is "CONFIRMED" or "LIKELY";
        var named = (accuses ? accused : []).Append(causes.FirstOrDefault()).Where(c => c is not null).Distinct().ToArray();
        var first = causes.FirstOrDefault();
        var says = first is null ? $"{verdict}: nobody" : $"{verdict}: {(string?)first["service"]} {(string?)first["kind"]}{(first["change"] is { } c ? $", {(string?)c["kind"]} of {(string?)c["target"]}" : "")}";
        var decoy = scenario.Decoys.Any(d => (accuses ? accused : []).Any(c => (string?)c["change"]?["summary"] == d));
        if (scenario.IsHealthy)
        {
            return new(!accuses, !accuses, decoy, accuses, verdict, says);
        }

        bool Is(JsonNode? cause, IReadOnlyList<string> names) => cause is not null && (string?)cause["kind"] != "none" && names.Contains((string?)cause["service"]);
        var isRight = scenario.Expect.Any(names => Is(first, names));
        // The first of each incident that the report tells apart.
        var heads = causes.Where(c => (int?)c["incident"] > 0).GroupBy(c => (int)c["incident"]!).OrderBy(g => g.Key).Select(g => g.First()).Prepend(first).Distinct().ToArray();
        var all = scenario.Expect.All(names => heads.Take(scenario.Expect.Count).Any(c => Is(c, names)));
        var change = scenario.Change is not { } expected || named.Any(n => (string?)n?["change"]?["kind"] == expected.Kind && (string?)n["change"]?["target"] == expected.Target);
        return new(isRight, isRight && all && change, decoy, accuses, verdict, says);
    }
}
