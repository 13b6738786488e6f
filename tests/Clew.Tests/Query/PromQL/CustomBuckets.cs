using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Syntax;

namespace Clew.Tests.Query.PromQL;

/// <summary>Makes native histograms with custom buckets of the classic ones that a script loads.</summary>
internal static class CustomBuckets
{
    public static void Load(LoadCommand load, IScriptSource source)
    {
        var histograms = new Dictionary<(LabelSet Labels, long Time), (SortedDictionary<double, double> Buckets, double? Count, double Sum)>();
        foreach (var series in load.Series)
        {
            var name = series.Labels.MetricName;
            var suffix = new[] { "_bucket", "_count", "_sum" }.FirstOrDefault(s => name.EndsWith(s, StringComparison.Ordinal));
            if (suffix is null || (suffix == "_bucket" && !GoNumber.TryParse(series.Labels[LabelNames.BucketEnd], out _)))
            {
                continue;
            }

            var labels = series.Labels.Without(LabelNames.BucketEnd).With(LabelNames.MetricName, name[..^suffix.Length]);
            for (var i = 0; i < series.Values.Count; i++)
            {
                if (series.Values[i].Float is not { } value || StaleMarker.Is(value))
                {
                    continue;
                }

                var histogram = histograms.GetValueOrDefault((labels, i * load.Interval), ([], null, 0));
                switch (suffix)
                {
                    case "_bucket" when GoNumber.TryParse(series.Labels[LabelNames.BucketEnd], out var upper):
                        histogram.Buckets[upper] = value;
                        break;
                    case "_count":
                        histogram.Count = value;
                        break;
                    default:
                        histogram.Sum = value;
                        break;
                }

                histograms[(labels, i * load.Interval)] = histogram;
            }
        }

        foreach (var ((labels, time), (buckets, count, sum)) in histograms.Where(histogram => histogram.Value.Buckets.Count > 0))
        {
            var total = count ?? buckets.Values.Last();
            buckets.TryAdd(double.PositiveInfinity, total);
            var counts = buckets.Values.Select((value, i) => (i, i == 0 ? value : value - buckets.Values.ElementAt(i - 1))).ToList();
            if (counts.Exists(bucket => bucket.Item2 < 0))
            {
                continue;
            }

            source.Add(
                labels,
                time,
                0,
                new FloatHistogram { Schema = FloatHistogram.CustomSchema, CustomValues = [.. buckets.Keys.Where(double.IsFinite)], Positive = BucketCounts.Of(counts), Count = total, Sum = sum },
                0);
        }
    }
}
