using Clew.Analysis.Observations;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections.Dependencies;

/// <summary>Calls of an edge that are like this more often than usual.</summary>
/// <param name="Hits">Those of the window.</param>
internal sealed record Excess(IReadOnlyList<Call> Hits, Share Share, UsualRate Usual, double Significance)
{
    /// <summary>Significance, size and number together, 0 to 1.</summary>
    public double Strength => Statistics.Strength.OfSignificance(Significance) * Math.Sqrt(Math.Max(0, Share.Rate - Usual.Rate)) * Statistics.Strength.OfCount(Hits.Count);

    public long Onset => Hits.Min(c => c.Time);

    public HashSet<int> Traces => [.. Hits.Select(c => c.Trace)];

    /// <summary>"80 % of the calls (0 % is usual)".</summary>
    public string Said => $"{Phrase.Percent(Share.Rate)} of the calls ({Phrase.Percent(Usual.Rate)} is usual)";

    /// <summary>Null when the rule's thresholds do not break.</summary>
    public static Excess? Of(CallEdge edge, Func<Call, bool> isHit, Rule rule)
    {
        var window = edge.Window.ToArray();
        var hits = window.Where(isHit).ToArray();
        if (hits.Length < rule.MinWindow)
        {
            return null;
        }

        var usual = edge.Usual(isHit);
        var share = new Share(hits.Length, window.Length);
        var significance = usual.Significance(share);
        return usual.Observations < rule.MinBaseline || share.Rate - usual.Rate < Math.Max(rule.Absolute, rule.Relative) || significance < rule.MinSignificance
            ? null
            : new Excess(hits, share, usual, significance);
    }
}
