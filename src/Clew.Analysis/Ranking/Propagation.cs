using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Ranking;

/// <summary>The way trouble took: from the first cause along the calls, in the order of the first sign at each.</summary>
internal static class Propagation
{
    private const int MaxSteps = 12;

    public static IReadOnlyList<PropagationStep> Of(WorldView view, IReadOnlyList<Suspect> ranking)
    {
        if (ranking.Count == 0 || ranking[0].Findings.Count == 0)
        {
            return [];
        }

        var root = ranking[0];
        var reached = new List<Suspect> { root };
        var steps = new List<PropagationStep> { new(1, null, root.Name, At(root.Onset), Loudest(root).Statement) };
        var open = ranking.Where(s => s != root && s.Entity >= 0 && s.Loudness >= Reporter.WorthTelling).ToList();
        while (steps.Count < MaxSteps)
        {
            // Next is who calls somebody reached already and showed trouble first.
            var next = open
                .Select(s => (Suspect: s, From: reached.Find(r => IsAbove(view, s, r))))
                .Where(s => s.From is not null)
                .OrderBy(s => s.Suspect.First == 0).ThenBy(s => s.Suspect.First).ThenBy(s => s.Suspect.Name, StringComparer.Ordinal).FirstOrDefault();
            if (next.Suspect is null)
            {
                break;
            }

            reached.Add(next.Suspect);
            open.Remove(next.Suspect);
            steps.Add(new PropagationStep(steps.Count + 1, next.From!.Name, next.Suspect.Name, At(next.Suspect.First), Loudest(next.Suspect).Statement));
        }

        return steps;
    }

    private static bool IsAbove(WorldView view, Suspect above, Suspect below) =>
        view.Topology.Callees(above.Entity).Contains(below.Entity) || above.Findings.Any(f => f.ExplainedBy == below.Entity && f.Explained > 0.2);

    private static Finding Loudest(Suspect suspect) =>
        suspect.Findings.OrderByDescending(f => f.Strength * Rules.Of(f.Kind).Weight).ThenBy(f => f.Statement, StringComparer.Ordinal).First();

    private static DateTimeOffset? At(long nanoseconds) => nanoseconds > 0 ? DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100) : null;
}
