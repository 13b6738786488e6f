using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;

namespace Clew.Analysis.Ranking;

/// <summary>
/// Tells causes that go on at the same time apart: a suspect with evidence of its own, whose requests hardly overlap with those of the first, which
/// neither explains it nor is explained by it.
/// </summary>
internal static class Incidents
{
    /// <summary>Most causes told apart in one report.</summary>
    private const int Most = 4;

    /// <summary>Share of its requests that may show the other cause too.</summary>
    private const double MaxOverlap = 0.2;

    /// <summary>Requests of its own that a victim of another cause must show to be a cause itself.</summary>
    private const int MinOwn = 5;

    public static void Number(WorldView view, IReadOnlyList<Suspect> ranking)
    {
        var heads = new List<Suspect>();
        foreach (var suspect in ranking.Where(s => s.Score >= Verdicts.LikelyScore))
        {
            if (heads.Count == 0 || (heads.Count < Most && suspect.Reasons > 0 && heads.All(head => AreApart(view, head, suspect))))
            {
                heads.Add(suspect);
                suspect.Incident = heads.Count;
            }
        }

        if (heads.Count == 0 && ranking.Count > 0 && ranking[0].Findings.Count > 0)
        {
            ranking[0].Incident = 1;
            heads.Add(ranking[0]);
        }

        foreach (var suspect in ranking.Where(s => s.Incident == 0 && s.Findings.Count > 0))
        {
            suspect.Incident = heads.FirstOrDefault(h => !AreApart(view, h, suspect))?.Incident ?? 0;
        }
    }

    /// <summary>Requests that show what nobody else explains.</summary>
    private static HashSet<int> OwnTraces(Suspect suspect) =>
        suspect.Findings.Where(f => f.Explained <= 0.2 && f.Weight >= Ranker.MinReason).SelectMany(f => f.Traces ?? new HashSet<int>()).ToHashSet();

    private static bool AreApart(WorldView view, Suspect head, Suspect other)
    {
        // A victim of the one may have trouble of its own beside: then that counts, in requests that show nothing of the other.
        var (first, second) = (OwnTraces(head), OwnTraces(other));
        var isExplained = other.Findings.Any(f => f.Explained > 0.2 && f.ExplainedBy == head.Entity) || head.Findings.Any(f => f.Explained > 0.2 && f.ExplainedBy == other.Entity);
        if (first.Count > 0 && second.Count > 0)
        {
            var together = second.Count(first.Contains);
            return together <= MaxOverlap * Math.Min(first.Count, second.Count) && second.Count >= (isExplained ? MinOwn : 3);
        }

        if (isExplained)
        {
            return false;
        }

        // Without requests to compare, only what has nothing to do with each other on the topology can be told apart.
        return head.Entity >= 0 && other.Entity >= 0 && other.Observations >= 5
            && !view.Topology.Below(head.Entity).Contains(other.Entity) && !view.Topology.Below(other.Entity).Contains(head.Entity)
            && !view.Topology.Callers(head.Entity).Intersect(view.Topology.Callers(other.Entity)).Any()
            && Rules.Of(other.Findings[0].Kind).Group is not (FindingGroup.Metrics or FindingGroup.Waiting);
    }
}
