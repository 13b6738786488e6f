namespace Clew.Analysis.Statistics;

/// <summary>How often something happened in one stretch: <paramref name="Hits"/> of <paramref name="Of"/>.</summary>
public readonly record struct Share(int Hits, int Of)
{
    /// <summary>0 to 1; 0 when there was nothing to happen.</summary>
    public double Rate => Of == 0 ? 0 : (double)Hits / Of;
}

/// <summary>What the baseline says about a share.</summary>
/// <param name="Rate">The usual rate, 0 to 1.</param>
/// <param name="Spread">How far stretches usually lie from it, beyond the luck of counting.</param>
/// <param name="Observations">Observations behind it.</param>
public readonly record struct UsualRate(double Rate, double Spread, int Observations)
{
    /// <summary>More observations in one stretch than this add nothing to its say about what is usual: stretches differ by more than luck.</summary>
    private const int MaxStretchWeight = 3;

    /// <summary>
    /// The usual rate over stretches of the baseline. Something that always or never happens in nearly every stretch is a state: then a
    /// few stretches in the other state (an earlier incident) do not widen the spread. Something that happens now and then does.
    /// </summary>
    /// <param name="stretches">One share per stretch.</param>
    /// <param name="level">0.5 for the median stretch; lower where a failure must not become usual by repetition.</param>
    public static UsualRate Of(IEnumerable<Share> stretches, double level = 0.5)
    {
        var present = stretches.Where(s => s.Of > 0).ToArray();
        var rates = present.Select(s => new Weighted(s.Rate, Math.Min(s.Of, MaxStretchWeight))).ToArray();
        if (rates.Length == 0)
        {
            return new UsualRate(double.NaN, double.NaN, 0);
        }

        var median = Robust.WeightedMedian(rates);
        var counted = present.Where(s => s.Of >= 2).ToArray();
        var isState = counted.Length >= 3 && counted.Count(s => s.Rate is > 0.1 and < 0.9) < 0.25 * counted.Length;
        var spread = isState ? Robust.WeightedDeviation(rates, median) : Robust.WeightedHalfRange(rates);
        return new UsualRate(level == 0.5 ? median : Robust.WeightedQuantile(rates, level), spread, present.Sum(s => s.Of));
    }

    /// <summary>
    /// How many standard deviations a share in the window lies from usual: the luck of counting on both sides, the spread between
    /// stretches, and a quarter observation for continuity.
    /// </summary>
    public double Significance(Share window)
    {
        if (Observations == 0 || window.Of == 0)
        {
            return 0;
        }

        var floor = 0.5 / (Observations + 1);
        var rate = Math.Clamp(Rate, floor, 1 - floor);
        var variance = (rate * (1 - rate) * ((1.0 / window.Of) + (1.0 / Observations))) + (Spread * Spread) + (0.25 / ((double)window.Of * window.Of));
        return (window.Rate - Rate) / Math.Sqrt(variance);
    }
}

/// <summary>Turns statistics into strengths between 0 and 1.</summary>
public static class Strength
{
    /// <summary>Nothing below two standard deviations; 0.63 at six; nearly 1 from twelve on.</summary>
    public static double OfSignificance(double sigmas) => 1 - Math.Exp(-Math.Max(0, Math.Abs(sigmas) - 2) / 4);

    /// <summary>Few observations say little: a half at three, 0.9 at 27.</summary>
    public static double OfCount(int observations) => observations / (observations + 3.0);

    /// <summary>How far a value grew, on a logarithmic scale: 0 for unchanged, 1 for thirtyfold or more.</summary>
    public static double OfRatio(double before, double after, double floor) =>
        Math.Clamp(Math.Log(Math.Max(after, floor) / Math.Max(before, floor)) / Math.Log(30), 0, 1);

    /// <summary>Independent reasons together: 1 minus the chance that all are wrong.</summary>
    public static double Combine(IEnumerable<double> strengths) => 1 - strengths.Aggregate(1.0, (all, s) => all * (1 - Math.Clamp(s, 0, 0.97)));
}
