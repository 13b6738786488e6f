using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Ranking;

/// <summary>Sorts what was found into the four branches of a fishbone. Only what evidence or a record says; nothing about persons beyond that something was changed by hand.</summary>
internal static class Fishbone
{
    private const int MaxItems = 4;

    /// <summary>Seconds before the onset within which a change belongs to the picture whether or not it fits.</summary>
    private const double Near = 1_800;

    public static IReadOnlyList<FishboneBranch> Of(WorldView view, IReadOnlyList<Suspect> ranking, IReadOnlyList<Cause> causes)
    {
        if (causes.Count == 0 || causes[0].Evidence.Count == 0)
        {
            return [];
        }

        var cause = causes[0];
        var suspect = ranking[0];
        var cited = causes.SelectMany(c => c.Evidence).ToArray();
        return
        [
            .. new FishboneBranch[]
            {
                new("people", People(cause)),
                new("process", Process(view, suspect, cause)),
                new("technology", ByGroup(cited, isEnvironment: false)),
                new("environment", ByGroup(cited, isEnvironment: true)),
            }.Where(b => b.Items.Count > 0),
        ];
    }

    private static FishboneItem[] People(Cause cause) => cause.Change is { } change && change.Kind is not "status"
        ? [new FishboneItem($"The {change.Kind} \"{change.Summary}\" came {Phrase.Lead(change.SecondsBeforeOnset)}.", [$"change:{change.Id}"])]
        : [];

    private static List<FishboneItem> Process(WorldView view, Suspect suspect, Cause cause)
    {
        var items = new List<FishboneItem>();
        var onset = suspect.Onset > 0 ? suspect.Onset : view.World.Window.Start;
        var near = view.World.Changes.Where(c => c.Kind != "status" && c.Time.UnixNanoseconds <= onset && (onset - c.Time.UnixNanoseconds) / 1e9 <= Near).ToArray();
        if (near.Length > 1)
        {
            items.Add(new FishboneItem($"{near.Length} changes were made within half an hour before the first sign, so that which one did it must be told from their content.", [.. near.TakeLast(MaxItems).Select(c => $"change:{c.Id}")]));
        }

        if (cause.Change is { Kind: "deploy" or "rollout" or "commit" } change && view.Suffering.Excess > 0.5)
        {
            items.Add(new FishboneItem($"\"{change.Summary}\" reached most requests at once.", [$"change:{change.Id}"]));
        }

        if (view.World.Changes.Count == 0)
        {
            items.Add(new FishboneItem("No changes are recorded, so what set it off cannot be told.", []));
        }

        return items;
    }

    private static FishboneItem[] ByGroup(EvidenceItem[] cited, bool isEnvironment) =>
        [.. cited.Where(e => IsEnvironment(e.Inspection) == isEnvironment).DistinctBy(e => (e.Inspection, e.Entity)).DistinctBy(e => e.Statement, StringComparer.Ordinal).Take(MaxItems).Select(e => new FishboneItem(e.Statement, [e.Id]))];

    /// <summary>What the system runs in or depends on, as against what it is made of.</summary>
    private static bool IsEnvironment(string inspection) => Rules.IsEnvironment(inspection);
}
