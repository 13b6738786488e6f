using Clew.Storage.Engine;
using Clew.Storage.Native;

namespace Clew.Storage.Reading;

/// <summary>The store's <see cref="IMetricReader"/>.</summary>
internal sealed class MetricStore(IStoreEngine engine, StorageLimits limits) : IMetricReader
{
    /// <summary>As of <see cref="StoreReader"/> for questions that read little; points are read by as many threads as there are.</summary>
    private const string Plain = ", optimize_read_in_order = 0, use_skip_indexes_on_data_read = 0, local_filesystem_read_method = 'pread'";

    private const string OneThread = Plain + ", max_threads = 1";

    private readonly ContentCache _contents = new(engine, limits);

    public async Task<IReadOnlyList<StoredMetric>> GetMetricsAsync(MetricQuery query, CancellationToken cancellation)
    {
        var metrics = new List<StoredMetric>();
        foreach (var block in await AskAsync(SeriesSql.Metrics(query), OneThread, cancellation))
        {
            var kinds = block.Fixed("kind").As<MetricKind>();
            var temporalities = block.Fixed("temporality").As<Temporality>();
            var monotonic = block.Fixed("monotonic").As<byte>();
            var counts = block.Fixed("series_count").As<long>();
            for (var row = 0; row < block.Rows; row++)
            {
                string At(string column) => block[column].GetString(row);
                metrics.Add(new StoredMetric(At("name"), At("unit"), kinds[row], temporalities[row], monotonic[row] != 0, At("type"), At("buckets"), At("help"), counts[row]));
            }
        }

        return metrics;
    }

    public async Task<MetricBatch> FindSeriesAsync(SeriesQuery query, CancellationToken cancellation)
    {
        var batch = new MetricBatch { Tenant = query.Tenant };
        var blocks = await AskAsync(SeriesSql.Series(query), OneThread, cancellation);
        var indexes = new ContentIndexes(batch, await _contents.LoadAsync(query.Tenant, blocks, cancellation));
        var places = new Dictionary<ulong, int>();
        foreach (var block in blocks)
        {
            MetricDecoder.Series(block, indexes, batch, places);
        }

        return batch;
    }

    public async Task<MetricBatch> ReadPointsAsync(PointQuery query, CancellationToken cancellation)
    {
        var batch = new MetricBatch { Tenant = query.Tenant };
        var places = Places(query);
        foreach (var block in await AskAsync(query, SeriesSql.Points, cancellation))
        {
            switch (query.Kind)
            {
                case MetricKind.Histogram:
                    MetricDecoder.Histograms(block, places, batch.Histograms);
                    break;
                case MetricKind.ExponentialHistogram:
                    MetricDecoder.ExponentialHistograms(block, places, batch.ExponentialHistograms);
                    break;
                case MetricKind.Summary:
                    MetricDecoder.Summaries(block, places, batch.Summaries);
                    break;
                default:
                    MetricDecoder.Numbers(block, places, batch.Numbers);
                    break;
            }
        }

        return batch;
    }

    public async Task<MetricBatch> ReadExemplarsAsync(PointQuery query, CancellationToken cancellation)
    {
        var batch = new MetricBatch { Tenant = query.Tenant };
        var places = Places(query);
        foreach (var block in await AskAsync(query, SeriesSql.Exemplars, cancellation))
        {
            MetricDecoder.Exemplars(block, places, batch);
        }

        return batch;
    }

    public async Task<IReadOnlyList<(int Series, double[] Bounds)>> GetBoundsAsync(PointQuery query, CancellationToken cancellation)
    {
        var bounds = new List<(int, double[])>();
        var places = Places(query);
        foreach (var block in await AskAsync(query, SeriesSql.Bounds, cancellation))
        {
            var series = block.Fixed("series").As<ulong>();
            var lists = block.Array("bounds");
            var values = lists.Elements is FixedColumn { Rows: > 0 } numbers ? numbers.As<double>() : [];
            for (var row = 0; row < block.Rows; row++)
            {
                bounds.Add((places[series[row]], values[(row == 0 ? 0 : lists.Ends[row - 1])..lists.Ends[row]].ToArray()));
            }
        }

        return bounds;
    }

    public async Task<IReadOnlyList<(int Series, Timestamp Time)>> GetActiveMinutesAsync(PointQuery query, CancellationToken cancellation)
    {
        var minutes = new List<(int, Timestamp)>();
        var places = Places(query);
        foreach (var block in await AskAsync(query, SeriesSql.ActiveMinutes, cancellation))
        {
            var series = block.Fixed("series").As<ulong>();
            var times = block.Fixed("last").As<long>();
            for (var row = 0; row < block.Rows; row++)
            {
                minutes.Add((places[series[row]], new Timestamp(times[row])));
            }
        }

        return minutes;
    }

    private static Dictionary<ulong, int> Places(PointQuery query)
    {
        var places = new Dictionary<ulong, int>(query.Series.Count);
        foreach (var fingerprint in query.Series)
        {
            places.Add(fingerprint, places.Count);
        }

        return places;
    }

    private async Task<IReadOnlyList<NativeBlock>> AskAsync(PointQuery query, Func<PointQuery, string> write, CancellationToken cancellation) =>
        query.Series.Count == 0 ? [] : await AskAsync(write(query), Plain, cancellation);

    private Task<IReadOnlyList<NativeBlock>> AskAsync(string sql, string settings, CancellationToken cancellation) => LimitedQuestion.AskAsync(engine, limits, sql, cancellation, settings);
}
