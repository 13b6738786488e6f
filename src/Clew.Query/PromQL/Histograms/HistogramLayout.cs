namespace Clew.Query.PromQL.Histograms;

/// <summary>Where the buckets of a histogram lie. Two histograms can be computed with when theirs is the same.</summary>
internal readonly record struct HistogramLayout(int Schema, double ZeroThreshold, IReadOnlyList<double> CustomValues)
{
    /// <summary>
    /// The finest layout that both can be brought into: the coarser schema, the wider zero bucket (wider still when its edge would cut a bucket that is not
    /// empty), the custom bounds that both have.
    /// </summary>
    /// <param name="reconciled">Whether custom bounds differ, so that buckets were merged.</param>
    /// <returns>False when one is exponential and the other has custom buckets.</returns>
    public static bool TryCommon(FloatHistogram left, FloatHistogram right, out HistogramLayout layout, out bool reconciled)
    {
        layout = default;
        reconciled = false;
        if (left.IsCustom != right.IsCustom)
        {
            return false;
        }

        if (left.IsCustom)
        {
            reconciled = !left.CustomValues.SequenceEqual(right.CustomValues);
            layout = new(FloatHistogram.CustomSchema, 0, reconciled ? [.. left.CustomValues.Intersect(right.CustomValues).Order()] : left.CustomValues);
            return true;
        }

        var schema = Math.Min(left.Schema, right.Schema);
        layout = new(schema, CommonThreshold(left, right), []);
        return true;
    }

    /// <summary>The histogram with its buckets merged into this layout, which must be as coarse or coarser.</summary>
    public FloatHistogram Apply(FloatHistogram histogram)
    {
        if (histogram.IsCustom)
        {
            return ReferenceEquals(histogram.CustomValues, CustomValues) || histogram.CustomValues.SequenceEqual(CustomValues) ? histogram : MergeCustom(histogram);
        }

        var changed = Coarser(histogram, Schema);
        return changed.ZeroThreshold < ZeroThreshold ? WidenZero(changed, ZeroThreshold) : changed;
    }

    /// <summary>The histogram in a schema that is the same or coarser.</summary>
    public static FloatHistogram Coarser(FloatHistogram histogram, int schema)
    {
        var shift = histogram.Schema - schema;
        BucketCounts Merge(BucketCounts counts) => BucketCounts.Of(counts.Pairs().Select(bucket => (((bucket.Index - 1) >> shift) + 1, bucket.Count)));
        return shift <= 0 || histogram.IsCustom
            ? histogram
            : histogram with { Schema = schema, Positive = Merge(histogram.Positive), Negative = Merge(histogram.Negative) };
    }

    /// <summary>The threshold that a zero bucket must have to be at least as wide as asked and to cut no bucket that is not empty.</summary>
    public static double FittingThreshold(FloatHistogram histogram, double threshold)
    {
        if (histogram.ZeroThreshold >= threshold)
        {
            return histogram.ZeroThreshold;
        }

        foreach (var side in (BucketCounts[])[histogram.Positive, histogram.Negative])
        {
            foreach (var index in side.Indexes)
            {
                var upper = FloatHistogram.ExponentialBound(index, histogram.Schema);
                if (FloatHistogram.ExponentialBound(index - 1, histogram.Schema) < threshold && upper > threshold)
                {
                    return FittingThreshold(histogram, upper);
                }
            }
        }

        return threshold;
    }

    /// <summary>Moves all buckets up to a threshold into the zero bucket.</summary>
    public static FloatHistogram WidenZero(FloatHistogram histogram, double threshold)
    {
        BucketCounts Outside(BucketCounts side) => BucketCounts.Of(side.Pairs().Where(bucket => FloatHistogram.ExponentialBound(bucket.Index, histogram.Schema) > threshold));
        double Inside(BucketCounts side) => side.Pairs().Where(bucket => FloatHistogram.ExponentialBound(bucket.Index, histogram.Schema) <= threshold).Sum(bucket => bucket.Count);
        return histogram with
        {
            ZeroThreshold = threshold,
            ZeroCount = histogram.ZeroCount + Inside(histogram.Positive) + Inside(histogram.Negative),
            Positive = Outside(histogram.Positive),
            Negative = Outside(histogram.Negative),
        };
    }

    private static double CommonThreshold(FloatHistogram left, FloatHistogram right)
    {
        var threshold = Math.Max(left.ZeroThreshold, right.ZeroThreshold);
        while (true)
        {
            var wider = Math.Max(FittingThreshold(left, threshold), FittingThreshold(right, threshold));
            if (wider <= threshold)
            {
                return threshold;
            }

            threshold = wider;
        }
    }

    private FloatHistogram MergeCustom(FloatHistogram histogram)
    {
        var bounds = CustomValues;
        int Target(int index)
        {
            if (index >= histogram.CustomValues.Count)
            {
                return bounds.Count;
            }

            var target = 0;
            while (target < bounds.Count && bounds[target] < histogram.CustomValues[index])
            {
                target++;
            }

            return target;
        }

        return histogram with { CustomValues = bounds, Positive = BucketCounts.Of(histogram.Positive.Pairs().Select(bucket => (Target(bucket.Index), bucket.Count))) };
    }
}
