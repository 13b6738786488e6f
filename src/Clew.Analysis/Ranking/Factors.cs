using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Ranking;

/// <summary>What a suspect is judged by, each put into a number and a sentence, so that a reader can see why it stands where it stands.</summary>
internal static class Factors
{
    /// <summary>Seconds by which onsets may differ and still count as the same moment: sampling, clocks, the time between two metric points.</summary>
    public const double SameMoment = 5;

    /// <summary>Observations from which data is plenty.</summary>
    private const int Plenty = 50;

    public static IReadOnlyList<CauseFactor> Of(WorldView view, Suspect suspect, IReadOnlyList<Suspect> ranking)
    {
        var factors = new List<CauseFactor>();
        Add(factors, "onset", Onset(suspect, ranking));
        Add(factors, "depth", Depth(suspect));
        Add(factors, "coverage", Coverage(view, suspect, ranking));
        Add(factors, "counterfactual", Counterfactual(view, suspect));
        Add(factors, "exclusivity", Exclusivity(suspect, ranking));
        Add(factors, "change", suspect.Change is { } change
            ? (suspect.ChangeFit, $"The {change.Kind} \"{change.Summary}\" fits in path, time and content.")
            : (0, "No recorded change fits in path, time and content."));
        Add(factors, "reasons", (Math.Min(1, suspect.Reasons / 3.0), suspect.Reasons == 1 ? "One kind of evidence speaks for it." : Phrase.Text($"{suspect.Reasons} independent kinds of evidence speak for it.")));
        var observations = suspect.Observations;
        Add(factors, "data", (Math.Min(1, observations / (double)Plenty), $"{Phrase.Count(observations, "observation")} carry it."));
        return factors;
    }

    /// <summary>1 when its first sign is the first of all that weigh something; less the longer others were in trouble before it; half when it cannot be told.</summary>
    public static (double Value, string Statement) Onset(Suspect suspect, IReadOnlyList<Suspect> ranking)
    {
        if (suspect.Onset == 0)
        {
            return (0.5, "When it began cannot be told.");
        }

        var first = ranking.Where(s => s != suspect && s.Onset > 0 && s.Loudness >= Reporter.WorthTelling).OrderBy(s => s.Onset).ThenBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault();
        if (first is null)
        {
            return (1, "Nothing else shows a first sign.");
        }

        var late = (suspect.Onset - first.Onset) / 1e9;
        return late <= SameMoment
            ? (1, late < -SameMoment ? $"Its first sign came {Phrase.Seconds(-late)} before that of {first.Name}, the next." : $"Its first sign came with that of {first.Name}, none was earlier.")
            : (SameMoment / (SameMoment + late), $"{first.Name} showed trouble {Phrase.Seconds(late)} earlier.");
    }

    private static (double, string) Depth(Suspect suspect)
    {
        var own = suspect.Findings.Sum(f => f.Weight);
        var all = suspect.Findings.Sum(f => f.Strength * Rules.Of(f.Kind).Weight);
        var value = all > 0 ? own / all : 0;
        return (value, value > 0.99 ? "Nothing below it explains any of what it shows." : $"{Phrase.Percent(1 - value)} of what it shows is explained by what lies below it.");
    }

    private static (double, string) Coverage(WorldView view, Suspect suspect, IReadOnlyList<Suspect> ranking)
    {
        var suffering = view.Suffering;
        if (suffering.Window.Count > 0 && suspect.Accounted.Count > 0)
        {
            var covered = suffering.Window.Count(suspect.Accounted.Contains);
            return (covered / (double)suffering.Window.Count, $"{covered} of {Phrase.Count(suffering.Window.Count, "failing or slow request")} show it or suffer from it.");
        }

        var others = ranking.Where(s => s != suspect && s.Loudness >= Reporter.WorthTelling).ToArray();
        if (others.Length == 0)
        {
            return (1, "Nothing else is in trouble.");
        }

        var above = others.Where(s => s.Findings.Any(f => f.ExplainedBy == suspect.Entity) || (s.Entity >= 0 && view.Topology.Below(s.Entity).Contains(suspect.Entity))).ToArray();
        return (above.Length / (double)others.Length, $"{above.Length} of {others.Length} others in trouble depend on it.");
    }

    private static (double, string) Counterfactual(WorldView view, Suspect suspect)
    {
        var suffering = view.Suffering;
        var remaining = Remaining(suffering, suspect);
        return remaining is { } share
            ? (1 - share, $"Without the {Phrase.Count(suspect.Accounted.Count, "request")} that show it or suffer from it, {Phrase.Percent(share)} of the symptom would remain.")
            : (0.5, "What would remain without it cannot be told: no sampled requests show both it and the symptom.");
    }

    /// <summary>Share of the excess of suffering requests that is left when those which show the suspect's findings are taken away; null when it cannot be told.</summary>
    public static double? Remaining(SufferingRequests suffering, Suspect suspect)
    {
        if (suffering.Excess <= 0 || suspect.Accounted.Count == 0)
        {
            return null;
        }

        var left = suffering.WindowTotal - suspect.Accounted.Count;
        var bad = suffering.Window.Count(t => !suspect.Accounted.Contains(t));
        var excess = left <= 0 ? 0 : Math.Max(0, (bad / (double)left) - suffering.UsualShare);
        return Math.Min(1, excess / suffering.Excess);
    }

    private static (double, string) Exclusivity(Suspect suspect, IReadOnlyList<Suspect> ranking)
    {
        var next = Rivals(suspect, ranking).OrderByDescending(r => r.Left).FirstOrDefault();
        if (next.Suspect is null || next.Suspect.Score <= 0.02)
        {
            return (1, "Nobody else is left under suspicion.");
        }

        var value = suspect.Score <= 0 ? 0 : Math.Clamp(1 - (next.Left / suspect.Score), 0, 1);
        return (value, next.Suspect.Score - next.Left > 0.01
            ? $"Next under suspicion is {next.Suspect.Name}, with {Phrase.Number(next.Suspect.Score)} against {Phrase.Number(suspect.Score)}; without what {suspect.Name} explains of it, {Phrase.Number(next.Left)} is left."
            : $"Next under suspicion is {next.Suspect.Name}, with {Phrase.Number(next.Suspect.Score)} against {Phrase.Number(suspect.Score)}.");
    }

    /// <summary>The others of the same incident, each with what is left of its suspicion when the suspect is taken for the cause: another cause that goes on at the same time takes nothing from this one.</summary>
    public static IEnumerable<(Suspect Suspect, double Left)> Rivals(Suspect suspect, IReadOnlyList<Suspect> ranking) =>
        ranking.Where(s => s != suspect && (s.Incident == suspect.Incident || s.Incident == 0)).Select(s => (s, s.Beside(suspect, ranking)));

    private static void Add(List<CauseFactor> factors, string name, (double Value, string Statement) factor) =>
        factors.Add(new CauseFactor(name, Math.Round(Math.Clamp(factor.Value, 0, 1), 3), factor.Statement));
}
