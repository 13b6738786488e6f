using Clew.Storage.Native;

namespace Clew.Storage.Writing;

/// <summary>Metric batches as Native blocks: the series that are new, and the points of each kind. Not safe for concurrent use.</summary>
internal sealed class MetricEncoder
{
    private readonly AttributeColumns _attributes = new();
    private readonly Column<ulong> _series = new();

    /// <param name="wanted">Indexes of the series to write.</param>
    public void EncodeSeries(MetricBatch batch, IReadOnlyList<int> wanted, EncodedRows rows)
    {
        // Series rows carry attribute lists; those that are wanted are copied one by one, so that any subset can be written.
        foreach (var index in wanted)
        {
            EncodeOne(batch, index, rows);
        }
    }

    public void EncodeNumbers(MetricBatch batch, EncodedRows rows)
    {
        var points = batch.Numbers;
        if (StartPoints(batch, points, rows) is { } columns)
        {
            columns.Begin("type").Raw(points.Types.Values);
            columns.Begin("value").Raw(points.Doubles.Values);
            columns.Begin("int_value").Raw(points.Ints.Values);
        }
    }

    public void EncodeHistograms(MetricBatch batch, EncodedRows rows)
    {
        var points = batch.Histograms;
        if (StartPoints(batch, points, rows) is { } columns)
        {
            HistogramBase(columns, points);
            Lists(columns.Begin("bounds"), points.Bounds);
            Lists(columns.Begin("bucket_counts"), points.BucketCounts);
        }
    }

    public void EncodeExponentialHistograms(MetricBatch batch, EncodedRows rows)
    {
        var points = batch.ExponentialHistograms;
        if (StartPoints(batch, points, rows) is { } columns)
        {
            HistogramBase(columns, points);
            columns.Begin("scale").Raw(points.Scales.Values);
            columns.Begin("zero_count").Raw(points.ZeroCounts.Values);
            columns.Begin("zero_threshold").Raw(points.ZeroThresholds.Values);
            columns.Begin("positive_offset").Raw(points.PositiveOffsets.Values);
            Lists(columns.Begin("positive_counts"), points.PositiveCounts);
            columns.Begin("negative_offset").Raw(points.NegativeOffsets.Values);
            Lists(columns.Begin("negative_counts"), points.NegativeCounts);
        }
    }

    public void EncodeSummaries(MetricBatch batch, EncodedRows rows)
    {
        var points = batch.Summaries;
        if (StartPoints(batch, points, rows) is { } columns)
        {
            columns.Begin("count").Raw(points.Counts.Values);
            columns.Begin("sum").Raw(points.Sums.Values);
            Lists(columns.Begin("quantiles"), points.Quantiles);
            Lists(columns.Begin("values"), points.Values);
        }
    }

    public void EncodeExemplars(MetricBatch batch, EncodedRows rows)
    {
        var exemplars = batch.Exemplars;
        if (exemplars.Count == 0)
        {
            return;
        }

        var columns = BlockColumns.Start(rows, exemplars.Count);
        Tenant(columns.Begin("tenant"), batch, exemplars.Count);
        columns.Begin("series").Raw(Fingerprints(batch, exemplars.SeriesIndexes.Values));
        columns.Begin("point_time").Raw(exemplars.PointTimes.Values);
        columns.Begin("time").Raw(exemplars.Times.Values);
        columns.Begin("trace_id").Raw(exemplars.TraceIds.Values);
        columns.Begin("span_id").Raw(exemplars.SpanIds.Values);
        columns.Begin("type").Raw(exemplars.Types.Values);
        columns.Begin("value").Raw(exemplars.Doubles.Values);
        columns.Begin("int_value").Raw(exemplars.Ints.Values);
        var to = columns.Begin("attributes");
        AttributeColumns.MapHeader(to);
        _attributes.Map(to, batch, exemplars.Attributes);
        columns.Begin("attribute_types");
        to.LowCardinalityHeader();
        _attributes.Types(to, exemplars.Attributes);
    }

    private static void Tenant(NativeWriter to, MetricBatch batch, int rows)
    {
        to.LowCardinalityHeader();
        to.LowCardinalityConstant(System.Text.Encoding.UTF8.GetBytes(batch.Tenant.Name), rows);
    }

    private static void HistogramBase(BlockColumns columns, HistogramBaseColumns points)
    {
        columns.Begin("count").Raw(points.Counts.Values);
        columns.Begin("parts").Raw(points.Parts.Values);
        columns.Begin("sum").Raw(points.Sums.Values);
        columns.Begin("min").Raw(points.Mins.Values);
        columns.Begin("max").Raw(points.Maxes.Values);
    }

    private static void Lists<T>(NativeWriter to, NumberLists<T> lists)
        where T : unmanaged
    {
        to.Offsets(lists.Ends.Values);
        to.Raw(lists.Values.Values);
    }

    /// <summary>Writes what all kinds of points have; null when there are none.</summary>
    private BlockColumns? StartPoints(MetricBatch batch, PointColumns points, EncodedRows rows)
    {
        if (points.Count == 0)
        {
            return null;
        }

        var columns = BlockColumns.Start(rows, points.Count);
        Tenant(columns.Begin("tenant"), batch, points.Count);
        columns.Begin("series").Raw(Fingerprints(batch, points.SeriesIndexes.Values));
        columns.Begin("time").Raw(points.Times.Values);
        columns.Begin("start_time").Raw(points.StartTimes.Values);
        columns.Begin("flags").Raw(points.Flags.Values);
        return columns;
    }

    private ReadOnlySpan<ulong> Fingerprints(MetricBatch batch, ReadOnlySpan<int> seriesIndexes)
    {
        _series.Clear();
        foreach (var index in seriesIndexes)
        {
            _series.Add(batch.Series.Fingerprints[index]);
        }

        return _series.Values;
    }

    private void EncodeOne(MetricBatch batch, int index, EncodedRows rows)
    {
        var series = batch.Series;
        var columns = BlockColumns.Start(rows, 1);
        var to = columns.Begin("tenant");
        Tenant(to, batch, 1);
        RepeatedText(columns.Begin("name"), batch, series.Names[index]);
        columns.Begin("series").Repeat(series.Fingerprints[index], 1);
        columns.Begin("kind").Repeat(series.Kinds[index], 1);
        RepeatedText(columns.Begin("unit"), batch, series.Units[index]);
        RepeatedText(columns.Begin("description"), batch, series.Descriptions[index]);
        columns.Begin("temporality").Repeat(series.Temporalities[index], 1);
        columns.Begin("monotonic").Repeat(series.Monotonic[index], 1);
        RepeatedText(columns.Begin("service"), batch, batch.Resources.Services[series.ResourceIndexes[index]]);
        Fingerprint(columns.Begin("resource"), batch.Resources.Fingerprints[series.ResourceIndexes[index]]);
        Fingerprint(columns.Begin("scope"), batch.Scopes.Fingerprints[series.ScopeIndexes[index]]);
        columns.Begin("attributes");
        _attributes.OneMap(to, batch, series.Attributes, index);
        columns.Begin("attribute_types");
        AttributeColumns.OneTypes(to, series.Attributes, index);
        columns.Begin("metadata");
        _attributes.OneMap(to, batch, series.Metadata, index);
        columns.Begin("metadata_types");
        AttributeColumns.OneTypes(to, series.Metadata, index);
    }

    private static void RepeatedText(NativeWriter to, MetricBatch batch, int text)
    {
        to.LowCardinalityHeader();
        to.LowCardinalityConstant(batch.Dictionary.Get(text), 1);
    }

    private static void Fingerprint(NativeWriter to, ulong fingerprint)
    {
        to.LowCardinalityHeader();
        to.LowCardinality([fingerprint], [0]);
    }
}
