using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Histograms;

/// <summary>
/// A native histogram as PromQL computes with it (prometheus.io/docs/specs/native_histograms): all counts are floats. Does not change. With an
/// exponential schema n, bucket i holds the values in (2^((i-1)/2^n), 2^(i/2^n)], its mirror image the negative ones, and the zero bucket those whose
/// magnitude is at most the threshold. With custom buckets, bucket i ends at the i-th bound, the one after the last at infinity.
/// </summary>
public sealed record FloatHistogram
{
    /// <summary>The schema number of custom buckets.</summary>
    public const int CustomSchema = -53;

    /// <summary>The exponential schemas: the coarsest and the finest.</summary>
    public const int CoarsestSchema = -4;

    public const int FinestSchema = 8;

    public CounterResetHint Hint { get; init; }

    public int Schema { get; init; }

    /// <summary>The magnitude up to which values count as zero.</summary>
    public double ZeroThreshold { get; init; }

    public double ZeroCount { get; init; }

    public double Count { get; init; }

    public double Sum { get; init; }

    public BucketCounts Positive { get; init; } = BucketCounts.Empty;

    public BucketCounts Negative { get; init; } = BucketCounts.Empty;

    /// <summary>Upper bounds of custom buckets, ascending, without infinity.</summary>
    public IReadOnlyList<double> CustomValues { get; init; } = [];

    public bool IsCustom => Schema == CustomSchema;

    /// <summary>The memory it takes, in the samples that a budget counts: one for every two buckets and four for the rest.</summary>
    public int Weight => 4 + ((Positive.Count + Negative.Count + CustomValues.Count) / 2);

    /// <summary>The end of an exponential bucket that is farther from zero, as a magnitude.</summary>
    public static double ExponentialBound(int index, int schema)
    {
        var width = Math.Pow(2, -schema);
        var exponent = index * width;
        if (exponent >= 1_024)
        {
            // The last bucket of ordinary numbers ends at the largest one; only those after it are unbounded.
            return (index - 1) * width < 1_024 ? double.MaxValue : double.PositiveInfinity;
        }

        var whole = Math.Floor(exponent);
        if (schema is >= 0 and <= ExponentialBounds.FinestSchema)
        {
            return Math.ScaleB(ExponentialBounds.Fraction(index, schema), (int)Math.Max(whole + 1, -2_000));
        }

        return Math.ScaleB(Math.Pow(2, exponent - whole), (int)Math.Max(whole, -2_000));
    }

    /// <summary>Every bucket that is not empty, from the lowest values to the highest; the zero bucket too.</summary>
    public IEnumerable<HistogramBucket> Buckets()
    {
        if (IsCustom)
        {
            foreach (var (index, count) in Positive.Pairs())
            {
                var lower = index == 0 ? double.NegativeInfinity : CustomValues[index - 1];
                yield return new(lower, index < CustomValues.Count ? CustomValues[index] : double.PositiveInfinity, index == 0, true, count);
            }

            yield break;
        }

        foreach (var (index, count) in Negative.Pairs().Reverse())
        {
            yield return new(-ExponentialBound(index, Schema), -ExponentialBound(index - 1, Schema), true, false, count);
        }

        if (ZeroCount != 0)
        {
            yield return new(-ZeroThreshold, ZeroThreshold, true, true, ZeroCount);
        }

        foreach (var (index, count) in Positive.Pairs())
        {
            yield return new(ExponentialBound(index - 1, Schema), ExponentialBound(index, Schema), false, true, count);
        }
    }

    /// <summary>Whether all of it is the same but the hint. Two sums that are NaN are the same.</summary>
    public bool SameAs(FloatHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Schema == other.Schema && Count.Equals(other.Count) && Sum.Equals(other.Sum) && ZeroThreshold.Equals(other.ZeroThreshold) && ZeroCount.Equals(other.ZeroCount)
            && CustomValues.SequenceEqual(other.CustomValues) && Positive.SameAs(other.Positive) && Negative.SameAs(other.Negative);
    }

    /// <summary><c>{count:20, sum:10, [-2,-1):2, [-0.001,0.001]:2, (1,2]:2}</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("{count:").Append(GoNumber.FormatGeneral(Count)).Append(", sum:").Append(GoNumber.FormatGeneral(Sum));
        foreach (var bucket in Buckets())
        {
            text.Append(", ").Append(bucket);
        }

        return text.Append('}').ToString();
    }
}
