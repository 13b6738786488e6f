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
        var evidence = Strength.Combine(groups);
        // A change makes evidence more believable; without evidence it is nothing.
        Score = evidence < Ranker.MinScoreForChange ? evidence : 1 - ((1 - evidence) * (1 - (0.5 * ChangeFit)));
        Loudness = Strength.Combine(Findings.GroupBy(f => Rules.Of(f.Kind).Group).Select(g => Group(g.Key, g.Select(f => f.Strength * Rules.Of(f.Kind).Weight))));
        Reasons = groups.Count(g => g >= Ranker.MinReason) + (ChangeFit >= 0.5 ? 1 : 0);
        Onset = Findings.Where(f => f.Onset > 0 && f.Weight >= 0.3 * Findings[0].Weight).Select(f => f.Onset).DefaultIfEmpty(0).Min();
        var weighty = Findings.Where(f => f.Weight >= Ranker.MinReason || f == Findings[0]).ToArray();
        Traces = weighty.SelectMany(f => f.Traces ?? new HashSet<int>()).ToHashSet();
        Observations = (int)Math.Min(int.MaxValue, weighty.Sum(f => (long)f.Observations));
    }

    /// <summary>Slow operations add up, each is seen by itself; other findings of a group repeat one another.</summary>
    private static double Group(FindingGroup group, IEnumerable<double> weights) =>
        group is FindingGroup.OwnTime or FindingGroup.BetweenTime ? Strength.Combine(weights) : weights.Max();
}
