namespace Clew.Query.PromQL.Histograms;

/// <summary>Whether a counter histogram began anew.</summary>
public static class HistogramResets
{
    /// <summary>
    /// By its hint when that says so; otherwise when any count has fallen, a bucket has gone, the resolution has become finer or the zero bucket narrower.
    /// </summary>
    public static bool IsResetAfter(this FloatHistogram current, FloatHistogram previous)
    {
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(previous);
        if (current.Hint is CounterResetHint.Reset or CounterResetHint.NotReset)
        {
            return current.Hint == CounterResetHint.Reset;
        }

        if (current.IsCustom != previous.IsCustom || current.Count < previous.Count)
        {
            return true;
        }

        if (current.IsCustom)
        {
            HistogramLayout.TryCommon(current, previous, out var layout, out _);
            return HasFallen(layout.Apply(current).Positive, layout.Apply(previous).Positive);
        }

        if (current.Schema > previous.Schema || current.ZeroThreshold < previous.ZeroThreshold
            || HistogramLayout.FittingThreshold(previous, current.ZeroThreshold) != current.ZeroThreshold)
        {
            return true;
        }

        var before = HistogramLayout.Coarser(previous.ZeroThreshold < current.ZeroThreshold ? HistogramLayout.WidenZero(previous, current.ZeroThreshold) : previous, current.Schema);
        return current.ZeroCount < before.ZeroCount || HasFallen(current.Positive, before.Positive) || HasFallen(current.Negative, before.Negative);
    }

    private static bool HasFallen(BucketCounts current, BucketCounts previous)
    {
        for (var i = 0; i < previous.Count; i++)
        {
            if (current.At(previous.Indexes[i]) < previous.Counts[i])
            {
                return true;
            }
        }

        return false;
    }
}
