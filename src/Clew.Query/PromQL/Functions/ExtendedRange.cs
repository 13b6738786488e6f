using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary>
/// <c>rate</c>, <c>increase</c> and <c>delta</c> over <c>anchored</c> and <c>smoothed</c> ranges: nothing is extrapolated; the values at the edges are those
/// of the last sample before, or lie on the line between the samples around.
/// </summary>
internal static class ExtendedRange
{
    public static bool Evaluate(in RangeWindow window, RangeCall call, bool isCounter, bool isRate, out double value, out FloatHistogram? histogram)
    {
        (value, histogram) = (0, null);
        var smoothed = call.Range.Edges == EdgeMode.Smoothed;
        var wide = window.Stretch(window.Start - call.Lookback, window.End + (smoothed ? call.Lookback : 0));
        if (RangeFunctions.IsMixed(wide, call))
        {
            return false;
        }

        var ofHistograms = wide.Histograms.Length > 0;
        var times = ofHistograms ? wide.HistogramTimes : wide.FloatTimes;
        if (!TryEdges(times, window.Start, window.End, smoothed, out var first, out var last))
        {
            return false;
        }

        var between = (Left: smoothed && times[first] < window.Start && last > first, Right: smoothed && last > 0 && times[last] > window.End);
        if (ofHistograms)
        {
            histogram = Histograms(wide, call, isCounter, window.Start, window.End, first, last, between);
            histogram = histogram is null ? null : (isRate ? histogram.Divide(window.Seconds) : histogram) with { Hint = CounterResetHint.Gauge };
            return histogram is not null;
        }

        value = Floats(wide, isCounter, window.Start, window.End, first, last, between);
        value = isRate ? value / window.Seconds : value;
        return true;
    }

    /// <summary>The histogram at a moment between two others, number by number on a line; null when their buckets do not fit.</summary>
    public static FloatHistogram? Interpolate(FloatHistogram before, long beforeTime, FloatHistogram after, long afterTime, long at, bool isCounter)
    {
        var part = (double)(at - beforeTime) / (afterTime - beforeTime);
        if (before.IsCustom != after.IsCustom)
        {
            return null;
        }

        return isCounter && after.IsResetAfter(before)
            ? after.Multiply(part)
            : after.Subtract(before).Result is { } difference ? before.Add(difference.Multiply(part)).Result! with { Hint = before.Hint } : null;
    }

    /// <summary>The samples at or around the edges of the range.</summary>
    private static bool TryEdges(ReadOnlySpan<long> times, long start, long end, bool smoothed, out int first, out int last)
    {
        (first, last) = (0, times.Length - 1);
        if (times.IsEmpty || times[0] > end || times[^1] <= start)
        {
            return false;
        }

        while (first < last && times[first + 1] <= start)
        {
            first++;
        }

        while (smoothed && last > 0 && times[last - 1] >= end)
        {
            last--;
        }

        return times[last] > start;
    }

    private static double Floats(in RangeWindow wide, bool isCounter, long start, long end, int first, int last, (bool Left, bool Right) between)
    {
        var times = wide.FloatTimes;
        var floats = wide.Floats;
        var left = between.Left ? Interpolate(floats[first], times[first], floats[first + 1], times[first + 1], start, isCounter) : floats[first];
        var right = between.Right ? Interpolate(floats[last - 1], times[last - 1], floats[last], times[last], end, isCounter) : floats[last];
        var increase = right - left;

        // A reset before the first sample inside is in the interpolated value already.
        for (var i = first + (between.Left ? 2 : 1); isCounter && i <= last; i++)
        {
            increase += floats[i] < floats[i - 1] ? floats[i - 1] : 0;
        }

        return increase;
    }

    private static double Interpolate(double before, long beforeTime, double after, long afterTime, long at, bool isCounter)
    {
        var from = isCounter && after < before ? 0 : before;
        return from + ((after - from) * (at - beforeTime) / (afterTime - beforeTime));
    }

    private static FloatHistogram? Histograms(in RangeWindow wide, RangeCall call, bool isCounter, long start, long end, int first, int last, (bool Left, bool Right) between)
    {
        var times = wide.HistogramTimes;
        var histograms = wide.Histograms;
        var name = wide.Series.Labels.MetricName;
        HistogramRates.Remark(histograms[first..(last + 1)], isCounter, name, call);
        for (var i = first; i <= last; i++)
        {
            if (histograms[i].IsCustom != histograms[last].IsCustom)
            {
                call.Annotations.MixedSchemas(name, call.Span);
                return null;
            }
        }

        var left = between.Left ? Interpolate(histograms[first], times[first], histograms[first + 1], times[first + 1], start, isCounter)! : histograms[first];
        var right = between.Right ? Interpolate(histograms[last - 1], times[last - 1], histograms[last], times[last], end, isCounter)! : histograms[last];
        var increase = right.Subtract(left).Result!;
        for (var i = first + (between.Left ? 2 : 1); isCounter && i <= last; i++)
        {
            increase = histograms[i].IsResetAfter(histograms[i - 1]) ? increase.Add(histograms[i - 1]).Result! : increase;
        }

        return increase;
    }
}
