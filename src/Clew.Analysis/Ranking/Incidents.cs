using Clew.Analysis.Errors;
using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;

namespace Clew.Analysis.Ranking;

/// <summary>
/// Tells causes that go on at the same time apart: a suspect with evidence of its own, which neither explains the first nor is explained by it, and whose requests hardly overlap with
/// those of the first, or go wrong in another way.
/// </summary>
internal static class Incidents
{
    /// <summary>Most causes told apart in one report.</summary>
    private const int Most = 4;

    /// <summary>Share of its requests that may show the other cause too.</summary>
    private const double MaxOverlap = 0.2;

    /// <summary>Shorter names are words of other meanings.</summary>
    private const int MinNamed = 4;

    /// <summary>Letters that two statements must share to be the same one: fewer are common phrases.</summary>
    private const int MinWorded = 24;

    /// <summary>Requests of its own that a victim of another cause must show to be a cause itself.</summary>
    private const int MinOwn = 5;

    public static void Number(WorldView view, IReadOnlyList<Suspect> ranking)
    {
        var heads = new List<Suspect>();
        foreach (var suspect in ranking.Where(s => s.Score >= Verdicts.LikelyScore))
        {
            // What a head explains of it is no support for a cause beside the head.
            if (heads.Count == 0 || (heads.Count < Most && suspect.Reasons > 0 && heads.All(head => suspect.Beside(head, ranking) >= Verdicts.LikelyScore && AreApart(view, head, suspect, ranking))))
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
            suspect.Incident = heads.FirstOrDefault(h => !AreApart(view, h, suspect, ranking))?.Incident ?? 0;
        }
    }

    /// <summary>Requests that show what nobody else explains.</summary>
    private static HashSet<int> OwnTraces(Suspect suspect) =>
        suspect.Findings.Where(f => f.Explained <= 0.2 && f.Weight >= Ranker.MinReason).SelectMany(f => f.Traces ?? new HashSet<int>()).ToHashSet();

    private static bool AreApart(WorldView view, Suspect head, Suspect other, IReadOnlyList<Suspect> ranking)
    {
        if (IsSameTrouble(view, head, other) || IsSameTrouble(view, other, head))
        {
            return false;
        }

        // A victim of the one may have trouble of its own beside: then that counts, in requests that show nothing of the other.
        var (first, second) = (OwnTraces(head), OwnTraces(other));
        var isExplained = other.Findings.Any(f => f.Explained > 0.2 && f.ExplainedBy == head.Entity) || head.Findings.Any(f => f.Explained > 0.2 && f.ExplainedBy == other.Entity);
        if (first.Count > 0 && second.Count > 0)
        {
            var together = second.Count(first.Contains);
            return (together <= MaxOverlap * Math.Min(first.Count, second.Count) && (isExplained || ShouldBeFelt(other) ? second.Count(view.Suffering.Window.Contains) >= MinOwn : second.Count >= 3))
                || (!isExplained && !AreRelated(view, head, other, ranking) && (DoDifferentHarm(view, head, other) || DoDifferentHarm(view, other, head)));
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

    /// <summary>Failures and slowness that no request suffers from are somebody's ordinary bad luck beside the incident; another course of the program can do harm that nobody feels at once.</summary>
    private static bool ShouldBeFelt(Suspect suspect) => Rules.Of(suspect.Findings[0].Kind).Group is FindingGroup.OwnTime or FindingGroup.BetweenTime or FindingGroup.Errors or FindingGroup.Waiting or FindingGroup.Slices;

    /// <summary>What the other one shows first is a complaint that names the one, the same words that the one shows (a shared library, a sibling), or what is scarce for both of them on a machine.</summary>
    private static bool IsSameTrouble(WorldView view, Suspect one, Suspect other)
    {
        var first = other.Findings[0];
        return (Rules.Of(first.Kind).Group is FindingGroup.Errors or FindingGroup.Waiting && one.Name.Length >= MinNamed && Names(first.Statement, one.Name))
            || (first.Kind == one.Findings[0].Kind && Rules.Of(first.Kind).Group is FindingGroup.Errors or FindingGroup.Behaviour && Worded(first.Statement, other.Name) is { Length: >= MinWorded } words && words == Worded(one.Findings[0].Statement, one.Name))
            || (Rules.Of(first.Kind).Group == FindingGroup.Resources && Rules.Of(one.Findings[0].Kind).Group == FindingGroup.Resources && !AreElsewhere(view, one, other))
            || (one.Entity >= 0 && view.KindOf(one.Entity) is EntityKind.Node or EntityKind.Cluster && other.Findings.Any(f => f.Weight >= Ranker.MinReason && Rules.Of(f.Kind).Group is FindingGroup.Resources or FindingGroup.Cluster));
    }

    /// <summary>Both are known to run on machines, and on none together.</summary>
    private static bool AreElsewhere(WorldView view, Suspect one, Suspect other)
    {
        var (first, second) = (Nodes(view, one), Nodes(view, other));
        return first.Length > 0 && second.Length > 0 && !first.Intersect(second, StringComparer.Ordinal).Any();
    }

    private static string[] Nodes(WorldView view, Suspect suspect) =>
        [.. view.World.Instances.Where(i => i.Service == suspect.Entity && i.Node.Length > 0).Select(i => i.Node).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether a text holds a name as a word of its own.</summary>
    private static bool Names(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (at + name.Length == text.Length || !char.IsLetterOrDigit(text[at + name.Length])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Letters of what is quoted in a statement, without the suspect's own name: figures, lines of code and ids differ from service to service.</summary>
    private static string Worded(string statement, string name)
    {
        var (from, to) = (statement.IndexOf('"', StringComparison.Ordinal), statement.LastIndexOf('"'));
        return from < 0 || to <= from ? "" : string.Concat(statement[from..to].Replace(name, "", StringComparison.OrdinalIgnoreCase).Where(char.IsLetter));
    }

    /// <summary>One works for the other, both need something that is in trouble itself or complain about the same peer, or the machine of one is short of something.</summary>
    private static bool AreRelated(WorldView view, Suspect head, Suspect other, IReadOnlyList<Suspect> ranking)
    {
        if (head.Entity < 0 || other.Entity < 0 || ((head.Symptoms | other.Symptoms) & Changes.SymptomKind.Machine) != 0)
        {
            return true;
        }

        var (below, beside) = (view.Topology.Below(head.Entity), view.Topology.Below(other.Entity));
        return below.Contains(other.Entity) || beside.Contains(head.Entity)
            || ranking.Any(s => s.Loudness >= Reporter.WorthTelling && s != head && s != other && below.Contains(s.Entity) && beside.Contains(s.Entity))
            || Peers(head).Intersect(Peers(other), StringComparer.OrdinalIgnoreCase).Any();
    }

    private static IEnumerable<string> Peers(Suspect suspect) => suspect.Findings.Where(f => f.Weight >= Ranker.MinReason && f.Peer.Length > 0).Select(f => f.Peer);

    /// <summary>
    /// The same requests pass by both, and one makes them fail while the other makes them slow: nearly all that fail show the first, and of those that show only the second nearly none
    /// fails, though they take too long. Neither follows from the other: the slow one is not asked more than before, and the failures do not say that time ran out.
    /// </summary>
    private static bool DoDifferentHarm(WorldView view, Suspect failing, Suspect slow)
    {
        if (Rules.Of(slow.Findings[0].Kind).Group is not (FindingGroup.OwnTime or FindingGroup.Resources or FindingGroup.Stores)
            || failing.Findings.FirstOrDefault(f => f.Weight >= Ranker.MinReason && Rules.Of(f.Kind).Group == FindingGroup.Errors) is not { } error
            || FailureText.IsCancelled(error.Statement) || FailureText.Of(error.Statement) == FailureCause.TimedOut
            || (slow.Entity < view.World.Services.Count && view.LoadGrowth(slow.Entity, -1) >= Rules.Of(FindingKind.TrafficGrew).Relative))
        {
            return false;
        }

        var failed = view.Suffering.Window.Where(t => ErrorOriginInspection.IsFailure(view.World.Traces[t].Spans[0])).ToArray();
        var only = view.Suffering.Window.Where(t => slow.Traces.Contains(t) && !failing.Traces.Contains(t)).ToArray();
        return failed.Length >= MinOwn && failed.Count(failing.Traces.Contains) >= (1 - MaxOverlap) * failed.Length
            && only.Length >= MinOwn && only.Count(failed.Contains) <= MaxOverlap * only.Length;
    }
}
