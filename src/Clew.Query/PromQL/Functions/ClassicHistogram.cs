namespace Clew.Query.PromQL.Functions;

/// <summary>One bucket of a classic histogram.</summary>
/// <param name="Upper">Its upper end, included.</param>
/// <param name="Count">Observations up to there, those of all lower buckets included.</param>
internal readonly record struct ClassicBucket(double Upper, double Count);

/// <summary>Quantiles and fractions from the cumulative buckets of a classic histogram.</summary>
internal static class ClassicHistogram
{
    /// <summary>Relative differences up to this are rounding and no disorder.</summary>
    private const double Rounding = 1e-12;

    /// <param name="wasFixed">Whether a bucket had fewer observations than one below it, which cannot be.</param>
    public static double Quantile(double share, List<ClassicBucket> buckets, out bool wasFixed)
    {
        var ordered = Order(buckets, out wasFixed);
        if (double.IsNaN(share) || ordered.Count < 2 || !double.IsPositiveInfinity(ordered[^1].Upper))
        {
            wasFixed &= ordered.Count >= 2 && double.IsPositiveInfinity(ordered[^1].Upper);
            return share < 0 ? double.NegativeInfinity : share > 1 ? double.PositiveInfinity : double.NaN;
        }

        if (share is < 0 or > 1)
        {
            return share < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        var observations = ordered[^1].Count;
        if (observations == 0)
        {
            return double.NaN;
        }

        var rank = share * observations;
        var place = ordered.FindIndex(0, ordered.Count - 1, bucket => bucket.Count >= rank);
        if (place < 0)
        {
            return ordered[^2].Upper;
        }

        var upper = ordered[place].Upper;
        if (place == 0 && upper <= 0)
        {
            return upper;
        }

        var (lower, below) = place > 0 ? (ordered[place - 1].Upper, ordered[place - 1].Count) : (0, 0);
        return lower + ((upper - lower) * ((rank - below) / (ordered[place].Count - below)));
    }

    /// <summary>The share of observations between two values.</summary>
    public static double Fraction(List<ClassicBucket> buckets, double lower, double upper)
    {
        var ordered = Order(buckets, out _);
        if (!double.IsPositiveInfinity(ordered[^1].Upper) || ordered[^1].Count == 0 || double.IsNaN(lower) || double.IsNaN(upper))
        {
            return double.NaN;
        }

        return lower >= upper ? 0 : (CountBelow(ordered, upper) - CountBelow(ordered, lower)) / ordered[^1].Count;
    }

    private static double CountBelow(List<ClassicBucket> ordered, double value)
    {
        for (var i = 0; i < ordered.Count; i++)
        {
            if (ordered[i].Upper <= value)
            {
                continue;
            }

            var below = i == 0 ? 0 : ordered[i - 1].Count;
            if (double.IsPositiveInfinity(ordered[i].Upper))
            {
                return below;
            }

            // The first bucket is taken to begin at 0; one that ends below reaches to infinity and is not shared out.
            if (i == 0 && ordered[0].Upper <= 0)
            {
                return double.IsNegativeInfinity(value) ? 0 : ordered[0].Count;
            }

            var lower = i == 0 ? 0 : ordered[i - 1].Upper;
            return below + ((ordered[i].Count - below) * Math.Clamp((value - lower) / (ordered[i].Upper - lower), 0, 1));
        }

        return ordered[^1].Count;
    }

    /// <summary>By upper end, equal ends added up, and no count smaller than one below it.</summary>
    private static List<ClassicBucket> Order(List<ClassicBucket> buckets, out bool wasFixed)
    {
        wasFixed = false;
        var ordered = new List<ClassicBucket>(buckets.Count);
        foreach (var bucket in buckets.OrderBy(bucket => bucket.Upper))
        {
            if (ordered.Count > 0 && ordered[^1].Upper == bucket.Upper)
            {
                ordered[^1] = bucket with { Count = ordered[^1].Count + bucket.Count };
            }
            else
            {
                ordered.Add(bucket);
            }
        }

        for (var i = 1; i < ordered.Count; i++)
        {
            var before = ordered[i - 1].Count;
            var isRounding = Math.Abs(ordered[i].Count - before) <= Rounding * Math.Max(Math.Abs(before), Math.Abs(ordered[i].Count));
            if (isRounding || ordered[i].Count < before)
            {
                wasFixed |= !isRounding;
                ordered[i] = ordered[i] with { Count = before };
            }
        }

        return ordered;
    }
}
