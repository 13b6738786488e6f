using System.Collections.Frozen;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections;

/// <summary>
/// When a finding counts and what it means: data, so that thresholds and wording can be read in one place. Both the absolute and the relative
/// threshold must break.
/// </summary>
/// <param name="Inspection">Name of the inspection, as reports show it.</param>
/// <param name="Absolute">Smallest change that matters, in the finding's own unit.</param>
/// <param name="Relative">Smallest factor (or, for shares, difference) that matters.</param>
/// <param name="MinWindow">Fewer observations in the window than this: no judgement.</param>
/// <param name="MinBaseline">Fewer observations in the baseline than this: no judgement.</param>
/// <param name="MinSignificance">Standard deviations.</param>
/// <param name="Weight">How strongly this kind accuses, 0 to 1. Symptoms that any victim shows weigh little.</param>
/// <param name="Group">Findings of one group are one reason, however many there are.</param>
/// <param name="Suggests">The kind of fault.</param>
/// <param name="IsConsequence">It is what a victim shows when something below it is slow: explained by a slow callee even in other traces.</param>
internal sealed record Rule(
    string Inspection, double Absolute, double Relative, int MinWindow, int MinBaseline, double MinSignificance,
    double Weight, FindingGroup Group, CauseKind Suggests, bool IsConsequence = false);

/// <summary>Independent kinds of reasons.</summary>
internal enum FindingGroup
{
    OwnTime,
    BetweenTime,
    Errors,
    Behaviour,
    Resources,
    Metrics,
    Waiting,
    Resolution,
    Silence,
    Slices,
    Cluster,
    Stores,
    Revisions,
    Security,
}

/// <summary>The rows, a file per area (<c>Rules.*.cs</c>).</summary>
internal static partial class Rules
{
    // A row: inspection, absolute, relative, least observations in window and baseline, sigmas, weight, group, what it suggests
    private static readonly FrozenDictionary<FindingKind, Rule> All =
        new IEnumerable<KeyValuePair<FindingKind, Rule>>[] { Latency(), Dependencies(), DataStores(), Resources(), Kubernetes(), Changes(), Behaviour(), Logs(), Metrics(), PartialOutages(), SilentFailures(), Security() }.SelectMany(rows => rows).ToFrozenDictionary();

    private static readonly FrozenSet<string> Environment =
        All.Values.Where(r => r.Group is FindingGroup.Resources or FindingGroup.Cluster or FindingGroup.BetweenTime or FindingGroup.Resolution or FindingGroup.Silence
                || r.Suggests is CauseKind.ExternalDependency or CauseKind.Unreachable or CauseKind.Traffic)
            .Select(r => r.Inspection).ToFrozenSet(StringComparer.Ordinal);

    public static Rule Of(FindingKind kind) => All[kind];

    /// <summary>Whether an inspection looks at what a system runs in and depends on, as against what it is made of.</summary>
    public static bool IsEnvironment(string inspection) => Environment.Contains(inspection);
}
