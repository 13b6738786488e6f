using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Histograms;

namespace Clew.Query.PromQL.Functions;

/// <summary>By how much native histograms grew over a range.</summary>
internal static class HistogramRates
{
    /// <param name="startsWithin">Whether the first histogram counts from zero within the range.</param>
    /// <returns>Null, with a remark, when there is no answer.</returns>
    public static FloatHistogram? Increase(in RangeWindow window, RangeCall call, bool isCounter, bool startsWithin)
    {
        var histograms = window.Histograms;
        var times = window.HistogramTimes;
        var starts = window.HistogramStarts;
        var name = window.Series.Labels.MetricName;
        Remark(histograms, isCounter, name, call);
        var last = histograms[^1];
        var first = histograms[0];
        bool IsReset(in RangeWindow w, int i) => (!w.HistogramStarts.IsEmpty && StartTimes.IsReset(w.HistogramStarts[i - 1], w.HistogramTimes[i - 1], w.HistogramStarts[i], w.HistogramTimes[i]))
            || w.Histograms[i].IsResetAfter(w.Histograms[i - 1]);

        // What stood before a reset in the beginning does not count, so its buckets need not fit.
        var from = isCounter && !startsWithin && histograms.Length > 1 && IsReset(window, 1) ? 1 : 0;
        for (var i = from; i < histograms.Length; i++)
        {
            if (histograms[i].IsCustom != last.IsCustom && (isCounter || i == 0))
            {
                call.Annotations.MixedSchemas(name, call.Span);
                return null;
            }
        }

        var increase = last;
        if (from == 0 && !startsWithin)
        {
            increase = Take(last.Subtract(first), "subtraction", call)!;
        }

        for (var i = Math.Max(1, from + 1); isCounter && i < histograms.Length; i++)
        {
            if (IsReset(window, i))
            {
                increase = Take(increase.Add(histograms[i - 1]), "addition", call)!;
            }

            if (!starts.IsEmpty && StartTimes.Overlaps(starts[i - 1], times[i - 1], starts[i]))
            {
                call.Annotations.Overlap(name, call.Span);
            }
        }

        return Coarsest(increase, histograms[from..]);
    }

    /// <summary>Whether it is a counter where one is needed, and a gauge where one is.</summary>
    public static void Remark(ReadOnlySpan<FloatHistogram> histograms, bool isCounter, string name, RangeCall call)
    {
        if (!isCounter)
        {
            if (histograms[0].Hint != CounterResetHint.Gauge || histograms[^1].Hint != CounterResetHint.Gauge)
            {
                call.Annotations.NotGauge(name, call.Span);
            }

            return;
        }

        foreach (var histogram in histograms)
        {
            if (histogram.Hint == CounterResetHint.Gauge)
            {
                call.Annotations.NotCounter(name, call.Span);
                return;
            }
        }
    }

    private static FloatHistogram? Take(HistogramOutcome outcome, string operation, RangeCall call)
    {
        if (outcome.BoundsReconciled)
        {
            call.Annotations.BoundsReconciled(operation, call.Span);
        }

        return outcome.Result;
    }

    /// <summary>The result in the coarsest resolution of those it came from.</summary>
    private static FloatHistogram Coarsest(FloatHistogram increase, ReadOnlySpan<FloatHistogram> histograms)
    {
        var schema = increase.Schema;
        foreach (var histogram in histograms)
        {
            schema = Math.Min(schema, histogram.Schema);
        }

        return HistogramLayout.Coarser(increase, schema);
    }
}
