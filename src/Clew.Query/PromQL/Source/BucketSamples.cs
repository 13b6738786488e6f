using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Telemetry;

namespace Clew.Query.PromQL.Source;

/// <summary>Points of histograms and summaries as the series of a classic histogram or summary.</summary>
internal static class BucketSamples
{
    public static IEnumerable<SampledSeries> Of(MatchedSeries series, SeriesForm form, HistogramColumns points, SeriesRows rows, int[] own)
    {
        var isDelta = series.Metric.Temporality == Temporality.Delta;
        return form.Part switch
        {
            SeriesPart.Buckets => Buckets(series, form, points, rows, own, isDelta),
            SeriesPart.Count => One(series, form, points, rows, own, isDelta, row => points.Counts[row]),
            _ => One(series, form, points, rows, [.. own.Where(row => points.Parts[row].HasFlag(HistogramParts.Sum) || !NumberSamples.HasValue(points, row))], isDelta, row => points.Sums[row]),
        };
    }

    public static IEnumerable<SampledSeries> Of(MatchedSeries series, SeriesForm form, SummaryColumns points, SeriesRows rows, int[] own) => form.Part switch
    {
        SeriesPart.Quantiles => Quantiles(series, form, points, rows, own),
        SeriesPart.Count => One(series, form, points, rows, own, isDelta: false, row => points.Counts[row]),
        _ => One(series, form, points, rows, own, isDelta: false, row => points.Sums[row]),
    };

    /// <summary>How a bound or quantile is written in its label.</summary>
    public static string Bound(double bound) => GoNumber.FormatPlain(bound);

    /// <summary>A series' labels with the metric's name, and its own label if it has one.</summary>
    public static LabelSet Labels(MatchedSeries series, SeriesForm form, double? bound = null)
    {
        var labels = series.Labels.With(Syntax.LabelNames.MetricName, form.Name);
        return bound is { } value ? labels.With(form.OwnLabel!, Bound(value)) : labels;
    }

    private static IEnumerable<SampledSeries> One(MatchedSeries series, SeriesForm form, PointColumns points, SeriesRows rows, int[] own, bool isDelta, Func<int, double> value)
    {
        var (times, values) = (new long[own.Length], new double[own.Length]);
        var sum = new KahanSum();
        for (var i = 0; i < own.Length; i++)
        {
            times[i] = rows.TimeOf(own[i]);
            if (!NumberSamples.HasValue(points, own[i]))
            {
                values[i] = StaleMarker.Value;
                continue;
            }

            values[i] = value(own[i]);
            if (isDelta)
            {
                sum.Add(values[i]);
                values[i] = sum.Value;
            }
        }

        yield return new SampledSeries(Labels(series, form), times, values, StartTimes: NumberSamples.Starts(points, own));
    }

    /// <summary>A series for each bound that any of the points has. Where a point has another one's bounds, the series has no sample; where it says that there is no value, all end.</summary>
    private static IEnumerable<SampledSeries> Buckets(MatchedSeries series, SeriesForm form, HistogramColumns points, SeriesRows rows, int[] own, bool isDelta)
    {
        var bounds = new SortedSet<double> { double.PositiveInfinity };
        foreach (var row in own)
        {
            foreach (var bound in points.Bounds[row])
            {
                bounds.Add(bound);
            }
        }

        foreach (var bound in bounds)
        {
            var (times, values, kept) = (new List<long>(own.Length), new List<double>(own.Length), new List<int>(own.Length));
            var sum = 0.0;
            foreach (var row in own)
            {
                if (Cumulative(points, row, bound) is not { } count)
                {
                    continue;
                }

                times.Add(rows.TimeOf(row));
                kept.Add(row);
                sum = isDelta && !StaleMarker.Is(count) ? sum + count : count;
                values.Add(StaleMarker.Is(count) ? count : sum);
            }

            yield return new SampledSeries(Labels(series, form, bound), [.. times], [.. values], StartTimes: NumberSamples.Starts(points, [.. kept]));
        }
    }

    /// <summary>Observations up to a bound; null where the point does not have it.</summary>
    private static double? Cumulative(HistogramColumns points, int row, double bound)
    {
        if (!NumberSamples.HasValue(points, row))
        {
            return StaleMarker.Value;
        }

        var place = double.IsPositiveInfinity(bound) ? points.Bounds[row].Length : points.Bounds[row].BinarySearch(bound);
        if (place < 0)
        {
            return null;
        }

        if (double.IsPositiveInfinity(bound))
        {
            return points.Counts[row];
        }

        var total = 0.0;
        var counts = points.BucketCounts[row];
        for (var i = 0; i <= place && i < counts.Length; i++)
        {
            total += counts[i];
        }

        return total;
    }

    private static IEnumerable<SampledSeries> Quantiles(MatchedSeries series, SeriesForm form, SummaryColumns points, SeriesRows rows, int[] own)
    {
        var quantiles = new SortedSet<double>();
        foreach (var row in own)
        {
            foreach (var quantile in points.Quantiles[row])
            {
                quantiles.Add(quantile);
            }
        }

        foreach (var quantile in quantiles)
        {
            var (times, values) = (new List<long>(own.Length), new List<double>(own.Length));
            foreach (var row in own)
            {
                var place = points.Quantiles[row].IndexOf(quantile);
                if (place >= 0 || !NumberSamples.HasValue(points, row))
                {
                    times.Add(rows.TimeOf(row));
                    values.Add(place >= 0 && NumberSamples.HasValue(points, row) ? points.Values[row][place] : StaleMarker.Value);
                }
            }

            yield return new SampledSeries(Labels(series, form, quantile), [.. times], [.. values]);
        }
    }
}
