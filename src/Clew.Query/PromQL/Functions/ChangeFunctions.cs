using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Functions;

/// <summary><c>changes</c> and <c>resets</c>: what happens from one sample to the next, floats and histograms in the order of their times.</summary>
internal static class ChangeFunctions
{
    public static bool Changes(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram) =>
        Walk(window, call, static (in Step before, in Step after) => before.Histogram is null != after.Histogram is null
            || (after.Histogram is null ? after.Value != before.Value && !(double.IsNaN(after.Value) && double.IsNaN(before.Value)) : !after.Histogram.SameAs(before.Histogram!)), out value, out histogram);

    public static bool Resets(in RangeWindow window, RangeCall call, out double value, out FloatHistogram? histogram) =>
        Walk(window, call, static (in Step before, in Step after) => before.Histogram is null != after.Histogram is null
            || StartTimes.IsReset(before.Start, before.Time, after.Start, after.Time)
            || (after.Histogram is null ? after.Value < before.Value : after.Histogram.IsResetAfter(before.Histogram!)), out value, out histogram);

    private delegate bool Happens(in Step before, in Step after);

    private static bool Walk(in RangeWindow window, RangeCall call, Happens happens, out double value, out FloatHistogram? histogram)
    {
        (value, histogram) = (0, null);
        if (window.IsEmpty)
        {
            return false;
        }

        // An anchored range begins with the last sample before it.
        var wide = call.Range.Edges == EdgeMode.Anchored ? window.Stretch(window.Start - call.Lookback, window.End) : window;
        var (f, h) = (0, 0);
        if (call.Range.Edges == EdgeMode.Anchored)
        {
            f = wide.Floats.Length - window.Floats.Length;
            h = wide.Histograms.Length - window.Histograms.Length;
            var floatIsAnchor = f > 0 && (h == 0 || wide.FloatTimes[f - 1] > wide.HistogramTimes[h - 1]);
            f -= floatIsAnchor ? 1 : 0;
            h -= !floatIsAnchor && h > 0 ? 1 : 0;
        }

        var before = default(Step);
        for (var first = true; f < wide.Floats.Length || h < wide.Histograms.Length; first = false)
        {
            var ofFloat = h == wide.Histograms.Length || (f < wide.Floats.Length && wide.FloatTimes[f] < wide.HistogramTimes[h]);
            var after = ofFloat
                ? new Step(wide.FloatTimes[f], wide.Floats[f], null, wide.FloatStarts.IsEmpty ? 0 : wide.FloatStarts[f])
                : new Step(wide.HistogramTimes[h], 0, wide.Histograms[h], wide.HistogramStarts.IsEmpty ? 0 : wide.HistogramStarts[h]);
            _ = ofFloat ? f++ : h++;
            value += !first && happens(before, after) ? 1 : 0;
            before = after;
        }

        return true;
    }

    private readonly record struct Step(long Time, double Value, FloatHistogram? Histogram, long Start);
}
