using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Histograms;
using Clew.Telemetry;

namespace Clew.Query.PromQL.Source;

/// <summary>
/// Points of exponential histograms, and of explicit ones that came as native histograms with custom buckets, as samples. Bucket i of Prometheus ends where bucket i of
/// OpenTelemetry begins, so its number is one larger. Histograms of the gauge kind have no temporality in the store.
/// </summary>
internal static class NativeSamples
{
    /// <summary>The zero bucket of histograms whose threshold was not sent, as Prometheus's OTLP receiver has it.</summary>
    private const double DefaultThreshold = 1e-128;

    public static SampledSeries Of(MatchedSeries series, SeriesForm form, ExponentialHistogramColumns points, SeriesRows rows, int[] own) =>
        Of(series, form, points, rows, [.. own.Where(row => points.Scales[row] >= FloatHistogram.CoarsestSchema)], row => Exponential(points, row, SeriesForm.IsLiteral(series.Metric)));

    public static SampledSeries Of(MatchedSeries series, SeriesForm form, HistogramColumns points, SeriesRows rows, int[] own) =>
        Of(series, form, points, rows, own, row => new FloatHistogram
        {
            Schema = FloatHistogram.CustomSchema,
            Count = points.Counts[row],
            Sum = Sum(points, row),
            CustomValues = points.Bounds[row].ToArray(),
            Positive = Counts(points.BucketCounts[row], 0),
        });

    private static SampledSeries Of(MatchedSeries series, SeriesForm form, PointColumns points, SeriesRows rows, int[] own, Func<int, FloatHistogram> read)
    {
        var (times, values, histograms) = (new long[own.Length], new double[own.Length], new FloatHistogram?[own.Length]);
        var (isGauge, isDelta) = (series.Metric.Temporality == Temporality.Unspecified, series.Metric.Temporality == Temporality.Delta);
        FloatHistogram? before = null;
        for (var i = 0; i < own.Length; i++)
        {
            times[i] = rows.TimeOf(own[i]);
            if (!NumberSamples.HasValue(points, own[i]))
            {
                (values[i], before) = (StaleMarker.Value, isDelta ? before : null);
                continue;
            }

            var histogram = read(own[i]);
            histogram = isDelta && before is not null ? before.Add(histogram).Result ?? histogram : histogram;

            // Whether counting went on is known of each but the first.
            var hint = isGauge ? CounterResetHint.Gauge : before is null || histogram.IsResetAfter(before) ? CounterResetHint.Unknown : CounterResetHint.NotReset;
            before = histogram with { Hint = CounterResetHint.Unknown };
            histograms[i] = histogram with { Hint = hint };
        }

        return new SampledSeries(BucketSamples.Labels(series, form), times, values, histograms, NumberSamples.Starts(points, own));
    }

    private static FloatHistogram Exponential(ExponentialHistogramColumns points, int row, bool isLiteral)
    {
        var threshold = points.ZeroThresholds[row];
        var histogram = new FloatHistogram
        {
            Schema = points.Scales[row],
            Count = points.Counts[row],
            Sum = Sum(points, row),
            ZeroCount = points.ZeroCounts[row],
            ZeroThreshold = threshold == 0 && !isLiteral ? DefaultThreshold : threshold,
            Positive = Counts(points.PositiveCounts[row], points.PositiveOffsets[row] + 1),
            Negative = Counts(points.NegativeCounts[row], points.NegativeOffsets[row] + 1),
        };
        return HistogramLayout.Coarser(histogram, Math.Min(histogram.Schema, FloatHistogram.FinestSchema));
    }

    private static double Sum(HistogramBaseColumns points, int row) => points.Parts[row].HasFlag(HistogramParts.Sum) ? points.Sums[row] : double.NaN;

    private static BucketCounts Counts(ReadOnlySpan<ulong> counts, int first)
    {
        var filled = new List<(int, double)>();
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] != 0)
            {
                filled.Add((first + i, counts[i]));
            }
        }

        return BucketCounts.Of(filled);
    }
}
