using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>Turns metric points into series that can be compared over time.</summary>
internal sealed class SeriesCollector(Names names)
{
    /// <summary>The metric by which the Collector's service graph connector says who calls whom.</summary>
    private const string ServiceGraphMetric = "traces_service_graph_request_total";

    private readonly Dictionary<ulong, Collected> _series = [];
    private readonly HashSet<(string Caller, string Callee)> _graph = [];

    /// <summary>Calls that metrics told of; the number is 1, for topology only.</summary>
    public IEnumerable<(string Caller, string Callee, long Calls)> Graph =>
        _graph.OrderBy(e => e.Caller, StringComparer.Ordinal).ThenBy(e => e.Callee, StringComparer.Ordinal).Select(e => (e.Caller, e.Callee, 1L));

    public void Add(MetricBatch batch)
    {
        var collected = new Collected?[batch.Series.Count];
        for (var i = 0; i < collected.Length; i++)
        {
            collected[i] = Open(batch.Series[i]);
        }

        var numbers = batch.Numbers;
        for (var i = 0; i < numbers.Count; i++)
        {
            if ((numbers.Flags[i] & 1) == 0)
            {
                collected[numbers.SeriesIndexes[i]]?.Raw.Add(new RawPoint(numbers.StartTimes[i], numbers.Times[i], numbers.Doubles[i], 1));
            }
        }

        AddHistograms(batch.Histograms, collected);
        AddHistograms(batch.ExponentialHistograms, collected);
    }

    public List<WorldSeries> Close()
    {
        var result = new List<WorldSeries>(_series.Count);
        foreach (var series in _series.Values)
        {
            series.Raw.Sort((a, b) => a.Time.CompareTo(b.Time));
            var points = Points(series);
            if (points.Count > 0)
            {
                result.Add(series.Described with { Points = points.Count > Limits.MaxPointsPerSeries ? points[^Limits.MaxPointsPerSeries..] : points });
            }
        }

        return [.. result.OrderBy(s => s.Service).ThenBy(s => s.Instance).ThenBy(s => s.Name, StringComparer.Ordinal).ThenBy(s => s.Attributes, StringComparer.Ordinal)];
    }

    private static void AddHistograms(HistogramBaseColumns points, Collected?[] series)
    {
        for (var i = 0; i < points.Count; i++)
        {
            if ((points.Flags[i] & 1) == 0 && points.Parts[i].HasFlag(HistogramParts.Sum))
            {
                series[points.SeriesIndexes[i]]?.Raw.Add(new RawPoint(points.StartTimes[i], points.Times[i], points.Sums[i], points.Counts[i]));
            }
        }
    }

    /// <summary>Gauges as they are; counters as increase per second; histograms as the mean of each interval. Resets are skipped.</summary>
    private static List<WorldPoint> Points(Collected series)
    {
        var points = new List<WorldPoint>(series.Raw.Count);
        RawPoint? previous = null;
        foreach (var point in series.Raw)
        {
            if (previous is { } same && same.Time == point.Time)
            {
                continue;
            }

            if (series.Described.Kind == WorldSeriesKind.Gauge)
            {
                points.Add(new WorldPoint(point.Time, point.Value));
            }
            else if (Interval(series, previous, point) is { } interval)
            {
                if (series.Described.Kind == WorldSeriesKind.Mean && interval.Count > 0)
                {
                    points.Add(new WorldPoint(point.Time, interval.Value / interval.Count));
                }
                else if (series.Described.Kind == WorldSeriesKind.Rate && interval.Seconds > 0)
                {
                    points.Add(new WorldPoint(point.Time, interval.Value / interval.Seconds));
                }
            }

            previous = point;
        }

        return points;
    }

    private static (double Value, double Count, double Seconds)? Interval(Collected series, RawPoint? previous, RawPoint point)
    {
        if (series.IsDelta)
        {
            var start = point.Start > 0 ? point.Start : previous?.Time ?? 0;
            return start == 0 ? null : (point.Value, point.Count, (point.Time - start) / 1e9);
        }

        return previous is { } before && point.Count >= before.Count && point.Value >= before.Value && point.Start == before.Start
            ? (point.Value - before.Value, point.Count - before.Count, (point.Time - before.Time) / 1e9)
            : null;
    }

    private Collected? Open(MetricSeriesView series)
    {
        if (series.Name == ServiceGraphMetric)
        {
            if (series.Attributes.Find("client") is { } client && series.Attributes.Find("server") is { } server)
            {
                _graph.Add((client.Text, server.Text));
            }

            return null;
        }

        if (series.Kind == MetricKind.Summary)
        {
            return null;
        }

        if (!_series.TryGetValue(series.Fingerprint, out var collected))
        {
            var named = series.Resource.Attributes.Find("service.name") is not null;
            var service = named ? names.Service(series.Service) : -1;
            var kind = series.Kind switch
            {
                MetricKind.Histogram or MetricKind.ExponentialHistogram => WorldSeriesKind.Mean,
                MetricKind.Sum when series.IsMonotonic => WorldSeriesKind.Rate,
                _ => WorldSeriesKind.Gauge,
            };
            var attributes = new List<string>(series.Attributes.Count);
            foreach (var attribute in series.Attributes)
            {
                attributes.Add($"{attribute.Key}={attribute.Value.Text}");
            }

            if (!named && series.Resource.Attributes.Find("k8s.node.name") is { } node)
            {
                attributes.Add($"k8s.node.name={node.Text}");
            }

            attributes.Sort(StringComparer.Ordinal);
            _series[series.Fingerprint] = collected = new Collected(
                new WorldSeries(service, named ? names.Instance(service, series.Resource) : -1, series.Name, series.Unit, string.Join(',', attributes), kind, []),
                series.Temporality == Temporality.Delta);
        }

        return collected;
    }

    private sealed record Collected(WorldSeries Described, bool IsDelta)
    {
        public List<RawPoint> Raw { get; } = [];
    }

    private readonly record struct RawPoint(long Start, long Time, double Value, double Count);
}
