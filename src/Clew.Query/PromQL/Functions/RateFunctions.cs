using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary>
/// <c>rate</c>, <c>increase</c> and <c>delta</c>: the difference between the last and the first sample of a range, without counter resets, stretched to the
/// edges of the range where the samples come close enough to them.
/// </summary>
internal static class RateFunctions
{
    /// <summary>How much longer than the average distance between samples the way to an edge may be, so that the series is taken to go on up to it.</summary>
    private const double CloseToEdge = 1.1;

    private const double MillisecondsPerSecond = 1_000;

    public static bool Rate(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram) =>
        Evaluate(window, call, isCounter: true, isRate: true, out value, out histogram);

    public static bool Increase(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram) =>
        Evaluate(window, call, isCounter: true, isRate: false, out value, out histogram);

    public static bool Delta(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram) =>
        Evaluate(window, call, isCounter: false, isRate: false, out value, out histogram);

    private static bool Evaluate(in RangeWindow window, RangeCall call, bool isCounter, bool isRate, out double value, out FloatHistogram? histogram)
    {
        if (call.Range.Edges != EdgeMode.Plain)
        {
            return ExtendedRange.Evaluate(window, call, isCounter, isRate, out value, out histogram);
        }

        (value, histogram) = (0, null);
        if (RangeFunctions.IsMixed(window, call))
        {
            return false;
        }

        var ofHistograms = window.Histograms.Length > 0;
        var times = ofHistograms ? window.HistogramTimes : window.FloatTimes;
        var starts = ofHistograms ? window.HistogramStarts : window.FloatStarts;

        // A counter whose start lies within the range was 0 then: that is a sample more, and nothing is before it.
        var startsWithin = isCounter && !starts.IsEmpty && times.Length > 0 && starts[0] != 0 && starts[0] > window.Start && starts[0] < times[0];
        if (times.Length < (startsWithin ? 1 : 2))
        {
            return false;
        }

        var first = 0.0;
        if (ofHistograms)
        {
            histogram = HistogramRates.Increase(window, call, isCounter, startsWithin);
            if (histogram is null)
            {
                return false;
            }

            first = window.Histograms[0].Count;
        }
        else
        {
            value = FloatIncrease(window, call, isCounter, startsWithin);
            first = window.Floats[0];
        }

        var factor = Stretch((window.Start, window.End), times, MillisecondsPerSecond, isCounter, startsWithin ? starts[0] : null, first, histogram?.Count ?? value);
        factor = isRate ? factor / window.Seconds : factor;
        value *= factor;
        histogram = histogram is null ? null : histogram.Multiply(factor) with { Hint = CounterResetHint.Gauge };
        return true;
    }

    private static double FloatIncrease(in RangeWindow window, RangeCall call, bool isCounter, bool startsWithin)
    {
        var times = window.FloatTimes;
        var floats = window.Floats;
        var starts = window.FloatStarts;
        var increase = floats[^1] - floats[0] + (startsWithin ? floats[0] : 0);
        if (!isCounter)
        {
            return increase;
        }

        for (var i = 1; i < floats.Length; i++)
        {
            if (floats[i] < floats[i - 1] || (!starts.IsEmpty && StartTimes.IsReset(starts[i - 1], times[i - 1], starts[i], times[i])))
            {
                increase += floats[i - 1];
            }

            if (!starts.IsEmpty && StartTimes.Overlaps(starts[i - 1], times[i - 1], starts[i]))
            {
                call.Annotations.Overlap(window.Series.Labels.MetricName, call.Span);
            }
        }

        return increase;
    }

    /// <summary>How many times as long as the time between first and last sample the time is that the result stands for.</summary>
    /// <param name="edges">Where the range begins and ends, in the unit of the times.</param>
    /// <param name="perSecond">How many of that unit make a second.</param>
    /// <param name="counterStart">The moment the counter was 0, when that is known.</param>
    /// <param name="first">The first value, or count of the first histogram.</param>
    public static double Stretch((long Start, long End) edges, ReadOnlySpan<long> times, double perSecond, bool isCounter, long? counterStart, double first, double increase)
    {
        var average = times.Length > 1 ? (times[^1] - times[0]) / perSecond / (times.Length - 1) : 0;
        var sampled = (times[^1] - (counterStart ?? times[0])) / perSecond;
        var toStart = counterStart is null ? (times[0] - edges.Start) / perSecond : 0;
        var toEnd = (edges.End - times[^1]) / perSecond;
        if (counterStart is null && toStart >= average * CloseToEdge)
        {
            toStart = average / 2;
        }

        // A counter does not go below zero.
        if (isCounter && counterStart is null && increase > 0 && first >= 0)
        {
            toStart = Math.Min(toStart, sampled * (first / increase));
        }

        if (toEnd >= average * CloseToEdge)
        {
            toEnd = average / 2;
        }

        return (sampled + toStart + toEnd) / sampled;
    }
}
