using Clew.Analysis.Inspections;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Ranking;

/// <summary>A service, or something outside of the instrumented services, under suspicion, with all that was found about it.</summary>
internal sealed class Suspect(string name, int entity)
{
    public string Name { get; } = name;

    /// <summary>As <see cref="Finding.Entity"/>; -1 when it is a service of the inventory that sent nothing.</summary>
    public int Entity { get; } = entity;

    /// <summary>Strongest first, after explanations.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>The change that fits best; null when none does.</summary>
    public SuspectChange? Change { get; set; }

    /// <summary>0 to 1: how well the change fits in path and time.</summary>
    public double ChangeFit { get; set; }

    /// <summary>Every recorded change held against it.</summary>
    public IReadOnlyList<Judgement> Judged { get; set; } = [];

    /// <summary>In which ways it goes wrong by its own words; none where nobody asked.</summary>
    public Changes.SymptomKind Symptoms { get; set; }

    public double Score { get; private set; }

    /// <summary>The score it would have if nothing were explained by others: how loud it is.</summary>
    public double Loudness { get; private set; }

    /// <summary>Groups of findings that carry weight: independent reasons.</summary>
    public int Reasons { get; private set; }

    /// <summary>Earliest onset among findings that carry weight; 0 when none tells.</summary>
    public long Onset { get; private set; }

    /// <summary>Earliest onset among all findings that are loud enough to be told; 0 when none tells.</summary>
    public long First => Findings.Where(f => f.Onset > 0 && f.Strength * Rules.Of(f.Kind).Weight >= 0.1).Select(f => f.Onset).DefaultIfEmpty(0).Min();

    /// <summary>See <see cref="Reports.Cause.Incident"/>.</summary>
    public int Incident { get; set; }

    /// <summary>Requests of the window that show findings which carry weight, as indexes into the world's traces.</summary>
    public IReadOnlySet<int> Traces { get; private set; } = new HashSet<int>();

    /// <summary>As <see cref="Traces"/>, with those of the complaints of others that it explains.</summary>
    public IReadOnlySet<int> Accounted { get; private set; } = new HashSet<int>();

    /// <summary>Takes what it explains of the others into account.</summary>
    public void Account(IEnumerable<Suspect> others) =>
        Accounted = Traces.Concat(others.SelectMany(o => o.Findings).Where(f => f.ExplainedBy == Entity && f.Explained > 0.2).SelectMany(f => f.Traces ?? new HashSet<int>())).ToHashSet();

    /// <summary>Observations behind the findings that carry weight.</summary>
    public int Observations { get; private set; }

    public void Weigh()
    {
        Findings.Sort((a, b) => b.Weight != a.Weight ? b.Weight.CompareTo(a.Weight) : string.CompareOrdinal(a.Statement, b.Statement));
        var groups = Findings.GroupBy(f => Rules.Of(f.Kind).Group).Select(g => Group(g.Key, g.Select(f => f.Weight))).ToArray();
        Score = Believed(Together(Parts().Select(part => Remainder(part, doubt: 1))));
        Loudness = Strength.Combine(Findings.GroupBy(f => Rules.Of(f.Kind).Group).Select(g => Group(g.Key, g.Select(f => f.Strength * Rules.Of(f.Kind).Weight))));
        Reasons = groups.Count(g => g >= Ranker.MinReason) + (ChangeFit >= 0.5 ? 1 : 0);
        Onset = Findings.Where(f => f.Onset > 0 && f.Weight >= 0.3 * Findings[0].Weight).Select(f => f.Onset).DefaultIfEmpty(0).Min();
        var weighty = Findings.Where(f => f.Weight >= Ranker.MinReason || f == Findings[0]).ToArray();
        Traces = weighty.SelectMany(f => f.Traces ?? new HashSet<int>()).ToHashSet();
        Observations = (int)Math.Min(int.MaxValue, weighty.Sum(f => (long)f.Observations));
    }

    /// <summary>
    /// What is left of the suspicion when another is taken for the cause: the parts that it explains, in the topology and in time, are left out as far as it explains them.
    /// A runner-up that only passes on what the winner does is no rival of it.
    /// </summary>
    public double Beside(Suspect winner, IReadOnlyList<Suspect> ranking) =>
        Believed(Together(Parts().Select(part => Remainder(part, IsTakenUp(part, winner, ranking) ? 0 : 1))));

    /// <summary>
    /// The findings that count, by whom they are explained (-1: nobody). Of a group the strongest counts, for findings of a group repeat one another; slow operations all do, each is
    /// seen by itself.
    /// </summary>
    private IEnumerable<IGrouping<int, Finding>> Parts() => Findings
        .GroupBy(f => Rules.Of(f.Kind).Group)
        .SelectMany(g => AddsUp(g.Key) ? g : g.OrderByDescending(f => f.Weight).ThenBy(f => f.Statement, StringComparer.Ordinal).Take(1))
        .GroupBy(f => f.Explained > 0 ? f.ExplainedBy : -1);

    /// <summary>
    /// What a part adds to the suspicion. That the one below explains it is one assumption however many findings rest on it: if it is wrong, it is wrong for all of them at once. So their
    /// remainders are not combined as if they were independent; all of them together are believed as far as the explanation is doubted.
    /// </summary>
    /// <param name="doubt">1: the explanation is doubted as usual, 0: it is taken for true.</param>
    private static double Remainder(IEnumerable<Finding> part, double doubt)
    {
        var findings = part.ToArray();
        var apart = Strength.Combine(findings.Select(f => f.Weight));
        if (findings[0].Explained <= 0)
        {
            return apart;
        }

        var full = findings.Sum(f => f.Strength * Rules.Of(f.Kind).Weight);
        var left = findings.Sum(f => f.Strength * Rules.Of(f.Kind).Weight * (1 - (doubt > 0 ? f.Explained : Math.Min(1, f.Explained / Ranker.ByTheSameRequests))));
        return full <= 0 ? 0 : Math.Min(apart, Strength.Combine(findings.Select(f => f.Strength * Rules.Of(f.Kind).Weight)) * left / full);
    }

    /// <summary>The winner, or somebody whose own trouble comes from the winner, explains the part, and showed trouble no later than it.</summary>
    private static bool IsTakenUp(IGrouping<int, Finding> part, Suspect winner, IReadOnlyList<Suspect> ranking)
    {
        var by = part.Key;
        for (var hops = 0; by >= 0 && by != winner.Entity && hops < ranking.Count; hops++)
        {
            by = ranking.FirstOrDefault(s => s.Entity == by)?.Findings.MaxBy(f => f.Strength * Rules.Of(f.Kind).Weight) is { Explained: > 0 } loudest ? loudest.ExplainedBy : -1;
        }

        var first = part.Where(f => f.Onset > 0).Select(f => f.Onset).DefaultIfEmpty(0).Min();
        return by >= 0 && by == winner.Entity && (first == 0 || winner.First == 0 || winner.First - first <= Factors.SameMoment * 1e9);
    }

    /// <summary>Parts rest on different assumptions: the chance that all are wrong is the product of each one's.</summary>
    private static double Together(IEnumerable<double> parts) => 1 - parts.Aggregate(1.0, (all, part) => all * (1 - part));

    /// <summary>A change makes evidence more believable; without evidence it is nothing.</summary>
    private double Believed(double evidence) => evidence < Ranker.MinScoreForChange ? evidence : 1 - ((1 - evidence) * (1 - (0.5 * ChangeFit)));

    private static bool AddsUp(FindingGroup group) => group is FindingGroup.OwnTime or FindingGroup.BetweenTime;

    /// <summary>Slow operations add up, each is seen by itself; other findings of a group repeat one another.</summary>
    private static double Group(FindingGroup group, IEnumerable<double> weights) =>
        AddsUp(group) ? Strength.Combine(weights) : weights.Max();
}
