namespace Clew.Telemetry;

/// <summary>
/// Metric data points by column, one set of columns per kind of point, all pointing into one table of series. To add a point: find or add its
/// series with <see cref="MetricSeriesTable.End"/>, append to every column of its kind and call that kind's <c>EndPoint</c>.
/// </summary>
public sealed class MetricBatch : TelemetryBatch
{
    public MetricBatch()
    {
        Series = new MetricSeriesTable(this);
        DictionaryColumns = [.. SharedDictionaryColumns, Series.Names, Series.Units, Series.Descriptions, Series.Attributes.Keys, Series.Metadata.Keys, Exemplars.Attributes.Keys];
        TextColumns = SharedTextColumns;
        AllAttributes = [.. SharedAttributes, Series.Attributes, Series.Metadata, Exemplars.Attributes];
    }

    public override IReadOnlyList<Column<int>> DictionaryColumns { get; }

    public override IReadOnlyList<Column<TextRef>> TextColumns { get; }

    public override IReadOnlyList<AttributeLists> AllAttributes { get; }

    /// <summary>Data points of all kinds.</summary>
    public override int Count => Numbers.Count + Histograms.Count + ExponentialHistograms.Count + Summaries.Count;

    /// <summary>Prometheus sends exemplars also without the points they belong to.</summary>
    public override bool IsEmpty => Count == 0 && Exemplars.Count == 0;

    public MetricSeriesTable Series { get; }

    public NumberColumns Numbers { get; } = new();

    public HistogramColumns Histograms { get; } = new();

    public ExponentialHistogramColumns ExponentialHistograms { get; } = new();

    public SummaryColumns Summaries { get; } = new();

    public ExemplarColumns Exemplars { get; } = new();

    /// <summary>Undoes whatever was appended to points and exemplars since the last complete ones. Series stay: they harm nobody.</summary>
    /// <param name="exemplars">Number of exemplars before the point that is rolled back.</param>
    public void Rollback(int exemplars)
    {
        Numbers.Truncate(Numbers.Count);
        Histograms.Truncate(Histograms.Count);
        ExponentialHistograms.Truncate(ExponentialHistograms.Count);
        Summaries.Truncate(Summaries.Count);
        Exemplars.Truncate(exemplars);
        Series.DropOpen();
    }

    /// <summary>How much the batch holds now, for <see cref="Truncate"/>.</summary>
    public MetricBatchMark Mark() =>
        new(Series.Count, Numbers.Count, Histograms.Count, ExponentialHistograms.Count, Summaries.Count, Exemplars.Count);

    /// <summary>Drops everything added since the mark was taken. Texts stay in the arena until <see cref="Clear"/>.</summary>
    public void Truncate(MetricBatchMark mark)
    {
        Series.Truncate(mark.Series);
        Numbers.Truncate(mark.Numbers);
        Histograms.Truncate(mark.Histograms);
        ExponentialHistograms.Truncate(mark.ExponentialHistograms);
        Summaries.Truncate(mark.Summaries);
        Exemplars.Truncate(mark.Exemplars);
    }

    public override void Clear()
    {
        Truncate(default(MetricBatchMark));
        base.Clear();
    }

    /// <summary>Takes out the series whose flag is set, with their points and exemplars.</summary>
    /// <param name="drop">One flag per series.</param>
    /// <returns>Points that were taken out.</returns>
    public int RemoveSeries(ReadOnlySpan<bool> drop)
    {
        var before = Count;
        var places = new int[Series.Count];
        var kept = 0;
        for (var series = 0; series < places.Length; series++)
        {
            places[series] = drop[series] ? -1 : kept++;
        }

        foreach (var points in new PointColumns[] { Numbers, Histograms, ExponentialHistograms, Summaries })
        {
            points.Remove(Flags(points.SeriesIndexes, places));
            Move(points.SeriesIndexes, places);
        }

        Exemplars.Remove(Flags(Exemplars.SeriesIndexes, places));
        Move(Exemplars.SeriesIndexes, places);
        Series.Remove(drop);
        return before - Count;
    }

    /// <inheritdoc/>
    public override void RecomputeFingerprints()
    {
        base.RecomputeFingerprints();
        for (var series = 0; series < Series.Count; series++)
        {
            Series.Recompute(series);
        }
    }

    private static bool[] Flags(Column<int> seriesIndexes, int[] places)
    {
        var flags = new bool[seriesIndexes.Count];
        for (var i = 0; i < flags.Length; i++)
        {
            flags[i] = places[seriesIndexes[i]] < 0;
        }

        return flags;
    }

    private static void Move(Column<int> seriesIndexes, int[] places)
    {
        for (var i = 0; i < seriesIndexes.Count; i++)
        {
            seriesIndexes[i] = places[seriesIndexes[i]];
        }
    }
}

/// <summary>Counts of a batch's parts at one moment.</summary>
public readonly record struct MetricBatchMark(int Series, int Numbers, int Histograms, int ExponentialHistograms, int Summaries, int Exemplars);

/// <summary>What kind of points a series has.</summary>
public enum MetricKind : byte
{
    Gauge = 1,
    Sum = 2,
    Histogram = 3,
    ExponentialHistogram = 4,
    Summary = 5,
}

/// <summary>OTLP's temporalities with OTLP's numbers.</summary>
public enum Temporality : byte
{
    Unspecified = 0,
    Delta = 1,
    Cumulative = 2,
}

/// <summary>How a number point or exemplar carries its value.</summary>
public enum NumberType : byte
{
    /// <summary>No value (the point's flags say why).</summary>
    None = 0,
    Int = 1,
    Double = 2,
}

/// <summary>
/// Series: a metric of a resource and scope with one set of data point attributes. Repeated rows are allowed; the fingerprint tells that two
/// rows are the same series.
/// </summary>
public sealed class MetricSeriesTable
{
    private readonly MetricBatch _batch;

    internal MetricSeriesTable(MetricBatch batch) => _batch = batch;

    public int Count => Fingerprints.Count;

    public Column<ulong> Fingerprints { get; } = new();

    /// <summary>Dictionary numbers.</summary>
    public Column<int> Names { get; } = new();

    /// <summary>Dictionary numbers.</summary>
    public Column<int> Units { get; } = new();

    /// <summary>Dictionary numbers. Not part of a series' identity.</summary>
    public Column<int> Descriptions { get; } = new();

    public Column<MetricKind> Kinds { get; } = new();

    public Column<Temporality> Temporalities { get; } = new();

    /// <summary>1 for a monotonic sum.</summary>
    public Column<byte> Monotonic { get; } = new();

    public Column<int> ResourceIndexes { get; } = new();

    public Column<int> ScopeIndexes { get; } = new();

    /// <summary>The data point attributes, one list per series.</summary>
    public AttributeLists Attributes { get; } = new();

    /// <summary>OTLP's Metric.metadata, one list per series. Not part of a series' identity.</summary>
    public AttributeLists Metadata { get; } = new();

    public MetricSeriesView this[int index] => new(_batch, index);

    /// <summary>
    /// Completes the series whose attributes (and metadata) were added since the last call; the other columns must have been appended before.
    /// </summary>
    /// <returns>Its index.</returns>
    public int End()
    {
        var index = Count;
        Attributes.EndList();
        Metadata.EndList();
        Fingerprints.Add(Fingerprint(index));
        return index;
    }

    /// <summary>Finds the fingerprint of a series anew after its content, its resource or its scope was changed.</summary>
    internal void Recompute(int index) => Fingerprints[index] = Fingerprint(index);

    /// <summary>Takes out the series whose flag is set; the points are the batch's to take out.</summary>
    internal void Remove(ReadOnlySpan<bool> drop)
    {
        Fingerprints.Remove(drop);
        Names.Remove(drop);
        Units.Remove(drop);
        Descriptions.Remove(drop);
        Kinds.Remove(drop);
        Temporalities.Remove(drop);
        Monotonic.Remove(drop);
        ResourceIndexes.Remove(drop);
        ScopeIndexes.Remove(drop);
        Attributes.Remove(drop);
        Metadata.Remove(drop);
    }

    private ulong Fingerprint(int index)
    {
        var identity = ((uint)Kinds[index] << 16) | ((uint)Temporalities[index] << 8) | Monotonic[index];
        var resource = _batch.Resources.Fingerprints[ResourceIndexes[index]];
        var scope = _batch.Scopes.Fingerprints[ScopeIndexes[index]];
        var content = ContentFingerprint.Of(
            _batch, Attributes, index, identity, _batch.Dictionary.GetRef(Names[index]), _batch.Dictionary.GetRef(Units[index]));
        return ContentFingerprint.Combine(content, resource, scope);
    }

    /// <summary>Drops what was appended for a series that was not completed.</summary>
    internal void DropOpen() => Truncate(Count);

    internal void Truncate(int count)
    {
        Fingerprints.Truncate(count);
        Names.Truncate(count);
        Units.Truncate(count);
        Descriptions.Truncate(count);
        Kinds.Truncate(count);
        Temporalities.Truncate(count);
        Monotonic.Truncate(count);
        ResourceIndexes.Truncate(count);
        ScopeIndexes.Truncate(count);
        Attributes.Truncate(count);
        Metadata.Truncate(count);
    }
}

/// <summary>What every kind of point has: its series, when its interval began and ended, its OTLP flags.</summary>
public abstract class PointColumns
{
    /// <summary>Complete points.</summary>
    public int Count { get; private set; }

    /// <summary>Index into <see cref="MetricBatch.Series"/>.</summary>
    public Column<int> SeriesIndexes { get; } = new();

    /// <summary>Nanoseconds since the Unix epoch; 0 when not sent.</summary>
    public Column<long> StartTimes { get; } = new();

    /// <summary>Nanoseconds since the Unix epoch.</summary>
    public Column<long> Times { get; } = new();

    /// <summary>OTLP's data point flags; bit 0 means "no recorded value".</summary>
    public Column<uint> Flags { get; } = new();

    public void EndPoint() => Count++;

    internal virtual void Truncate(int count)
    {
        Count = Math.Min(Count, count);
        SeriesIndexes.Truncate(count);
        StartTimes.Truncate(count);
        Times.Truncate(count);
        Flags.Truncate(count);
    }

    /// <summary>Takes out the points whose flag is set.</summary>
    internal virtual void Remove(ReadOnlySpan<bool> drop)
    {
        SeriesIndexes.Remove(drop);
        StartTimes.Remove(drop);
        Times.Remove(drop);
        Flags.Remove(drop);
        Count = Times.Count;
    }
}

/// <summary>Gauge and sum points. An int is kept exactly; <see cref="Doubles"/> holds it too, rounded, for arithmetic.</summary>
public sealed class NumberColumns : PointColumns
{
    public Column<NumberType> Types { get; } = new();

    public Column<double> Doubles { get; } = new();

    public Column<long> Ints { get; } = new();

    internal override void Truncate(int count)
    {
        base.Truncate(count);
        Types.Truncate(count);
        Doubles.Truncate(count);
        Ints.Truncate(count);
    }

    internal override void Remove(ReadOnlySpan<bool> drop)
    {
        base.Remove(drop);
        Types.Remove(drop);
        Doubles.Remove(drop);
        Ints.Remove(drop);
    }
}

/// <summary>Which optional numbers a histogram point carries.</summary>
[Flags]
public enum HistogramParts : byte
{
    None = 0,
    Sum = 1,
    Min = 2,
    Max = 4,
}

/// <summary>What both kinds of histogram points have.</summary>
public abstract class HistogramBaseColumns : PointColumns
{
    public Column<ulong> Counts { get; } = new();

    public Column<HistogramParts> Parts { get; } = new();

    /// <summary>0 when absent.</summary>
    public Column<double> Sums { get; } = new();

    /// <summary>0 when absent.</summary>
    public Column<double> Mins { get; } = new();

    /// <summary>0 when absent.</summary>
    public Column<double> Maxes { get; } = new();

    internal override void Truncate(int count)
    {
        base.Truncate(count);
        Counts.Truncate(count);
        Parts.Truncate(count);
        Sums.Truncate(count);
        Mins.Truncate(count);
        Maxes.Truncate(count);
    }

    internal override void Remove(ReadOnlySpan<bool> drop)
    {
        base.Remove(drop);
        Counts.Remove(drop);
        Parts.Remove(drop);
        Sums.Remove(drop);
        Mins.Remove(drop);
        Maxes.Remove(drop);
    }
}

/// <summary>Explicit-bucket histogram points.</summary>
public sealed class HistogramColumns : HistogramBaseColumns
{
    public NumberLists<double> Bounds { get; } = new();

    public NumberLists<ulong> BucketCounts { get; } = new();

    internal override void Truncate(int count)
    {
        base.Truncate(count);
        Bounds.Truncate(count);
        BucketCounts.Truncate(count);
    }

    internal override void Remove(ReadOnlySpan<bool> drop)
    {
        base.Remove(drop);
        Bounds.Remove(drop);
        BucketCounts.Remove(drop);
    }
}

/// <summary>Exponential histogram points.</summary>
public sealed class ExponentialHistogramColumns : HistogramBaseColumns
{
    public Column<int> Scales { get; } = new();

    public Column<ulong> ZeroCounts { get; } = new();

    public Column<double> ZeroThresholds { get; } = new();

    public Column<int> PositiveOffsets { get; } = new();

    public NumberLists<ulong> PositiveCounts { get; } = new();

    public Column<int> NegativeOffsets { get; } = new();

    public NumberLists<ulong> NegativeCounts { get; } = new();

    internal override void Truncate(int count)
    {
        base.Truncate(count);
        Scales.Truncate(count);
        ZeroCounts.Truncate(count);
        ZeroThresholds.Truncate(count);
        PositiveOffsets.Truncate(count);
        PositiveCounts.Truncate(count);
        NegativeOffsets.Truncate(count);
        NegativeCounts.Truncate(count);
    }

    internal override void Remove(ReadOnlySpan<bool> drop)
    {
        base.Remove(drop);
        Scales.Remove(drop);
        ZeroCounts.Remove(drop);
        ZeroThresholds.Remove(drop);
        PositiveOffsets.Remove(drop);
        PositiveCounts.Remove(drop);
        NegativeOffsets.Remove(drop);
        NegativeCounts.Remove(drop);
    }
}

/// <summary>Summary points: precomputed quantiles.</summary>
public sealed class SummaryColumns : PointColumns
{
    public Column<ulong> Counts { get; } = new();

    public Column<double> Sums { get; } = new();

    /// <summary>0 to 1.</summary>
    public NumberLists<double> Quantiles { get; } = new();

    /// <summary>As many as there are quantiles.</summary>
    public NumberLists<double> Values { get; } = new();

    internal override void Truncate(int count)
    {
        base.Truncate(count);
        Counts.Truncate(count);
        Sums.Truncate(count);
        Quantiles.Truncate(count);
        Values.Truncate(count);
    }

    internal override void Remove(ReadOnlySpan<bool> drop)
    {
        base.Remove(drop);
        Counts.Remove(drop);
        Sums.Remove(drop);
        Quantiles.Remove(drop);
        Values.Remove(drop);
    }
}

/// <summary>Exemplars. They belong to the point of their series with the same point time.</summary>
public sealed class ExemplarColumns
{
    public int Count => Attributes.Count;

    public Column<int> SeriesIndexes { get; } = new();

    /// <summary>The time of the data point that carried the exemplar.</summary>
    public Column<long> PointTimes { get; } = new();

    public Column<long> Times { get; } = new();

    public Column<TraceId> TraceIds { get; } = new();

    public Column<SpanId> SpanIds { get; } = new();

    public Column<NumberType> Types { get; } = new();

    public Column<double> Doubles { get; } = new();

    public Column<long> Ints { get; } = new();

    /// <summary>The filtered attributes, one list per exemplar; closing it completes the exemplar.</summary>
    public AttributeLists Attributes { get; } = new();

    internal void Truncate(int count)
    {
        SeriesIndexes.Truncate(count);
        PointTimes.Truncate(count);
        Times.Truncate(count);
        TraceIds.Truncate(count);
        SpanIds.Truncate(count);
        Types.Truncate(count);
        Doubles.Truncate(count);
        Ints.Truncate(count);
        Attributes.Truncate(count);
    }

    internal void Remove(ReadOnlySpan<bool> drop)
    {
        SeriesIndexes.Remove(drop);
        PointTimes.Remove(drop);
        Times.Remove(drop);
        TraceIds.Remove(drop);
        SpanIds.Remove(drop);
        Types.Remove(drop);
        Doubles.Remove(drop);
        Ints.Remove(drop);
        Attributes.Remove(drop);
    }
}
