namespace Clew.Query.PromQL.Histograms;

/// <summary>What happened on the way to a sum or difference of two histograms.</summary>
/// <param name="Result">Null when one is exponential and the other has custom buckets.</param>
/// <param name="HintsConflict">One says that counting began anew, the other that it did not.</param>
/// <param name="BoundsReconciled">Custom bounds differ; only those that both have were kept.</param>
public readonly record struct HistogramOutcome(FloatHistogram? Result, bool HintsConflict, bool BoundsReconciled);

/// <summary>Sums, differences and multiples of native histograms.</summary>
public static class HistogramArithmetic
{
    public static HistogramOutcome Add(this FloatHistogram left, FloatHistogram right) => Combine(left, right, static (a, b) => a + b);

    public static HistogramOutcome Subtract(this FloatHistogram left, FloatHistogram right) => Combine(left, right, static (a, b) => a - b);

    /// <summary>Every count and the sum times a factor. A negative factor makes a gauge.</summary>
    public static FloatHistogram Multiply(this FloatHistogram histogram, double factor)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        return Scale(histogram, count => count * factor, factor < 0);
    }

    /// <summary>Every count and the sum divided. Division by zero leaves no buckets.</summary>
    public static FloatHistogram Divide(this FloatHistogram histogram, double divisor)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        var whole = divisor == 0 ? histogram with { Positive = BucketCounts.Empty, Negative = BucketCounts.Empty } : histogram;
        return Scale(whole, count => count / divisor, divisor < 0);
    }

    /// <summary>The hint of a sum: gauges stay gauges, what is not known stays not known.</summary>
    public static (CounterResetHint Hint, bool Conflict) CombineHints(CounterResetHint left, CounterResetHint right) => (left, right) switch
    {
        _ when left == right => (left, false),
        (CounterResetHint.Gauge, _) or (_, CounterResetHint.Gauge) => (CounterResetHint.Gauge, false),
        (CounterResetHint.Unknown, _) or (_, CounterResetHint.Unknown) => (CounterResetHint.Unknown, false),
        _ => (CounterResetHint.Unknown, true),
    };

    /// <summary>Counts and sum of two histograms of the same layout, number by number.</summary>
    internal static FloatHistogram Zip(FloatHistogram left, FloatHistogram right, Func<double, double, double> combine) => left with
    {
        Count = combine(left.Count, right.Count),
        Sum = combine(left.Sum, right.Sum),
        ZeroCount = combine(left.ZeroCount, right.ZeroCount),
        Positive = BucketCounts.Combine(left.Positive, right.Positive, combine),
        Negative = BucketCounts.Combine(left.Negative, right.Negative, combine),
    };

    private static HistogramOutcome Combine(FloatHistogram left, FloatHistogram right, Func<double, double, double> combine)
    {
        if (!HistogramLayout.TryCommon(left, right, out var layout, out var reconciled))
        {
            return default;
        }

        var (hint, conflict) = CombineHints(left.Hint, right.Hint);
        return new(Zip(layout.Apply(left), layout.Apply(right), combine) with { Hint = hint }, conflict, reconciled);
    }

    private static FloatHistogram Scale(FloatHistogram histogram, Func<double, double> scale, bool toGauge) => histogram with
    {
        Hint = toGauge ? CounterResetHint.Gauge : histogram.Hint,
        Count = scale(histogram.Count),
        Sum = scale(histogram.Sum),
        ZeroCount = scale(histogram.ZeroCount),
        Positive = histogram.Positive.Map(scale),
        Negative = histogram.Negative.Map(scale),
    };
}
