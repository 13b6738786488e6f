using Clew.Telemetry;

namespace Clew.Tests.Query.PromQL;

/// <summary>The contract of <see cref="IMetricReader"/> over batches in memory, by the letter and without any speed.</summary>
internal sealed class MemoryMetricReader : IMetricReader
{
    private readonly List<MetricBatch> _batches = [];

    public Task WriteAsync(MetricBatch batch)
    {
        _batches.Add(batch);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<StoredMetric>> GetMetricsAsync(MetricQuery query, CancellationToken cancellation)
    {
        var found = Series(query.Tenant, query.Active)
            .Where(series => query.Names is not { } names || names.Contains(series.Name) || query.FirstWords.Contains(FirstWord(series.Name)))
            .GroupBy(series => (series.Name, series.Unit, series.Kind, series.Temporality, series.IsMonotonic, Type: Said(series, MetadataKeys.PrometheusType), Buckets: Said(series, MetadataKeys.PrometheusBuckets)))
            .Select(group => new StoredMetric(
                group.Key.Name, group.Key.Unit, group.Key.Kind, group.Key.Temporality, group.Key.IsMonotonic, group.Key.Type, group.Key.Buckets, group.First().Description, group.Count()));
        return Task.FromResult<IReadOnlyList<StoredMetric>>([.. found]);
    }

    public Task<MetricBatch> FindSeriesAsync(SeriesQuery query, CancellationToken cancellation)
    {
        var found = new MetricBatch { Tenant = query.Tenant };
        foreach (var series in Series(query.Tenant, query.Active).Where(series => query.Names?.Contains(series.Name) != false && query.Labels.All(condition => Holds(condition, series)) && IsOf(query, series)).Take(query.Limit))
        {
            Copy(series, found);
        }

        return Task.FromResult(found);
    }

    public Task<MetricBatch> ReadPointsAsync(PointQuery query, CancellationToken cancellation)
    {
        var read = new MetricBatch { Tenant = query.Tenant };
        foreach (var (batch, points, row, series) in Points(query).Take(query.Limit))
        {
            var to = Of(read, query.Kind);
            to.SeriesIndexes.Add(series);
            to.Times.Add(points.Times[row]);
            to.Flags.Add(points.Flags[row]);
            if (query.HasStartTimes)
            {
                to.StartTimes.Add(points.StartTimes[row]);
            }

            CopyValues(batch, read, query.Kind, row);
            to.EndPoint();
        }

        return Task.FromResult(read);
    }

    public Task<MetricBatch> ReadExemplarsAsync(PointQuery query, CancellationToken cancellation)
    {
        var read = new MetricBatch { Tenant = query.Tenant };
        foreach (var batch in Batches(query.Tenant))
        {
            var from = batch.Exemplars;
            for (var i = 0; i < from.Count; i++)
            {
                var series = query.Series.ToList().IndexOf(batch.Series.Fingerprints[from.SeriesIndexes[i]]);
                if (series < 0 || !query.Range.Contains(new Timestamp(from.PointTimes[i])))
                {
                    continue;
                }

                read.Exemplars.SeriesIndexes.Add(series);
                read.Exemplars.PointTimes.Add(from.PointTimes[i]);
                read.Exemplars.Times.Add(from.Times[i]);
                read.Exemplars.TraceIds.Add(from.TraceIds[i]);
                read.Exemplars.SpanIds.Add(from.SpanIds[i]);
                read.Exemplars.Types.Add(from.Types[i]);
                read.Exemplars.Doubles.Add(from.Doubles[i]);
                read.Exemplars.Ints.Add(from.Ints[i]);
                for (var entry = from.Attributes.StartOf(i); entry < from.Attributes.EndOf(i); entry++)
                {
                    read.Exemplars.Attributes.Add(read.Dictionary.Add(batch.Dictionary.GetString(from.Attributes.Keys[entry])), from.Attributes.Types[entry], read.Arena.Add(batch.Arena.GetString(from.Attributes.Values[entry])));
                }

                read.Exemplars.Attributes.EndList();
            }
        }

        return Task.FromResult(read);
    }

    public Task<IReadOnlyList<(int Series, double[] Bounds)>> GetBoundsAsync(PointQuery query, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<(int, double[])>>([.. Points(query)
            .Select(point => (point.Series, Bounds: (query.Kind == MetricKind.Summary ? point.Batch.Summaries.Quantiles[point.Row] : point.Batch.Histograms.Bounds[point.Row]).ToArray()))
            .DistinctBy(one => (one.Series, string.Join(' ', one.Bounds)))]);

    public Task<IReadOnlyList<(int Series, Timestamp Time)>> GetActiveMinutesAsync(PointQuery query, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<(int, Timestamp)>>([.. Points(query)
            .GroupBy(point => (point.Series, Minute: point.Points.Times[point.Row] / 60_000_000_000))
            .Select(minute => (minute.Key.Series, new Timestamp(minute.Max(point => point.Points.Times[point.Row]))))]);

    private IEnumerable<MetricBatch> Batches(Tenant tenant) => _batches.Where(batch => batch.Tenant == tenant);

    private IEnumerable<MetricSeriesView> Series(Tenant tenant, TimeRange? active) => Batches(tenant)
        .SelectMany(batch => Enumerable.Range(0, batch.Series.Count).Select(i => batch.Series[i]))
        .Where(series => active is not { } range || IsActive(tenant, series.Fingerprint, range))
        .DistinctBy(series => series.Fingerprint);

    private bool IsActive(Tenant tenant, ulong fingerprint, TimeRange range) => Batches(tenant).Any(batch => All(batch).Any(points =>
        Enumerable.Range(0, points.Count).Any(row => batch.Series.Fingerprints[points.SeriesIndexes[row]] == fingerprint && range.Contains(new Timestamp(points.Times[row])))));

    private IEnumerable<(MetricBatch Batch, PointColumns Points, int Row, int Series)> Points(PointQuery query)
    {
        var places = query.Series.Select((fingerprint, place) => (fingerprint, place)).ToDictionary(pair => pair.fingerprint, pair => pair.place);
        foreach (var batch in Batches(query.Tenant))
        {
            var points = Of(batch, query.Kind);
            for (var row = 0; row < points.Count; row++)
            {
                if (query.Range.Contains(new Timestamp(points.Times[row])) && places.TryGetValue(batch.Series.Fingerprints[points.SeriesIndexes[row]], out var series))
                {
                    yield return (batch, points, row, series);
                }
            }
        }
    }

    private static IEnumerable<PointColumns> All(MetricBatch batch) => [batch.Numbers, batch.Histograms, batch.ExponentialHistograms, batch.Summaries];

    private static PointColumns Of(MetricBatch batch, MetricKind kind) => kind switch
    {
        MetricKind.Histogram => batch.Histograms,
        MetricKind.ExponentialHistogram => batch.ExponentialHistograms,
        MetricKind.Summary => batch.Summaries,
        _ => batch.Numbers,
    };

    private static string FirstWord(string name) => System.Text.RegularExpressions.Regex.Match(name, "[a-zA-Z0-9:]+").Value;

    private static string Said(MetricSeriesView series, string key) => series.Metadata.Find(key)?.Text ?? string.Empty;

    private static bool IsOf(SeriesQuery query, MetricSeriesView series) =>
        (query.Services is not { } services || services.Contains(series.Service) || series.Service == ResourceView.UnknownService)
        && (query.Instances is not { } instances || instances.Contains(series.Resource.Attributes.Find("service.instance.id")?.Text ?? string.Empty) || series.Attributes.Find("instance") is not null);

    private static bool Holds(LabelCondition condition, MetricSeriesView series)
    {
        var values = new List<string>();
        foreach (var (key, value) in series.Attributes)
        {
            if (key == condition.Name || System.Text.RegularExpressions.Regex.Replace(key, "[^a-zA-Z0-9_]", "_") == condition.Name)
            {
                values.Add(value.Text);
            }
        }

        var only = values.FirstOrDefault(string.Empty);
        bool Matches() => System.Text.RegularExpressions.Regex.IsMatch(only, $@"\A(?s:{condition.Values[0]})\z");
        return values.Count > 1 || condition.Test switch
        {
            LabelTest.OneOf => condition.Values.Contains(only),
            LabelTest.NoneOf => !condition.Values.Contains(only),
            LabelTest.Matches => Matches(),
            _ => !Matches(),
        };
    }

    private static void Copy(MetricSeriesView series, MetricBatch to)
    {
        foreach (var (key, value) in series.Resource.Attributes)
        {
            to.Resources.Attributes.Add(to.Dictionary.Add(key), value.Type, to.Arena.Add(value.Text));
        }

        var resource = to.Resources.End(TextRef.Empty, 0);
        var scope = to.Scopes.End(to.Dictionary.Add(series.Scope.Name), to.Dictionary.Add(series.Scope.Version), TextRef.Empty, 0);
        to.Series.Names.Add(to.Dictionary.Add(series.Name));
        to.Series.Units.Add(to.Dictionary.Add(series.Unit));
        to.Series.Descriptions.Add(to.Dictionary.Add(series.Description));
        to.Series.Kinds.Add(series.Kind);
        to.Series.Temporalities.Add(series.Temporality);
        to.Series.Monotonic.Add(series.IsMonotonic ? (byte)1 : (byte)0);
        to.Series.ResourceIndexes.Add(resource);
        to.Series.ScopeIndexes.Add(scope);
        foreach (var (key, value) in series.Attributes)
        {
            to.Series.Attributes.Add(to.Dictionary.Add(key), value.Type, to.Arena.Add(value.Text));
        }

        foreach (var (key, value) in series.Metadata)
        {
            to.Series.Metadata.Add(to.Dictionary.Add(key), value.Type, to.Arena.Add(value.Text));
        }

        to.Series.Fingerprints[to.Series.End()] = series.Fingerprint;
    }

    private static void CopyValues(MetricBatch from, MetricBatch to, MetricKind kind, int row)
    {
        switch (kind)
        {
            case MetricKind.Histogram:
                CopyBase(from.Histograms, to.Histograms, row);
                to.Histograms.Bounds.AddList(from.Histograms.Bounds[row]);
                to.Histograms.BucketCounts.AddList(from.Histograms.BucketCounts[row]);
                break;
            case MetricKind.ExponentialHistogram:
                CopyBase(from.ExponentialHistograms, to.ExponentialHistograms, row);
                to.ExponentialHistograms.Scales.Add(from.ExponentialHistograms.Scales[row]);
                to.ExponentialHistograms.ZeroCounts.Add(from.ExponentialHistograms.ZeroCounts[row]);
                to.ExponentialHistograms.ZeroThresholds.Add(from.ExponentialHistograms.ZeroThresholds[row]);
                to.ExponentialHistograms.PositiveOffsets.Add(from.ExponentialHistograms.PositiveOffsets[row]);
                to.ExponentialHistograms.PositiveCounts.AddList(from.ExponentialHistograms.PositiveCounts[row]);
                to.ExponentialHistograms.NegativeOffsets.Add(from.ExponentialHistograms.NegativeOffsets[row]);
                to.ExponentialHistograms.NegativeCounts.AddList(from.ExponentialHistograms.NegativeCounts[row]);
                break;
            case MetricKind.Summary:
                to.Summaries.Counts.Add(from.Summaries.Counts[row]);
                to.Summaries.Sums.Add(from.Summaries.Sums[row]);
                to.Summaries.Quantiles.AddList(from.Summaries.Quantiles[row]);
                to.Summaries.Values.AddList(from.Summaries.Values[row]);
                break;
            default:
                to.Numbers.Doubles.Add(from.Numbers.Doubles[row]);
                break;
        }
    }

    private static void CopyBase(HistogramBaseColumns from, HistogramBaseColumns to, int row)
    {
        to.Counts.Add(from.Counts[row]);
        to.Parts.Add(from.Parts[row]);
        to.Sums.Add(from.Sums[row]);
        to.Mins.Add(from.Mins[row]);
        to.Maxes.Add(from.Maxes[row]);
    }
}
