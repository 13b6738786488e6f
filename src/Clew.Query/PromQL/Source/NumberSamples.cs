using Clew.Query.PromQL.Data;
using Clew.Telemetry;

namespace Clew.Query.PromQL.Source;

/// <summary>Points of gauges and sums as samples.</summary>
internal static class NumberSamples
{
    /// <summary>OTLP's flag of a point that says that there is no value: what a stale marker means.</summary>
    private const uint NoValue = 1;

    private const long NanosecondsPerMillisecond = 1_000_000;

    public static bool HasValue(PointColumns points, int row) => (points.Flags[row] & NoValue) == 0;

    /// <summary>When counting began for each row, in milliseconds; null when start times were not read.</summary>
    public static long[]? Starts(PointColumns points, ReadOnlySpan<int> rows)
    {
        if (points.StartTimes.Count == 0)
        {
            return null;
        }

        var starts = new long[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            starts[i] = points.StartTimes[rows[i]] / NanosecondsPerMillisecond;
        }

        return starts;
    }

    /// <param name="isDelta">Whether each point counts anew: then a sample is the sum of all points up to it, so that it is a counter of PromQL.</param>
    public static SampledSeries Of(LabelSet labels, NumberColumns points, SeriesRows rows, ReadOnlySpan<int> own, bool isDelta)
    {
        var (times, values) = (new long[own.Length], new double[own.Length]);
        var doubles = points.Doubles.Values;
        var flags = points.Flags.Values;
        var sum = new KahanSum();
        for (var i = 0; i < own.Length; i++)
        {
            var row = own[i];
            times[i] = rows.TimeOf(row);
            if ((flags[row] & NoValue) != 0)
            {
                values[i] = StaleMarker.Value;
                continue;
            }

            values[i] = doubles[row];
            if (isDelta)
            {
                sum.Add(values[i]);
                values[i] = sum.Value;
            }
        }

        return new SampledSeries(labels, times, values, StartTimes: Starts(points, own));
    }
}
