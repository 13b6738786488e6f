using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Histograms;

namespace Clew.Query.PromQL.Functions;

/// <summary>Statistics over the samples of a range.</summary>
internal static class OverTimeFunctions
{
    public static bool Count(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        (value, histogram) = (window.Floats.Length + window.Histograms.Length, null);
        return value > 0;
    }

    public static bool Present(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        (value, histogram) = (1, null);
        return !window.IsEmpty;
    }

    public static bool Last(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        var ofHistogram = window.Histograms.Length > 0 && (window.Floats.Length == 0 || window.HistogramTimes[^1] > window.FloatTimes[^1]);
        value = window.Floats.Length > 0 ? window.Floats[^1] : 0;
        histogram = ofHistogram ? window.Histograms[^1] : null;
        return !window.IsEmpty;
    }

    public static bool First(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        var ofHistogram = window.Histograms.Length > 0 && (window.Floats.Length == 0 || window.HistogramTimes[0] < window.FloatTimes[0]);
        value = window.Floats.Length > 0 ? window.Floats[0] : 0;
        histogram = ofHistogram ? window.Histograms[0] : null;
        return !window.IsEmpty;
    }

    public static bool TimeOfLast(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        histogram = null;
        value = Math.Max(
            window.Floats.Length > 0 ? window.FloatTimes[^1] : long.MinValue, window.Histograms.Length > 0 ? window.HistogramTimes[^1] : long.MinValue) / 1_000.0;
        return !window.IsEmpty;
    }

    public static bool TimeOfFirst(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        histogram = null;
        value = Math.Min(
            window.Floats.Length > 0 ? window.FloatTimes[0] : long.MaxValue, window.Histograms.Length > 0 ? window.HistogramTimes[0] : long.MaxValue) / 1_000.0;
        return !window.IsEmpty;
    }

    public static bool TimeOfMaximum(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram) =>
        TimeOf(window, call, static (candidate, best) => candidate >= best, out value, out histogram);

    public static bool TimeOfMinimum(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram) =>
        TimeOf(window, call, static (candidate, best) => candidate <= best, out value, out histogram);

    public static bool Minimum(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        histogram = null;
        var has = RangeFunctions.HasFloats(window, call);
        value = has ? Statistics.Minimum(window.Floats) : 0;
        return has;
    }

    public static bool Maximum(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        histogram = null;
        var has = RangeFunctions.HasFloats(window, call);
        value = has ? Statistics.Maximum(window.Floats) : 0;
        return has;
    }

    public static bool Variance(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        histogram = null;
        var has = RangeFunctions.HasFloats(window, call);
        value = has ? Statistics.Variance(window.Floats) : 0;
        return has;
    }

    public static bool StandardDeviation(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        var has = Variance(window, call, out value, out histogram);
        value = Math.Sqrt(value);
        return has;
    }

    public static bool Quantile(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        histogram = null;
        value = 0;
        if (!RangeFunctions.HasFloats(window, call))
        {
            return false;
        }

        var quantile = call.Scalar(0);
        if (double.IsNaN(quantile) || quantile < 0 || quantile > 1)
        {
            call.Annotations.QuantileOutOfRange(quantile, call.Call.Arguments[0].Span);
        }

        value = Statistics.Quantile(quantile, window.Floats);
        return true;
    }

    /// <summary>The median of the distances from the median.</summary>
    public static bool MedianDeviation(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        histogram = null;
        value = 0;
        if (!RangeFunctions.HasFloats(window, call))
        {
            return false;
        }

        var floats = window.Floats.ToArray();
        var median = Array.Exists(floats, double.IsNaN) ? double.NaN : Statistics.Quantile(0.5, floats);
        value = double.IsNaN(median) ? double.NaN : Statistics.Quantile(0.5, Array.ConvertAll(floats, sample => Math.Abs(sample - median)));
        return true;
    }

    public static bool Sum(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        (value, histogram) = (0, null);
        if (RangeFunctions.IsMixed(window, call))
        {
            return false;
        }

        if (window.Histograms.Length > 0)
        {
            histogram = Total(window, call)?.Sum();
            return histogram is not null;
        }

        value = Statistics.Sum(window.Floats);
        return window.Floats.Length > 0;
    }

    public static bool Average(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        (value, histogram) = (0, null);
        if (RangeFunctions.IsMixed(window, call))
        {
            return false;
        }

        if (window.Histograms.Length > 0)
        {
            histogram = Total(window, call)?.Mean();
            return histogram is not null;
        }

        value = window.Floats.Length > 0 ? Statistics.Mean(window.Floats) : 0;
        return window.Floats.Length > 0;
    }

    private static HistogramSum? Total(in RangeWindow window, RangeCall call)
    {
        var sum = new HistogramSum();
        foreach (var histogram in window.Histograms)
        {
            sum.Add(histogram);
        }

        if (sum.IsMixed)
        {
            call.Annotations.MixedSchemas(window.Series.Labels.MetricName, call.Span);
            return null;
        }

        if (sum.HintsConflict)
        {
            call.Annotations.HintsConflict("aggregation", call.Span);
        }

        if (sum.BoundsReconciled)
        {
            call.Annotations.BoundsReconciled("aggregation", call.Span);
        }

        return sum;
    }

    private static bool TimeOf(in RangeWindow window, RangeCall call, Func<double, double, bool> isBetter, out double value, out FloatHistogram? histogram)
    {
        (value, histogram) = (0, null);
        if (!RangeFunctions.HasFloats(window, call))
        {
            return false;
        }

        var best = 0;
        for (var i = 1; i < window.Floats.Length; i++)
        {
            if (isBetter(window.Floats[i], window.Floats[best]) || double.IsNaN(window.Floats[best]))
            {
                best = i;
            }
        }

        value = window.FloatTimes[best] / 1_000.0;
        return true;
    }
}
