namespace Clew.Analysis.Statistics;

/// <summary>Whether values of one group tend to be larger than those of another (Mann and Whitney 1947): no assumption about how they are distributed.</summary>
/// <param name="Superiority">The chance that a value of the first group exceeds one of the second, equals counting half: 0.5 when they are alike.</param>
/// <param name="Sigmas">Standard deviations from alike, corrected for equal values.</param>
public readonly record struct RankTest(double Superiority, double Sigmas)
{
    /// <summary>Alike when one of the groups is empty.</summary>
    public static RankTest Of(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        double n = first.Count, m = second.Count;
        if (n == 0 || m == 0)
        {
            return new RankTest(0.5, 0);
        }

        double[] all = [.. first, .. second];
        var ranks = SeriesCorrelation.Ranks(all);
        var u = ranks.Take(first.Count).Sum() - (n * (n + 1) / 2);
        var ties = all.GroupBy(v => v).Sum(g => Math.Pow(g.Count(), 3) - g.Count());
        var total = n + m;
        var variance = n * m / 12 * (total + 1 - (total > 1 ? ties / (total * (total - 1)) : 0));
        return new RankTest(u / (n * m), variance <= 0 ? 0 : (u - (n * m / 2)) / Math.Sqrt(variance));
    }
}
