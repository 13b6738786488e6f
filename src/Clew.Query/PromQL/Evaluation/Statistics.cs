using Clew.Query.PromQL.Data;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>Statistics over floats, as aggregations and <c>_over_time</c> functions share them.</summary>
internal static class Statistics
{
    public static double Sum(ReadOnlySpan<double> values)
    {
        var sum = default(KahanSum);
        foreach (var value in values)
        {
            sum.Add(value);
        }

        return sum.Value;
    }

    /// <summary>The mean; when the sum grows beyond the largest double it is followed value by value instead.</summary>
    public static double Mean(ReadOnlySpan<double> values)
    {
        var (sum, compensation) = (values[0], 0.0);
        for (var i = 1; i < values.Length; i++)
        {
            var (nextSum, nextCompensation) = KahanSum.Step(values[i], sum, compensation);
            if (double.IsInfinity(nextSum) && !double.IsInfinity(sum) && !double.IsInfinity(values[i]))
            {
                return IncrementalMean(values, i, sum / i, compensation / i);
            }

            (sum, compensation) = (nextSum, nextCompensation);
        }

        return double.IsInfinity(sum) ? sum : (sum / values.Length) + (compensation / values.Length);
    }

    /// <summary>NaN only when all values are.</summary>
    public static double Minimum(ReadOnlySpan<double> values)
    {
        var minimum = values[0];
        foreach (var value in values)
        {
            minimum = value < minimum || double.IsNaN(minimum) ? value : minimum;
        }

        return minimum;
    }

    /// <summary>NaN only when all values are.</summary>
    public static double Maximum(ReadOnlySpan<double> values)
    {
        var maximum = values[0];
        foreach (var value in values)
        {
            maximum = value > maximum || double.IsNaN(maximum) ? value : maximum;
        }

        return maximum;
    }

    /// <summary>The variance of the population (Welford's method with compensation).</summary>
    public static double Variance(ReadOnlySpan<double> values)
    {
        var (mean, meanCompensation, squares, squaresCompensation) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < values.Length; i++)
        {
            var distance = values[i] - (mean + meanCompensation);
            (mean, meanCompensation) = KahanSum.Step(distance / (i + 1), mean, meanCompensation);
            (squares, squaresCompensation) = KahanSum.Step(distance * (values[i] - (mean + meanCompensation)), squares, squaresCompensation);
        }

        return double.IsInfinity(values[0]) || double.IsInfinity(mean) ? double.NaN : (squares + squaresCompensation) / values.Length;
    }

    /// <summary>The quantile by linear interpolation between the values around it. NaN counts as the smallest value.</summary>
    public static double Quantile(double quantile, ReadOnlySpan<double> values)
    {
        if (values.Length == 0 || double.IsNaN(quantile))
        {
            return double.NaN;
        }

        if (quantile is < 0 or > 1)
        {
            return quantile < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        var sorted = values.ToArray();
        Array.Sort(sorted);
        var rank = quantile * (sorted.Length - 1);
        var lower = (int)Math.Max(0, Math.Floor(rank));
        var upper = Math.Min(sorted.Length - 1, lower + 1);
        var weight = rank - Math.Floor(rank);
        return (sorted[lower] * (1 - weight)) + (sorted[upper] * weight);
    }

    /// <summary>Order by value, NaN last in either direction.</summary>
    public static int CompareNaNLast(double left, double right, bool descending) => (double.IsNaN(left), double.IsNaN(right)) switch
    {
        (true, true) => 0,
        (true, false) => 1,
        (false, true) => -1,
        _ => descending ? right.CompareTo(left) : left.CompareTo(right),
    };

    private static double IncrementalMean(ReadOnlySpan<double> values, int from, double mean, double compensation)
    {
        for (var i = from; i < values.Length; i++)
        {
            var count = i + 1.0;
            var keep = i / count;
            if (double.IsInfinity(mean) && (double.IsInfinity(values[i]) ? Math.Sign(mean) == Math.Sign(values[i]) : !double.IsNaN(values[i])))
            {
                continue;
            }

            (mean, compensation) = KahanSum.Step(values[i] / count, keep * mean, keep * compensation);
        }

        return mean + compensation;
    }
}
