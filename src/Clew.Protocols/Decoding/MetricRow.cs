using Clew.Telemetry;

namespace Clew.Protocols.Decoding;

/// <summary>What all data points of one metric share.</summary>
internal struct MetricRow
{
    public int Name;
    public int Unit;
    public int Description;
    public MetricKind Kind;
    public Temporality Temporality;
    public bool IsMonotonic;
    public int ResourceIndex;
    public int ScopeIndex;

    /// <summary>Why every point of the metric must be refused: its name, unit or description is too long.</summary>
    public DecodeIssue Issue;

    /// <summary>Completes the series whose attributes were added to the batch.</summary>
    /// <param name="batch">Where the series goes.</param>
    /// <param name="metadata">The metric's metadata as its only list.</param>
    public readonly int EndSeries(MetricBatch batch, AttributeLists metadata)
    {
        var series = batch.Series;
        series.Names.Add(Name);
        series.Units.Add(Unit);
        series.Descriptions.Add(Description);
        series.Kinds.Add(Kind);
        series.Temporalities.Add(Temporality);
        series.Monotonic.Add(IsMonotonic ? (byte)1 : (byte)0);
        series.ResourceIndexes.Add(ResourceIndex);
        series.ScopeIndexes.Add(ScopeIndex);
        for (var entry = metadata.StartOf(0); entry < metadata.EndOf(0); entry++)
        {
            series.Metadata.Add(metadata.Keys[entry], metadata.Types[entry], metadata.Values[entry]);
        }

        return series.End();
    }
}

/// <summary>
/// The fields of one data point of any kind while they are read. Attributes, exemplars, buckets and quantiles are in the batch already;
/// <see cref="Complete"/> applies the rules and either adds the point or takes back everything read for it.
/// </summary>
internal struct PointRow
{
    public ulong StartTime;
    public ulong Time;
    public uint Flags;
    public NumberType NumberType;
    public double Double;
    public long Int;
    public ulong Count;
    public double Sum;
    public double Min;
    public double Max;
    public HistogramParts Parts;
    public int Scale;
    public ulong ZeroCount;
    public double ZeroThreshold;
    public int PositiveOffset;
    public int NegativeOffset;
    public int Attributes;
    public int FirstExemplar;
    public int Exemplars;

    public static PointRow Begin(MetricBatch batch, DecodeState state, in MetricRow metric)
    {
        state.BeginRecord(metric.Issue);
        return new PointRow { FirstExemplar = batch.Exemplars.Count };
    }

    public void Complete(MetricBatch batch, DecodeState state, in MetricRow metric, AttributeLists metadata)
    {
        var start = state.Time(StartTime);
        var time = state.Time(Time);
        if (metric.Kind == MetricKind.Histogram)
        {
            CheckHistogram(batch.Histograms, state);
        }

        if (state.RecordIssue != DecodeIssue.None)
        {
            state.CountRejected();
            batch.Rollback(FirstExemplar);
            return;
        }

        if (time == 0)
        {
            state.Warn(DecodeIssue.TimeMissing);
        }

        var series = metric.EndSeries(batch, metadata);
        for (var exemplar = FirstExemplar; exemplar < batch.Exemplars.Count; exemplar++)
        {
            batch.Exemplars.SeriesIndexes[exemplar] = series;
            batch.Exemplars.PointTimes[exemplar] = time;
        }

        AddTo(batch, metric.Kind, series, start, time);
        state.CountAccepted();
    }

    /// <summary>Adds the point to a series that is complete; every rule has been applied.</summary>
    /// <param name="kind">The series' kind.</param>
    public readonly void AddTo(MetricBatch batch, MetricKind kind, int series, long start, long time)
    {
        switch (kind)
        {
            case MetricKind.Histogram:
                AddHistogram(batch.Histograms);
                EndPoint(batch.Histograms, series, start, time);
                break;
            case MetricKind.ExponentialHistogram:
                AddExponential(batch.ExponentialHistograms);
                EndPoint(batch.ExponentialHistograms, series, start, time);
                break;
            case MetricKind.Summary:
                AddSummary(batch.Summaries);
                EndPoint(batch.Summaries, series, start, time);
                break;
            default:
                AddNumber(batch.Numbers);
                EndPoint(batch.Numbers, series, start, time);
                break;
        }
    }

    /// <summary>Closes an exemplar whose attributes were added, or leaves it out; its point survives either way.</summary>
    public void AddExemplar(MetricBatch batch, DecodeState state, in ExemplarRow exemplar)
    {
        var exemplars = batch.Exemplars;
        if (++Exemplars > state.Limits.MaxExemplars || exemplar.Time > long.MaxValue || exemplar.LeftOut > 0)
        {
            state.Warn(DecodeIssue.ExemplarLeftOut);
            exemplars.Attributes.DropOpenEntries();
            return;
        }

        if (exemplar.TraceIdInvalid || exemplar.SpanIdInvalid)
        {
            state.Warn(DecodeIssue.ExemplarIdInvalid);
        }

        exemplars.SeriesIndexes.Add(-1);
        exemplars.PointTimes.Add(0);
        exemplars.Times.Add((long)exemplar.Time);
        exemplars.TraceIds.Add(exemplar.TraceId);
        exemplars.SpanIds.Add(exemplar.SpanId);
        exemplars.Types.Add(exemplar.NumberType);
        exemplars.Doubles.Add(exemplar.Double);
        exemplars.Ints.Add(exemplar.Int);
        exemplars.Attributes.EndList();
    }

    /// <summary>Whether these can be the bounds of buckets.</summary>
    public static bool AreIncreasing(ReadOnlySpan<double> bounds)
    {
        for (var i = 0; i < bounds.Length; i++)
        {
            if (double.IsNaN(bounds[i]) || (i > 0 && bounds[i - 1] >= bounds[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static void CheckHistogram(HistogramColumns points, DecodeState state)
    {
        var open = points.Bounds.Count == 0 ? 0 : points.Bounds.Ends[points.Bounds.Count - 1];
        var bounds = points.Bounds.Values.Values[open..];
        open = points.BucketCounts.Count == 0 ? 0 : points.BucketCounts.Ends[points.BucketCounts.Count - 1];
        var buckets = points.BucketCounts.Values.Count - open;
        if (buckets != bounds.Length + 1 && (buckets != 0 || bounds.Length != 0))
        {
            state.Refuse(DecodeIssue.BucketCountMismatch);
        }

        if (!AreIncreasing(bounds))
        {
            state.Refuse(DecodeIssue.BoundsNotIncreasing);
        }
    }

    private readonly void EndPoint(PointColumns points, int series, long start, long time)
    {
        points.SeriesIndexes.Add(series);
        points.StartTimes.Add(start);
        points.Times.Add(time);
        points.Flags.Add(Flags);
        points.EndPoint();
    }

    private readonly void AddNumber(NumberColumns points)
    {
        points.Types.Add(NumberType);
        points.Doubles.Add(Double);
        points.Ints.Add(Int);
    }

    private readonly void AddHistogram(HistogramColumns points)
    {
        AddHistogramBase(points);
        points.Bounds.EndList();
        points.BucketCounts.EndList();
    }

    private readonly void AddExponential(ExponentialHistogramColumns points)
    {
        AddHistogramBase(points);
        points.Scales.Add(Scale);
        points.ZeroCounts.Add(ZeroCount);
        points.ZeroThresholds.Add(ZeroThreshold);
        points.PositiveOffsets.Add(PositiveOffset);
        points.PositiveCounts.EndList();
        points.NegativeOffsets.Add(NegativeOffset);
        points.NegativeCounts.EndList();
    }

    private readonly void AddSummary(SummaryColumns points)
    {
        points.Counts.Add(Count);
        points.Sums.Add(Sum);
        points.Quantiles.EndList();
        points.Values.EndList();
    }

    private readonly void AddHistogramBase(HistogramBaseColumns points)
    {
        points.Counts.Add(Count);
        points.Parts.Add(Parts);
        points.Sums.Add(Sum);
        points.Mins.Add(Min);
        points.Maxes.Add(Max);
    }
}

/// <summary>The fields of one exemplar while they are read.</summary>
internal struct ExemplarRow
{
    public ulong Time;
    public TraceId TraceId;
    public SpanId SpanId;
    public bool TraceIdInvalid;
    public bool SpanIdInvalid;
    public NumberType NumberType;
    public double Double;
    public long Int;
    public int Attributes;

    /// <summary>Attributes that break a rule.</summary>
    public uint LeftOut;
}
