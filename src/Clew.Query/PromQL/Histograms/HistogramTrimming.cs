namespace Clew.Query.PromQL.Histograms;

/// <summary>
/// The operators <c>&lt;/</c> and <c>&gt;/</c>: what of a native histogram lies below or above a value. Observations within the bucket that is cut are
/// shared out as <see cref="HistogramStatistics"/> estimates them.
/// </summary>
public static class HistogramTrimming
{
    /// <param name="below">Whether what lies below the value stays; otherwise what lies above.</param>
    public static FloatHistogram Trim(this FloatHistogram histogram, double value, bool below)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        if (double.IsNaN(value) || value == (below ? double.PositiveInfinity : double.NegativeInfinity))
        {
            return histogram;
        }

        var count = 0.0;
        var sum = 0.0;
        var cut = false;
        double Keep(HistogramBucket whole)
        {
            var bucket = histogram.IsCustom ? whole : HistogramStatistics.OneSided(histogram, whole);
            var part = Kept(histogram, bucket, value, below, out var middle);
            cut |= part < 1;
            count += bucket.Count * part;
            sum += part == 0 ? 0 : bucket.Count * part * middle;
            return bucket.Count * part;
        }

        var negative = BucketCounts.Of(histogram.Negative.Pairs().Select(bucket => (bucket.Index, Keep(
            new(-FloatHistogram.ExponentialBound(bucket.Index, histogram.Schema), -FloatHistogram.ExponentialBound(bucket.Index - 1, histogram.Schema), true, false, bucket.Count)))));
        var zero = histogram.ZeroCount == 0 ? 0 : Keep(new(-histogram.ZeroThreshold, histogram.ZeroThreshold, true, true, histogram.ZeroCount));
        var positive = BucketCounts.Of(histogram.Positive.Pairs().Select(bucket => (bucket.Index, Keep(Positive(histogram, bucket.Index, bucket.Count)))));
        return cut ? histogram with { Negative = negative, ZeroCount = zero, Positive = positive, Count = count, Sum = sum } : histogram;
    }

    private static HistogramBucket Positive(FloatHistogram histogram, int index, double count) => histogram.IsCustom
        ? new(index == 0 ? double.NegativeInfinity : histogram.CustomValues[index - 1], index < histogram.CustomValues.Count ? histogram.CustomValues[index] : double.PositiveInfinity, index == 0, true, count)
        : new(FloatHistogram.ExponentialBound(index - 1, histogram.Schema), FloatHistogram.ExponentialBound(index, histogram.Schema), false, true, count);

    /// <summary>The share of a bucket that stays, and the value its observations are taken to have.</summary>
    private static double Kept(FloatHistogram histogram, HistogramBucket bucket, double value, bool below, out double middle)
    {
        if (histogram.IsCustom && (double.IsInfinity(bucket.Lower) || double.IsInfinity(bucket.Upper)))
        {
            return Unbounded(bucket, value, below, out middle);
        }

        var (lower, upper) = (bucket.Lower, bucket.Upper);
        var part = upper <= value ? 1 : lower >= value ? 0 : HistogramStatistics.PartBelow(histogram, bucket, value);
        if (below)
        {
            upper = Math.Min(upper, Math.Max(lower, value));
        }
        else
        {
            part = 1 - part;
            lower = Math.Max(lower, Math.Min(upper, value));
        }

        middle = histogram.IsCustom || (bucket.Lower <= 0 && bucket.Upper >= 0)
            ? (lower + upper) / 2
            : Math.CopySign(Math.Sqrt(Math.Abs(lower) * Math.Abs(upper)), bucket.Upper <= 0 ? -1 : 1);
        return part;
    }

    /// <summary>The first and the last custom bucket reach to infinity: a first one that ends above 0 is taken to begin there, others are not shared out.</summary>
    private static double Unbounded(HistogramBucket bucket, double value, bool below, out double middle)
    {
        if (double.IsNegativeInfinity(bucket.Lower) && double.IsPositiveInfinity(bucket.Upper))
        {
            middle = 0;
            return 0;
        }

        if (double.IsPositiveInfinity(bucket.Upper))
        {
            middle = below ? bucket.Lower : Math.Max(bucket.Lower, value);
            return below || double.IsPositiveInfinity(value) ? 0 : 1;
        }

        if (bucket.Upper <= 0)
        {
            middle = Math.Min(bucket.Upper, value);
            return below ? double.IsNegativeInfinity(value) ? 0 : 1 : 0;
        }

        if (value < 0)
        {
            // Where in the bucket the cut lies cannot be told; its observations belong to neither side.
            middle = 0;
            return 0;
        }

        var part = Math.Clamp(value / bucket.Upper, 0, 1);
        middle = below ? Math.Clamp(value, 0, bucket.Upper) / 2 : (Math.Clamp(value, 0, bucket.Upper) + bucket.Upper) / 2;
        return below ? part : 1 - part;
    }
}
