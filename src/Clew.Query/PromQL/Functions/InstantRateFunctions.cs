using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Histograms;

namespace Clew.Query.PromQL.Functions;

/// <summary><c>irate</c> and <c>idelta</c>: from the last two samples of a range.</summary>
internal static class InstantRateFunctions
{
    public static bool Rate(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram) => Evaluate(window, call, true, out value, out histogram);

    public static bool Difference(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram) => Evaluate(window, call, false, out value, out histogram);

    private static bool Evaluate(in RangeWindow window, RangeCall call, bool isRate, out double value, out FloatHistogram? histogram)
    {
        (value, histogram) = (0, null);
        var floats = window.Floats;
        var histograms = window.Histograms;
        var name = window.Series.Labels.MetricName;
        if (floats.Length + histograms.Length < 2)
        {
            return false;
        }

        // Which kinds the last two samples are.
        var lastIsHistogram = histograms.Length > 0 && (floats.Length == 0 || window.HistogramTimes[^1] > window.FloatTimes[^1]);
        var before = lastIsHistogram
            ? histograms.Length > 1 && (floats.Length == 0 || window.HistogramTimes[^2] > window.FloatTimes[^1])
            : floats.Length > 1 && (histograms.Length == 0 || window.FloatTimes[^2] > window.HistogramTimes[^1]);
        if (!before)
        {
            call.Annotations.MixedFloatsAndHistograms(name, call.Span);
            return false;
        }

        var times = lastIsHistogram ? window.HistogramTimes : window.FloatTimes;
        var starts = lastIsHistogram ? window.HistogramStarts : window.FloatStarts;
        var reset = isRate && !starts.IsEmpty && StartTimes.IsReset(starts[^2], times[^2], starts[^1], times[^1]);
        var seconds = (times[^1] - times[^2]) / 1_000.0;
        if (!lastIsHistogram)
        {
            value = isRate && (reset || floats[^1] < floats[^2]) ? floats[^1] : floats[^1] - floats[^2];
            value = isRate ? value / seconds : value;
            return true;
        }

        var (previous, last) = (histograms[^2], histograms[^1]);
        if (isRate && (previous.Hint == CounterResetHint.Gauge || last.Hint == CounterResetHint.Gauge))
        {
            call.Annotations.NotCounter(name, call.Span);
        }

        if (!isRate && (previous.Hint != CounterResetHint.Gauge || last.Hint != CounterResetHint.Gauge))
        {
            call.Annotations.NotGauge(name, call.Span);
        }

        if (isRate && (reset || last.IsResetAfter(previous)))
        {
            histogram = last;
        }
        else
        {
            var outcome = last.Subtract(previous);
            if (outcome.Result is null)
            {
                call.Annotations.MixedSchemas(name, call.Span);
                return false;
            }

            if (outcome.BoundsReconciled)
            {
                call.Annotations.BoundsReconciled("subtraction", call.Span);
            }

            histogram = outcome.Result;
        }

        histogram = (isRate ? histogram.Divide(seconds) : histogram) with { Hint = CounterResetHint.Gauge };
        return true;
    }
}
