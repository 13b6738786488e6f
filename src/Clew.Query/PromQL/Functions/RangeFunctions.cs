using System.Collections.Frozen;
using Clew.Query.PromQL.Evaluation;

namespace Clew.Query.PromQL.Functions;

/// <summary>The functions over range vectors by name.</summary>
internal static class RangeFunctions
{
    private static readonly FrozenDictionary<string, RangeFunction> ByName = new Dictionary<string, RangeFunction>
    {
        ["avg_over_time"] = OverTimeFunctions.Average,
        ["changes"] = ChangeFunctions.Changes,
        ["count_over_time"] = OverTimeFunctions.Count,
        ["delta"] = RateFunctions.Delta,
        ["deriv"] = RegressionFunctions.Slope,
        ["double_exponential_smoothing"] = RegressionFunctions.DoubleExponentialSmoothing,
        ["first_over_time"] = OverTimeFunctions.First,
        ["idelta"] = InstantRateFunctions.Difference,
        ["increase"] = RateFunctions.Increase,
        ["irate"] = InstantRateFunctions.Rate,
        ["last_over_time"] = OverTimeFunctions.Last,
        ["mad_over_time"] = OverTimeFunctions.MedianDeviation,
        ["max_over_time"] = OverTimeFunctions.Maximum,
        ["min_over_time"] = OverTimeFunctions.Minimum,
        ["predict_linear"] = RegressionFunctions.Predict,
        ["present_over_time"] = OverTimeFunctions.Present,
        ["quantile_over_time"] = OverTimeFunctions.Quantile,
        ["rate"] = RateFunctions.Rate,
        ["resets"] = ChangeFunctions.Resets,
        ["stddev_over_time"] = OverTimeFunctions.StandardDeviation,
        ["stdvar_over_time"] = OverTimeFunctions.Variance,
        ["sum_over_time"] = OverTimeFunctions.Sum,
        ["ts_of_first_over_time"] = OverTimeFunctions.TimeOfFirst,
        ["ts_of_last_over_time"] = OverTimeFunctions.TimeOfLast,
        ["ts_of_max_over_time"] = OverTimeFunctions.TimeOfMaximum,
        ["ts_of_min_over_time"] = OverTimeFunctions.TimeOfMinimum,
    }.ToFrozenDictionary();

    public static RangeFunction? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Whether there are floats to work on. Histograms beside them are left out with a remark, alone without one.</summary>
    public static bool HasFloats(in RangeWindow window, RangeCall call)
    {
        if (window.Floats.Length > 0 && window.Histograms.Length > 0)
        {
            call.Annotations.HistogramsIgnoredInRange(window.Series.Labels.MetricName, call.Span);
        }

        return window.Floats.Length > 0;
    }

    /// <summary>Floats and histograms together have no common answer.</summary>
    public static bool IsMixed(in RangeWindow window, RangeCall call)
    {
        if (window.Floats.Length == 0 || window.Histograms.Length == 0)
        {
            return false;
        }

        call.Annotations.MixedFloatsAndHistograms(window.Series.Labels.MetricName, call.Span);
        return true;
    }
}
