using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Histograms;

namespace Clew.Query.PromQL.Functions;

/// <summary>Lines and curves through the floats of a range.</summary>
internal static class RegressionFunctions
{
    /// <summary>The slope per second of the line with the least squares.</summary>
    public static bool Slope(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        (value, histogram) = (0, null);
        if (window.Floats.Length < 2 || !RangeFunctions.HasFloats(window, call))
        {
            return false;
        }

        value = Line(window, window.FloatTimes[0]).Slope;
        return true;
    }

    /// <summary>Where that line will be some seconds after the step.</summary>
    public static bool Predict(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        (value, histogram) = (0, null);
        if (window.Floats.Length < 2 || !RangeFunctions.HasFloats(window, call))
        {
            return false;
        }

        var (slope, intercept) = Line(window, call.Time);
        value = (slope * call.Scalar(0)) + intercept;
        return true;
    }

    /// <summary>Holt's linear smoothing with a factor for the level and one for the trend.</summary>
    /// <exception cref="PromQlException">A factor is not between 0 and 1.</exception>
    public static bool DoubleExponentialSmoothing(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram)
    {
        (value, histogram) = (0, null);
        var (level, trend) = (call.Scalar(0), call.Scalar(1));
        if (level is not (> 0 and < 1) || trend is not (> 0 and < 1))
        {
            throw new PromQlException($"invalid {(level is > 0 and < 1 ? "trend" : "smoothing")} factor, expected a number between 0 and 1");
        }

        if (window.Floats.Length < 2 || !RangeFunctions.HasFloats(window, call))
        {
            return false;
        }

        var floats = window.Floats;
        var (smooth, slope) = (floats[0], floats[1] - floats[0]);
        for (var i = 1; i < floats.Length; i++)
        {
            var next = (level * floats[i]) + ((1 - level) * (smooth + slope));
            slope = (trend * (next - smooth)) + ((1 - trend) * slope);
            smooth = next;
        }

        // The trend of the last step is still to come; the value is that of the level.
        value = smooth;
        return true;
    }

    /// <summary>The line through the floats, its height taken at a moment.</summary>
    private static (double Slope, double Intercept) Line(in RangeWindow window, long origin)
    {
        var times = window.FloatTimes;
        var floats = window.Floats;
        if (!floats.ContainsAnyExcept(floats[0]))
        {
            return double.IsInfinity(floats[0]) ? (double.NaN, double.NaN) : (0, floats[0]);
        }

        var (sumX, sumY, sumXY, sumX2) = (default(KahanSum), default(KahanSum), default(KahanSum), default(KahanSum));
        for (var i = 0; i < floats.Length; i++)
        {
            var x = (times[i] - origin) / 1_000.0;
            sumX.Add(x);
            sumY.Add(floats[i]);
            sumXY.Add(x * floats[i]);
            sumX2.Add(x * x);
        }

        double n = floats.Length;
        var covariance = sumXY.Value - (sumX.Value * sumY.Value / n);
        var slope = covariance / (sumX2.Value - (sumX.Value * sumX.Value / n));
        return (slope, (sumY.Value / n) - (slope * sumX.Value / n));
    }
}
