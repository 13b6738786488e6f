using Clew.Query.PromQL.Data;

namespace Clew.Query.PromQL.Histograms;

/// <summary>What observations that are not numbers do to a quantile.</summary>
public enum NaNEffect
{
    None,

    /// <summary>The quantile lies among them.</summary>
    ResultIsNaN,

    /// <summary>The quantile lies higher than it would without them.</summary>
    SkewedHigher,

    /// <summary>Fractions leave them out.</summary>
    Excluded,
}

/// <summary>Estimates from a native histogram: quantiles, fractions, variance.</summary>
public static class HistogramStatistics
{
    /// <summary>
    /// The value below which a share of the observations lies, from 0 to 1. Within exponential buckets it lies on an exponential curve, within the zero
    /// bucket and custom ones on a line.
    /// </summary>
    public static double Quantile(this FloatHistogram histogram, double share, out NaNEffect effect)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        effect = NaNEffect.None;
        if (share < 0)
        {
            return double.NegativeInfinity;
        }

        if (share > 1)
        {
            return double.PositiveInfinity;
        }

        if (histogram.Count == 0 || double.IsNaN(share))
        {
            return double.NaN;
        }

        // Counting from the nearer end keeps the error of large counts small. NaN observations are in no bucket, as if they were above all of them.
        var forward = double.IsNaN(histogram.Sum) || share < 0.5;
        var rank = (forward ? share : 1 - share) * histogram.Count;
        var buckets = histogram.Buckets().ToList();
        if (!forward)
        {
            buckets.Reverse();
        }

        var count = 0.0;
        var bucket = default(HistogramBucket);
        foreach (var candidate in buckets)
        {
            bucket = candidate;
            count += candidate.Count;
            if (count >= rank)
            {
                break;
            }
        }

        if (double.IsNaN(histogram.Sum))
        {
            var counted = buckets.Sum(b => b.Count);
            if (count < rank || buckets.Count == 0)
            {
                effect = NaNEffect.ResultIsNaN;
                return double.NaN;
            }

            effect = counted < histogram.Count ? NaNEffect.SkewedHigher : NaNEffect.None;
        }

        if (buckets.Count == 0)
        {
            return double.NaN;
        }

        if (histogram.IsCustom)
        {
            if (double.IsNegativeInfinity(bucket.Lower))
            {
                if (bucket.Upper <= 0)
                {
                    return bucket.Upper;
                }

                bucket = bucket with { Lower = 0 };
            }

            if (double.IsPositiveInfinity(bucket.Upper))
            {
                return bucket.Lower;
            }
        }
        else
        {
            bucket = OneSided(histogram, bucket);
        }

        if (count < rank)
        {
            return forward ? bucket.Upper : bucket.Lower;
        }

        count = Math.Min(count, histogram.Count);
        rank = forward ? rank - (count - bucket.Count) : count - rank;
        var fraction = rank / bucket.Count;
        if (histogram.IsCustom || (bucket.Lower <= 0 && bucket.Upper >= 0))
        {
            return bucket.Lower + ((bucket.Upper - bucket.Lower) * fraction);
        }

        var (low, high) = (Math.Log2(Math.Abs(bucket.Lower)), Math.Log2(Math.Abs(bucket.Upper)));
        return bucket.Lower > 0 ? Math.Pow(2, low + ((high - low) * fraction)) : -Math.Pow(2, high + ((low - high) * (1 - fraction)));
    }

    /// <summary>The share of observations between two values.</summary>
    public static double Fraction(this FloatHistogram histogram, double lower, double upper, out NaNEffect effect)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        effect = NaNEffect.None;
        if (histogram.Count == 0 || double.IsNaN(lower) || double.IsNaN(upper))
        {
            return double.NaN;
        }

        if (double.IsNaN(histogram.Sum) && histogram.Buckets().Sum(bucket => bucket.Count) < histogram.Count)
        {
            effect = NaNEffect.Excluded;
        }

        if (lower >= upper)
        {
            return 0;
        }

        return (histogram.CountBelow(upper) - histogram.CountBelow(lower)) / histogram.Count;
    }

    /// <summary>The mean of the squared distances from the mean, each bucket's observations taken to lie in its middle.</summary>
    public static double Variance(this FloatHistogram histogram)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        var mean = histogram.Sum / histogram.Count;
        var sum = default(KahanSum);
        foreach (var bucket in histogram.Buckets())
        {
            var middle = histogram.IsCustom ? (bucket.Upper + bucket.Lower) / 2
                : bucket.Lower <= 0 && bucket.Upper >= 0 ? 0
                : Math.CopySign(Math.Sqrt(bucket.Upper * bucket.Lower), bucket.Upper <= 0 ? -1 : 1);
            var distance = middle - mean;
            sum.Add(bucket.Count * distance * distance);
        }

        return sum.Value / histogram.Count;
    }

    /// <summary>How many observations lie below a value, by the same curves as <see cref="Quantile"/>.</summary>
    internal static double CountBelow(this FloatHistogram histogram, double value)
    {
        var rank = 0.0;
        foreach (var whole in histogram.Buckets())
        {
            var bucket = histogram.IsCustom ? whole : OneSided(histogram, whole);
            if (bucket.Lower >= value)
            {
                break;
            }

            rank += bucket.Upper > value ? bucket.Count * PartBelow(histogram, bucket, value) : bucket.Count;
            if (bucket.Upper > value)
            {
                break;
            }
        }

        return Math.Min(rank, histogram.Count);
    }

    /// <summary>The share of a bucket's observations that lie below a value within it, from 0 to 1.</summary>
    internal static double PartBelow(FloatHistogram histogram, HistogramBucket bucket, double value)
    {
        if (histogram.IsCustom)
        {
            if (double.IsPositiveInfinity(bucket.Upper))
            {
                return 0;
            }

            var lower = double.IsNegativeInfinity(bucket.Lower) ? Math.Min(0, bucket.Upper) : bucket.Lower;
            return lower == bucket.Upper ? 1 : Math.Clamp((value - lower) / (bucket.Upper - lower), 0, 1);
        }

        if (bucket.Lower <= 0 && bucket.Upper >= 0)
        {
            return bucket.Lower == bucket.Upper ? 0 : (value - bucket.Lower) / (bucket.Upper - bucket.Lower);
        }

        var (low, high, at) = (Math.Log2(Math.Abs(bucket.Lower)), Math.Log2(Math.Abs(bucket.Upper)), Math.Log2(Math.Abs(value)));
        return bucket.Lower > 0 ? (at - low) / (high - low) : 1 - ((at - high) / (low - high));
    }

    /// <summary>The zero bucket without the side on which there are no observations at all.</summary>
    internal static HistogramBucket OneSided(FloatHistogram histogram, HistogramBucket bucket) => bucket.Lower < 0 && bucket.Upper > 0
        ? histogram.Negative.Count == 0 && histogram.Positive.Count > 0 ? bucket with { Lower = 0 }
        : histogram.Positive.Count == 0 && histogram.Negative.Count > 0 ? bucket with { Upper = 0 }
        : bucket
        : bucket;
}
