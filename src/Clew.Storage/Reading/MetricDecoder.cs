using Clew.Storage.Native;

namespace Clew.Storage.Reading;

/// <summary>Reads the columns of series, points and exemplars into a batch. Columns that were not asked for stay empty in the batch.</summary>
internal static class MetricDecoder
{
    /// <param name="series">Gets the place of each fingerprint.</param>
    public static void Series(NativeBlock block, ContentIndexes indexes, MetricBatch batch, Dictionary<ulong, int> series)
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

    private static void Points(NativeBlock block, Dictionary<ulong, int> series, PointColumns points)
    {
        Indexes(block, series, points.SeriesIndexes);
        points.Times.AddRange(block.Fixed("time").As<long>());
        if (block.Has("start_time"))
        {
            points.StartTimes.AddRange(block.Fixed("start_time").As<long>());
        }

        points.Flags.AddRange(block.Fixed("flags").As<uint>());
        for (var row = 0; row < block.Rows; row++)
        {
            points.EndPoint();
        }
    }

    public static void Numbers(NativeBlock block, Dictionary<ulong, int> series, NumberColumns points)
    {
        Points(block, series, points);
        points.Doubles.AddRange(block.Fixed("value").As<double>());
        if (block.Has("type"))
        {
            points.Types.AddRange(block.Fixed("type").As<NumberType>());
            points.Ints.AddRange(block.Fixed("int_value").As<long>());
        }
    }

    private static void HistogramBase(NativeBlock block, Dictionary<ulong, int> series, HistogramBaseColumns points)
    {
        Points(block, series, points);
        points.Counts.AddRange(block.Fixed("count").As<ulong>());
        points.Parts.AddRange(block.Fixed("parts").As<HistogramParts>());
        points.Sums.AddRange(block.Fixed("sum").As<double>());
        points.Mins.AddRange(block.Fixed("min").As<double>());
        points.Maxes.AddRange(block.Fixed("max").As<double>());
    }

    public static void Histograms(NativeBlock block, Dictionary<ulong, int> series, HistogramColumns points)
    {
        HistogramBase(block, series, points);
        Lists(block.Array("bounds"), points.Bounds);
        Lists(block.Array("bucket_counts"), points.BucketCounts);
    }

    public static void ExponentialHistograms(NativeBlock block, Dictionary<ulong, int> series, ExponentialHistogramColumns points)
    {
        HistogramBase(block, series, points);
        points.Scales.AddRange(block.Fixed("scale").As<int>());
        points.ZeroCounts.AddRange(block.Fixed("zero_count").As<ulong>());
        points.ZeroThresholds.AddRange(block.Fixed("zero_threshold").As<double>());
        points.PositiveOffsets.AddRange(block.Fixed("positive_offset").As<int>());
        Lists(block.Array("positive_counts"), points.PositiveCounts);
        points.NegativeOffsets.AddRange(block.Fixed("negative_offset").As<int>());
        Lists(block.Array("negative_counts"), points.NegativeCounts);
    }

    public static void Summaries(NativeBlock block, Dictionary<ulong, int> series, SummaryColumns points)
    {
        Points(block, series, points);
        points.Counts.AddRange(block.Fixed("count").As<ulong>());
        points.Sums.AddRange(block.Fixed("sum").As<double>());
        Lists(block.Array("quantiles"), points.Quantiles);
        Lists(block.Array("values"), points.Values);
    }

    public static void Exemplars(NativeBlock block, Dictionary<ulong, int> series, MetricBatch batch)
    {
        var exemplars = batch.Exemplars;
        Indexes(block, series, exemplars.SeriesIndexes);
        exemplars.PointTimes.AddRange(block.Fixed("point_time").As<long>());
        exemplars.Times.AddRange(block.Fixed("time").As<long>());
        exemplars.TraceIds.AddRange(block.Fixed("trace_id").As<TraceId>());
        exemplars.SpanIds.AddRange(block.Fixed("span_id").As<SpanId>());
        exemplars.Types.AddRange(block.Fixed("type").As<NumberType>());
        exemplars.Doubles.AddRange(block.Fixed("value").As<double>());
        exemplars.Ints.AddRange(block.Fixed("int_value").As<long>());
        AttributeDecoder.Attributes(block.Array("attributes"), block.LowCardinality("attribute_types"), batch, exemplars.Attributes);
    }

    /// <summary>Rows of one series follow each other, so it is looked up once for all of them.</summary>
    private static void Indexes(NativeBlock block, Dictionary<ulong, int> series, Column<int> to)
    {
        var fingerprints = block.Fixed("series").As<ulong>();
        var indexes = to.Append(fingerprints.Length);
        for (var row = 0; row < fingerprints.Length; row++)
        {
            indexes[row] = row > 0 && fingerprints[row] == fingerprints[row - 1] ? indexes[row - 1] : series[fingerprints[row]];
        }
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
