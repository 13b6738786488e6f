namespace Clew.Storage.Reading;

/// <summary>Metrics: first the series that fulfil the condition, then their points of every kind.</summary>
internal sealed class MetricReading(Ask ask, ContentCache contents)
{
    /// <summary>Series of one question. A condition that names more is told to be narrower.</summary>
    private const int MaxSeries = 100_000;

    public async Task<MetricBatch> ReadAsync(RecordQuery query, CancellationToken cancellation)
    {
        var batch = new MetricBatch { Tenant = query.Tenant };
        var condition = $"{StoreReader.TenantIs(query.Tenant)} AND {new ConditionSql(query.Tenant, Dataset.NumberPoints).Write(query.Where)}";
        var found = await ask(
            "SELECT series, name, unit, description, kind, temporality, monotonic, resource, scope, attributes, attribute_types, metadata, metadata_types "
            + $"FROM metric_series WHERE {condition} ORDER BY name, series LIMIT 1 BY series LIMIT {SqlLiteral.Int(MaxSeries + 1)}",
            cancellation);
        var series = new Dictionary<ulong, int>();
        var indexes = new ContentIndexes(batch, await contents.LoadAsync(query.Tenant, found, cancellation));
        foreach (var block in found)
        {
            MetricDecoder.Series(block, indexes, batch, series);
        }

        if (series.Count > MaxSeries)
        {
            throw new QueryLimitException("query.series", $"More than {MaxSeries} series fulfil the condition (limit query.series); narrow it.");
        }

        if (series.Count == 0)
        {
            return batch;
        }

        string Where(string timeColumn) =>
            $"{StoreReader.TenantIs(query.Tenant)} AND {StoreReader.InRange(query.Range, timeColumn)} AND series IN (SELECT series FROM metric_series WHERE {condition})";
        var where = Where("time");
        var order = $"ORDER BY series, time LIMIT {SqlLiteral.Int(query.Limit)}";
        foreach (var block in await ask($"SELECT series, time, start_time, flags, type, value, int_value FROM number_points WHERE {where} {order}", cancellation))
        {
            MetricDecoder.Numbers(block, series, batch.Numbers);
        }

        foreach (var block in await ask($"SELECT series, time, start_time, flags, count, parts, sum, min, max, bounds, bucket_counts FROM histogram_points WHERE {where} {order}", cancellation))
        {
            MetricDecoder.Histograms(block, series, batch.Histograms);
        }

        foreach (var block in await ask(
            "SELECT series, time, start_time, flags, count, parts, sum, min, max, scale, zero_count, zero_threshold, positive_offset, positive_counts, "
            + $"negative_offset, negative_counts FROM exponential_histogram_points WHERE {where} {order}",
            cancellation))
        {
            MetricDecoder.ExponentialHistograms(block, series, batch.ExponentialHistograms);
        }

        foreach (var block in await ask($"SELECT series, time, start_time, flags, count, sum, quantiles, values FROM summary_points WHERE {where} {order}", cancellation))
        {
            MetricDecoder.Summaries(block, series, batch.Summaries);
        }

        foreach (var block in await ask(
            $"SELECT series, point_time, time, trace_id, span_id, type, value, int_value, attributes, attribute_types FROM exemplars WHERE {Where("point_time")} ORDER BY series, point_time LIMIT {SqlLiteral.Int(query.Limit)}",
            cancellation))
        {
            MetricDecoder.Exemplars(block, series, batch);
        }

        return batch;
    }
}
