using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Protobuf;

internal static class MetricProtobufWriter
{
    public static void WriteMetric(ProtobufWriter writer, MetricBatch batch, MetricGroups groups, MetricGroup metric)
    {
        var series = batch.Series;
        var index = metric.Series;
        var kind = series.Kinds[index];
        writer.BytesIfAny(OtlpTags.Metric.Name, batch.Dictionary.Get(series.Names[index]));
        writer.BytesIfAny(OtlpTags.Metric.Description, batch.Dictionary.Get(series.Descriptions[index]));
        writer.BytesIfAny(OtlpTags.Metric.Unit, batch.Dictionary.Get(series.Units[index]));
        var data = writer.Begin(TagOf(kind));
        foreach (var row in metric.Points)
        {
            var point = writer.Begin(OtlpTags.MetricData.Points);
            WritePoint(writer, batch, groups, kind, row);
            writer.End(point);
        }

        writer.VarintIfAny(OtlpTags.MetricData.Temporality, (ulong)series.Temporalities[index]);
        writer.VarintIfAny(OtlpTags.MetricData.Monotonic, series.Monotonic[index]);
        writer.End(data);
        ValueProtobufWriter.WriteAttributes(writer, OtlpTags.Metric.Metadata, batch, series.Metadata, index);
    }

    private static uint TagOf(MetricKind kind) => kind switch
    {
        MetricKind.Gauge => OtlpTags.Metric.Gauge,
        MetricKind.Sum => OtlpTags.Metric.Sum,
        MetricKind.Histogram => OtlpTags.Metric.Histogram,
        MetricKind.ExponentialHistogram => OtlpTags.Metric.ExponentialHistogram,
        _ => OtlpTags.Metric.Summary,
    };

    private static void WritePoint(ProtobufWriter writer, MetricBatch batch, MetricGroups groups, MetricKind kind, int row)
    {
        switch (kind)
        {
            case MetricKind.Histogram:
                WriteHistogram(writer, batch, batch.Histograms, row, groups.TakeExemplars(batch.Histograms, row));
                break;
            case MetricKind.ExponentialHistogram:
                WriteExponential(writer, batch, batch.ExponentialHistograms, row, groups.TakeExemplars(batch.ExponentialHistograms, row));
                break;
            case MetricKind.Summary:
                WriteSummary(writer, batch, batch.Summaries, row);
                break;
            default:
                WriteNumber(writer, batch, batch.Numbers, row, groups.TakeExemplars(batch.Numbers, row));
                break;
        }
    }

    private static void WriteTimes(ProtobufWriter writer, PointColumns points, int row)
    {
        writer.Fixed64IfAny(OtlpTags.Point.StartTime, (ulong)points.StartTimes[row]);
        writer.Fixed64IfAny(OtlpTags.Point.Time, (ulong)points.Times[row]);
    }

    private static void WriteNumber(ProtobufWriter writer, MetricBatch batch, NumberColumns points, int row, IReadOnlyList<int> exemplars)
    {
        WriteTimes(writer, points, row);
        if (points.Types[row] == NumberType.Double)
        {
            writer.Double(OtlpTags.NumberPoint.AsDouble, points.Doubles[row]);
        }
        else if (points.Types[row] == NumberType.Int)
        {
            writer.Fixed64(OtlpTags.NumberPoint.AsInt, (ulong)points.Ints[row]);
        }

        WriteExemplars(writer, OtlpTags.NumberPoint.Exemplars, batch, exemplars);
        ValueProtobufWriter.WriteAttributes(writer, OtlpTags.NumberPoint.Attributes, batch, batch.Series.Attributes, points.SeriesIndexes[row]);
        writer.VarintIfAny(OtlpTags.NumberPoint.Flags, points.Flags[row]);
    }

    private static void WriteHistogram(ProtobufWriter writer, MetricBatch batch, HistogramColumns points, int row, IReadOnlyList<int> exemplars)
    {
        WriteTimes(writer, points, row);
        writer.Fixed64IfAny(OtlpTags.HistogramPoint.Count, points.Counts[row]);
        WritePart(writer, OtlpTags.HistogramPoint.Sum, points, row, HistogramParts.Sum, points.Sums[row]);
        var counts = points.BucketCounts[row];
        if (!counts.IsEmpty)
        {
            var packed = writer.Begin(OtlpTags.HistogramPoint.BucketCountsPacked);
            foreach (var count in counts)
            {
                writer.Fixed64(count);
            }

            writer.End(packed);
        }

        var bounds = points.Bounds[row];
        if (!bounds.IsEmpty)
        {
            var packed = writer.Begin(OtlpTags.HistogramPoint.BoundsPacked);
            foreach (var bound in bounds)
            {
                writer.Fixed64(BitConverter.DoubleToUInt64Bits(bound));
            }

            writer.End(packed);
        }

        WriteExemplars(writer, OtlpTags.HistogramPoint.Exemplars, batch, exemplars);
        ValueProtobufWriter.WriteAttributes(writer, OtlpTags.HistogramPoint.Attributes, batch, batch.Series.Attributes, points.SeriesIndexes[row]);
        writer.VarintIfAny(OtlpTags.HistogramPoint.Flags, points.Flags[row]);
        WritePart(writer, OtlpTags.HistogramPoint.Min, points, row, HistogramParts.Min, points.Mins[row]);
        WritePart(writer, OtlpTags.HistogramPoint.Max, points, row, HistogramParts.Max, points.Maxes[row]);
    }

    private static void WriteExponential(
        ProtobufWriter writer, MetricBatch batch, ExponentialHistogramColumns points, int row, IReadOnlyList<int> exemplars)
    {
        ValueProtobufWriter.WriteAttributes(writer, OtlpTags.ExponentialPoint.Attributes, batch, batch.Series.Attributes, points.SeriesIndexes[row]);
        WriteTimes(writer, points, row);
        writer.Fixed64IfAny(OtlpTags.ExponentialPoint.Count, points.Counts[row]);
        WritePart(writer, OtlpTags.ExponentialPoint.Sum, points, row, HistogramParts.Sum, points.Sums[row]);
        if (points.Scales[row] != 0)
        {
            writer.SInt32(OtlpTags.ExponentialPoint.Scale, points.Scales[row]);
        }

        writer.Fixed64IfAny(OtlpTags.ExponentialPoint.ZeroCount, points.ZeroCounts[row]);
        WriteBuckets(writer, OtlpTags.ExponentialPoint.Positive, points.PositiveOffsets[row], points.PositiveCounts[row]);
        WriteBuckets(writer, OtlpTags.ExponentialPoint.Negative, points.NegativeOffsets[row], points.NegativeCounts[row]);
        writer.VarintIfAny(OtlpTags.ExponentialPoint.Flags, points.Flags[row]);
        WriteExemplars(writer, OtlpTags.ExponentialPoint.Exemplars, batch, exemplars);
        WritePart(writer, OtlpTags.ExponentialPoint.Min, points, row, HistogramParts.Min, points.Mins[row]);
        WritePart(writer, OtlpTags.ExponentialPoint.Max, points, row, HistogramParts.Max, points.Maxes[row]);
        writer.Fixed64IfAny(OtlpTags.ExponentialPoint.ZeroThreshold, BitConverter.DoubleToUInt64Bits(points.ZeroThresholds[row]));
    }

    private static void WriteBuckets(ProtobufWriter writer, uint tag, int offset, ReadOnlySpan<ulong> counts)
    {
        if (offset == 0 && counts.IsEmpty)
        {
            return;
        }

        var buckets = writer.Begin(tag);
        if (offset != 0)
        {
            writer.SInt32(OtlpTags.Buckets.Offset, offset);
        }

        if (!counts.IsEmpty)
        {
            var packed = writer.Begin(OtlpTags.Buckets.CountsPacked);
            foreach (var count in counts)
            {
                writer.Varint(count);
            }

            writer.End(packed);
        }

        writer.End(buckets);
    }

    private static void WriteSummary(ProtobufWriter writer, MetricBatch batch, SummaryColumns points, int row)
    {
        WriteTimes(writer, points, row);
        writer.Fixed64IfAny(OtlpTags.SummaryPoint.Count, points.Counts[row]);
        writer.Fixed64IfAny(OtlpTags.SummaryPoint.Sum, BitConverter.DoubleToUInt64Bits(points.Sums[row]));
        var quantiles = points.Quantiles[row];
        var values = points.Values[row];
        for (var i = 0; i < quantiles.Length; i++)
        {
            var quantile = writer.Begin(OtlpTags.SummaryPoint.Quantiles);
            writer.Fixed64IfAny(OtlpTags.Quantile.At, BitConverter.DoubleToUInt64Bits(quantiles[i]));
            writer.Fixed64IfAny(OtlpTags.Quantile.Value, BitConverter.DoubleToUInt64Bits(values[i]));
            writer.End(quantile);
        }

        ValueProtobufWriter.WriteAttributes(writer, OtlpTags.SummaryPoint.Attributes, batch, batch.Series.Attributes, points.SeriesIndexes[row]);
        writer.VarintIfAny(OtlpTags.SummaryPoint.Flags, points.Flags[row]);
    }

    private static void WritePart(ProtobufWriter writer, uint tag, HistogramBaseColumns points, int row, HistogramParts part, double value)
    {
        if (points.Parts[row].HasFlag(part))
        {
            writer.Double(tag, value);
        }
    }

    private static void WriteExemplars(ProtobufWriter writer, uint tag, MetricBatch batch, IReadOnlyList<int> rows)
    {
        var exemplars = batch.Exemplars;
        foreach (var row in rows)
        {
            var exemplar = writer.Begin(tag);
            writer.Fixed64IfAny(OtlpTags.Exemplar.Time, (ulong)exemplars.Times[row]);
            if (exemplars.Types[row] == NumberType.Double)
            {
                writer.Double(OtlpTags.Exemplar.AsDouble, exemplars.Doubles[row]);
            }
            else if (exemplars.Types[row] == NumberType.Int)
            {
                writer.Fixed64(OtlpTags.Exemplar.AsInt, (ulong)exemplars.Ints[row]);
            }

            RecordProtobufWriter.WriteSpanId(writer, OtlpTags.Exemplar.SpanId, exemplars.SpanIds[row]);
            RecordProtobufWriter.WriteTraceId(writer, OtlpTags.Exemplar.TraceId, exemplars.TraceIds[row]);
            ValueProtobufWriter.WriteAttributes(writer, OtlpTags.Exemplar.Attributes, batch, exemplars.Attributes, row);
            writer.End(exemplar);
        }
    }
}
