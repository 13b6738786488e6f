using Clew.Storage.Native;

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
            DecodeSeries(block, indexes, batch, series);
        }

        if (series.Count > MaxSeries)
        {
            throw new QueryLimitException("query.series", $"More than {MaxSeries} series fulfil the condition; narrow it.");
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
            DecodeNumbers(block, series, batch.Numbers);
        }

        foreach (var block in await ask($"SELECT series, time, start_time, flags, count, parts, sum, min, max, bounds, bucket_counts FROM histogram_points WHERE {where} {order}", cancellation))
        {
            DecodeHistograms(block, series, batch.Histograms);
        }

        foreach (var block in await ask(
            "SELECT series, time, start_time, flags, count, parts, sum, min, max, scale, zero_count, zero_threshold, positive_offset, positive_counts, "
            + $"negative_offset, negative_counts FROM exponential_histogram_points WHERE {where} {order}",
            cancellation))
        {
            DecodeExponentialHistograms(block, series, batch.ExponentialHistograms);
        }

        foreach (var block in await ask($"SELECT series, time, start_time, flags, count, sum, quantiles, values FROM summary_points WHERE {where} {order}", cancellation))
        {
            DecodeSummaries(block, series, batch.Summaries);
        }

        foreach (var block in await ask(
            $"SELECT series, point_time, time, trace_id, span_id, type, value, int_value, attributes, attribute_types FROM exemplars WHERE {Where("point_time")} ORDER BY series, point_time LIMIT {SqlLiteral.Int(query.Limit)}",
            cancellation))
        {
            DecodeExemplars(block, series, batch);
        }

        return batch;
    }

    private static void DecodeSeries(NativeBlock block, ContentIndexes indexes, MetricBatch batch, Dictionary<ulong, int> series)
    {
        var fingerprints = block.Fixed("series").As<ulong>();
        var table = batch.Series;
        AttributeDecoder.Repeated(block.LowCardinality("name"), batch.Dictionary, table.Names);
        AttributeDecoder.Repeated(block.LowCardinality("unit"), batch.Dictionary, table.Units);
        AttributeDecoder.Repeated(block.LowCardinality("description"), batch.Dictionary, table.Descriptions);
        table.Kinds.AddRange(block.Fixed("kind").As<MetricKind>());
        table.Temporalities.AddRange(block.Fixed("temporality").As<Temporality>());
        table.Monotonic.AddRange(block.Fixed("monotonic").As<byte>());
        indexes.Resources(block.LowCardinality("resource"), table.ResourceIndexes);
        indexes.Scopes(block.LowCardinality("scope"), table.ScopeIndexes);
        AttributeDecoder.Attributes(block.Array("attributes"), block.LowCardinality("attribute_types"), batch, table.Attributes);
        AttributeDecoder.Attributes(block.Array("metadata"), block.LowCardinality("metadata_types"), batch, table.Metadata);
        foreach (var fingerprint in fingerprints)
        {
            series[fingerprint] = table.Fingerprints.Count;
            table.Fingerprints.Add(fingerprint);
        }
    }

    private static void DecodePoints(NativeBlock block, Dictionary<ulong, int> series, PointColumns points)
    {
        foreach (var fingerprint in block.Fixed("series").As<ulong>())
        {
            points.SeriesIndexes.Add(series[fingerprint]);
        }

        points.Times.AddRange(block.Fixed("time").As<long>());
        points.StartTimes.AddRange(block.Fixed("start_time").As<long>());
        points.Flags.AddRange(block.Fixed("flags").As<uint>());
        for (var row = 0; row < block.Rows; row++)
        {
            points.EndPoint();
        }
    }

    private static void DecodeNumbers(NativeBlock block, Dictionary<ulong, int> series, NumberColumns points)
    {
        DecodePoints(block, series, points);
        points.Types.AddRange(block.Fixed("type").As<NumberType>());
        points.Doubles.AddRange(block.Fixed("value").As<double>());
        points.Ints.AddRange(block.Fixed("int_value").As<long>());
    }

    private static void DecodeHistogramBase(NativeBlock block, Dictionary<ulong, int> series, HistogramBaseColumns points)
    {
        DecodePoints(block, series, points);
        points.Counts.AddRange(block.Fixed("count").As<ulong>());
        points.Parts.AddRange(block.Fixed("parts").As<HistogramParts>());
        points.Sums.AddRange(block.Fixed("sum").As<double>());
        points.Mins.AddRange(block.Fixed("min").As<double>());
        points.Maxes.AddRange(block.Fixed("max").As<double>());
    }

    private static void DecodeHistograms(NativeBlock block, Dictionary<ulong, int> series, HistogramColumns points)
    {
        DecodeHistogramBase(block, series, points);
        Lists(block.Array("bounds"), points.Bounds);
        Lists(block.Array("bucket_counts"), points.BucketCounts);
    }

    private static void DecodeExponentialHistograms(NativeBlock block, Dictionary<ulong, int> series, ExponentialHistogramColumns points)
    {
        DecodeHistogramBase(block, series, points);
        points.Scales.AddRange(block.Fixed("scale").As<int>());
        points.ZeroCounts.AddRange(block.Fixed("zero_count").As<ulong>());
        points.ZeroThresholds.AddRange(block.Fixed("zero_threshold").As<double>());
        points.PositiveOffsets.AddRange(block.Fixed("positive_offset").As<int>());
        Lists(block.Array("positive_counts"), points.PositiveCounts);
        points.NegativeOffsets.AddRange(block.Fixed("negative_offset").As<int>());
        Lists(block.Array("negative_counts"), points.NegativeCounts);
    }

    private static void DecodeSummaries(NativeBlock block, Dictionary<ulong, int> series, SummaryColumns points)
    {
        DecodePoints(block, series, points);
        points.Counts.AddRange(block.Fixed("count").As<ulong>());
        points.Sums.AddRange(block.Fixed("sum").As<double>());
        Lists(block.Array("quantiles"), points.Quantiles);
        Lists(block.Array("values"), points.Values);
    }

    private static void DecodeExemplars(NativeBlock block, Dictionary<ulong, int> series, MetricBatch batch)
    {
        var exemplars = batch.Exemplars;
        foreach (var fingerprint in block.Fixed("series").As<ulong>())
        {
            exemplars.SeriesIndexes.Add(series[fingerprint]);
        }

        exemplars.PointTimes.AddRange(block.Fixed("point_time").As<long>());
        exemplars.Times.AddRange(block.Fixed("time").As<long>());
        exemplars.TraceIds.AddRange(block.Fixed("trace_id").As<TraceId>());
        exemplars.SpanIds.AddRange(block.Fixed("span_id").As<SpanId>());
        exemplars.Types.AddRange(block.Fixed("type").As<NumberType>());
        exemplars.Doubles.AddRange(block.Fixed("value").As<double>());
        exemplars.Ints.AddRange(block.Fixed("int_value").As<long>());
        AttributeDecoder.Attributes(block.Array("attributes"), block.LowCardinality("attribute_types"), batch, exemplars.Attributes);
    }

    private static void Lists<T>(ArrayColumn column, NumberLists<T> to)
        where T : unmanaged
    {
        var before = to.Values.Count;
        if (column.Elements is FixedColumn { Rows: > 0 } values)
        {
            to.Values.AddRange(values.As<T>());
        }

        foreach (var end in column.Ends)
        {
            to.Ends.Add(before + end);
        }
    }
}
