using System.Text.Json;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Json;

internal static class MetricJsonEncoder
{
    public static void WriteMetric(Utf8JsonWriter writer, MetricBatch batch, MetricGroups groups, MetricGroup metric)
    {
        var series = batch.Series;
        var index = metric.Series;
        var kind = series.Kinds[index];
        writer.WriteStartObject();
        ResourceJsonWriter.WriteText(writer, "name"u8, batch.Dictionary.Get(series.Names[index]));
        ResourceJsonWriter.WriteText(writer, "description"u8, batch.Dictionary.Get(series.Descriptions[index]));
        ResourceJsonWriter.WriteText(writer, "unit"u8, batch.Dictionary.Get(series.Units[index]));
        writer.WriteStartObject(NameOf(kind));
        writer.WriteStartArray("dataPoints"u8);
        foreach (var row in metric.Points)
        {
            writer.WriteStartObject();
            WritePoint(writer, batch, groups, kind, row);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        ResourceJsonWriter.WriteNumber(writer, "aggregationTemporality"u8, (uint)series.Temporalities[index]);
        if (series.Monotonic[index] != 0)
        {
            writer.WriteBoolean("isMonotonic"u8, true);
        }

        writer.WriteEndObject();
        ValueJsonWriter.WriteAttributes(writer, "metadata"u8, batch, series.Metadata, index);
        writer.WriteEndObject();
    }

    private static ReadOnlySpan<byte> NameOf(MetricKind kind) => kind switch
    {
        MetricKind.Gauge => "gauge"u8,
        MetricKind.Sum => "sum"u8,
        MetricKind.Histogram => "histogram"u8,
        MetricKind.ExponentialHistogram => "exponentialHistogram"u8,
        _ => "summary"u8,
    };

    private static void WritePoint(Utf8JsonWriter writer, MetricBatch batch, MetricGroups groups, MetricKind kind, int row)
    {
        switch (kind)
        {
            case MetricKind.Histogram:
                WriteShared(writer, batch, batch.Histograms, row);
                WriteHistogram(writer, batch.Histograms, row);
                WriteExemplars(writer, batch, groups.TakeExemplars(batch.Histograms, row));
                break;
            case MetricKind.ExponentialHistogram:
                WriteShared(writer, batch, batch.ExponentialHistograms, row);
                WriteExponential(writer, batch.ExponentialHistograms, row);
                WriteExemplars(writer, batch, groups.TakeExemplars(batch.ExponentialHistograms, row));
                break;
            case MetricKind.Summary:
                WriteShared(writer, batch, batch.Summaries, row);
                WriteSummary(writer, batch.Summaries, row);
                break;
            default:
                WriteShared(writer, batch, batch.Numbers, row);
                WriteValue(writer, batch.Numbers.Types[row], batch.Numbers.Doubles[row], batch.Numbers.Ints[row]);
                WriteExemplars(writer, batch, groups.TakeExemplars(batch.Numbers, row));
                break;
        }
    }

    private static void WriteShared(Utf8JsonWriter writer, MetricBatch batch, PointColumns points, int row)
    {
        ValueJsonWriter.WriteAttributes(writer, "attributes"u8, batch, batch.Series.Attributes, points.SeriesIndexes[row]);
        ResourceJsonWriter.WriteTime(writer, "startTimeUnixNano"u8, points.StartTimes[row]);
        ResourceJsonWriter.WriteTime(writer, "timeUnixNano"u8, points.Times[row]);
        ResourceJsonWriter.WriteNumber(writer, "flags"u8, points.Flags[row]);
    }

    private static void WriteValue(Utf8JsonWriter writer, NumberType type, double number, long integer)
    {
        if (type == NumberType.Double)
        {
            ValueJsonWriter.WriteDouble(writer, "asDouble"u8, number);
        }
        else if (type == NumberType.Int)
        {
            ValueJsonWriter.WriteLong(writer, "asInt"u8, integer);
        }
    }

    private static void WriteStatistics(Utf8JsonWriter writer, HistogramBaseColumns points, int row)
    {
        WriteCount(writer, "count"u8, points.Counts[row]);
        var parts = points.Parts[row];
        if (parts.HasFlag(HistogramParts.Sum))
        {
            ValueJsonWriter.WriteDouble(writer, "sum"u8, points.Sums[row]);
        }

        if (parts.HasFlag(HistogramParts.Min))
        {
            ValueJsonWriter.WriteDouble(writer, "min"u8, points.Mins[row]);
        }

        if (parts.HasFlag(HistogramParts.Max))
        {
            ValueJsonWriter.WriteDouble(writer, "max"u8, points.Maxes[row]);
        }
    }

    private static void WriteHistogram(Utf8JsonWriter writer, HistogramColumns points, int row)
    {
        WriteStatistics(writer, points, row);
        WriteCounts(writer, points.BucketCounts[row]);
        var bounds = points.Bounds[row];
        if (bounds.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray("explicitBounds"u8);
        foreach (var bound in bounds)
        {
            ValueJsonWriter.WriteDouble(writer, bound);
        }

        writer.WriteEndArray();
    }

    private static void WriteExponential(Utf8JsonWriter writer, ExponentialHistogramColumns points, int row)
    {
        WriteStatistics(writer, points, row);
        if (points.Scales[row] != 0)
        {
            writer.WriteNumber("scale"u8, points.Scales[row]);
        }

        WriteCount(writer, "zeroCount"u8, points.ZeroCounts[row]);
        if (IsSet(points.ZeroThresholds[row]))
        {
            ValueJsonWriter.WriteDouble(writer, "zeroThreshold"u8, points.ZeroThresholds[row]);
        }

        WriteBuckets(writer, "positive"u8, points.PositiveOffsets[row], points.PositiveCounts[row]);
        WriteBuckets(writer, "negative"u8, points.NegativeOffsets[row], points.NegativeCounts[row]);
    }

    private static void WriteBuckets(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int offset, ReadOnlySpan<ulong> counts)
    {
        if (offset == 0 && counts.IsEmpty)
        {
            return;
        }

        writer.WriteStartObject(name);
        if (offset != 0)
        {
            writer.WriteNumber("offset"u8, offset);
        }

        WriteCounts(writer, counts);
        writer.WriteEndObject();
    }

    private static void WriteSummary(Utf8JsonWriter writer, SummaryColumns points, int row)
    {
        WriteCount(writer, "count"u8, points.Counts[row]);
        if (IsSet(points.Sums[row]))
        {
            ValueJsonWriter.WriteDouble(writer, "sum"u8, points.Sums[row]);
        }

        var quantiles = points.Quantiles[row];
        var values = points.Values[row];
        if (quantiles.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray("quantileValues"u8);
        for (var i = 0; i < quantiles.Length; i++)
        {
            writer.WriteStartObject();
            ValueJsonWriter.WriteDouble(writer, "quantile"u8, quantiles[i]);
            ValueJsonWriter.WriteDouble(writer, "value"u8, values[i]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteExemplars(Utf8JsonWriter writer, MetricBatch batch, IReadOnlyList<int> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var exemplars = batch.Exemplars;
        writer.WriteStartArray("exemplars"u8);
        foreach (var row in rows)
        {
            writer.WriteStartObject();
            ValueJsonWriter.WriteAttributes(writer, "filteredAttributes"u8, batch, exemplars.Attributes, row);
            ResourceJsonWriter.WriteTime(writer, "timeUnixNano"u8, exemplars.Times[row]);
            WriteValue(writer, exemplars.Types[row], exemplars.Doubles[row], exemplars.Ints[row]);
            ResourceJsonWriter.WriteSpanId(writer, "spanId"u8, exemplars.SpanIds[row]);
            ResourceJsonWriter.WriteTraceId(writer, exemplars.TraceIds[row]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteCount(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ulong value)
    {
        if (value != 0)
        {
            ValueJsonWriter.WriteULong(writer, name, value);
        }
    }

    private static void WriteCounts(Utf8JsonWriter writer, ReadOnlySpan<ulong> counts)
    {
        if (counts.IsEmpty)
        {
            return;
        }

        writer.WriteStartArray("bucketCounts"u8);
        foreach (var count in counts)
        {
            ValueJsonWriter.WriteULong(writer, count);
        }

        writer.WriteEndArray();
    }

    /// <summary>Whether a double differs from the default; minus zero does.</summary>
    private static bool IsSet(double value) => BitConverter.DoubleToInt64Bits(value) != 0;
}
