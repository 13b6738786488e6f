using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Json;

/// <summary>
/// Reads data points of every kind, and their exemplars, whose object was entered. The kinds agree on the names they share; a name that the
/// metric's kind does not have is an unknown one and passed over.
/// </summary>
internal static class PointJson
{
    public static void Read(ref Utf8JsonReader reader, MetricBatch batch, DecodeState state, MetricKind kind, ref PointRow row)
    {
        var lengths = default(ListLengths);
        while (reader.NextProperty())
        {
            if (reader.Is("attributes"u8))
            {
                ResourceJson.ReadRecordAttributes(ref reader, batch, batch.Series.Attributes, state, ref row.Attributes);
            }
            else if (reader.Is("startTimeUnixNano"u8))
            {
                row.StartTime = reader.ReadUInt64();
            }
            else if (reader.Is("timeUnixNano"u8))
            {
                row.Time = reader.ReadUInt64();
            }
            else if (reader.Is("flags"u8))
            {
                row.Flags = reader.ReadUInt32();
            }
            else if (kind != MetricKind.Summary && reader.Is("exemplars"u8))
            {
                ReadExemplars(ref reader, batch, state, ref row);
            }
            else if (!ReadOwn(ref reader, batch, state, kind, ref row, ref lengths))
            {
                reader.Skip();
            }
        }
    }

    /// <summary>Reads a property that not all kinds have; false when this kind has none of that name.</summary>
    private static bool ReadOwn(ref Utf8JsonReader reader, MetricBatch batch, DecodeState state, MetricKind kind, ref PointRow row, ref ListLengths lengths) =>
        kind switch
        {
            MetricKind.Histogram => ReadHistogram(ref reader, batch.Histograms, state, ref row, ref lengths) || ReadStatistics(ref reader, ref row),
            MetricKind.ExponentialHistogram => ReadExponential(ref reader, batch.ExponentialHistograms, state, ref row, ref lengths) || ReadStatistics(ref reader, ref row),
            MetricKind.Summary => ReadSummary(ref reader, batch.Summaries, state, ref row, ref lengths),
            _ => ReadNumber(ref reader, ref row.NumberType, ref row.Double, ref row.Int),
        };

    private static bool ReadNumber(ref Utf8JsonReader reader, ref NumberType type, ref double number, ref long integer)
    {
        if (reader.Is("asDouble"u8))
        {
            if (reader.ReadDouble() is { } value)
            {
                type = NumberType.Double;
                number = value;
                integer = 0;
            }

            return true;
        }

        if (!reader.Is("asInt"u8))
        {
            return false;
        }

        reader.Read();
        if (reader.TokenType != JsonTokenType.Null)
        {
            type = NumberType.Int;
            integer = JsonFields.Int64(ref reader);
            number = integer;
        }

        return true;
    }

    /// <summary>Count, sum, min and max: what both kinds of histograms have.</summary>
    private static bool ReadStatistics(ref Utf8JsonReader reader, ref PointRow row)
    {
        if (reader.Is("count"u8))
        {
            row.Count = reader.ReadUInt64();
            return true;
        }

        if (reader.Is("sum"u8))
        {
            ReadPart(ref reader, ref row, HistogramParts.Sum, ref row.Sum);
            return true;
        }

        if (reader.Is("min"u8))
        {
            ReadPart(ref reader, ref row, HistogramParts.Min, ref row.Min);
            return true;
        }

        if (reader.Is("max"u8))
        {
            ReadPart(ref reader, ref row, HistogramParts.Max, ref row.Max);
            return true;
        }

        return false;
    }

    private static void ReadPart(ref Utf8JsonReader reader, ref PointRow row, HistogramParts part, ref double target)
    {
        if (reader.ReadDouble() is { } value)
        {
            row.Parts |= part;
            target = value;
        }
    }

    private static bool ReadHistogram(ref Utf8JsonReader reader, HistogramColumns points, DecodeState state, ref PointRow row, ref ListLengths lengths)
    {
        if (reader.Is("bucketCounts"u8))
        {
            ReadCounts(ref reader, points.BucketCounts.Values, state, ref lengths.First);
            return true;
        }

        if (reader.Is("explicitBounds"u8))
        {
            if (reader.BeginArray())
            {
                while (reader.NextNumber())
                {
                    Add(points.Bounds.Values, JsonFields.Double(ref reader), state, ref lengths.Second);
                }
            }

            return true;
        }

        return false;
    }

    private static bool ReadExponential(
        ref Utf8JsonReader reader, ExponentialHistogramColumns points, DecodeState state, ref PointRow row, ref ListLengths lengths)
    {
        if (reader.Is("scale"u8))
        {
            row.Scale = reader.ReadInt32();
        }
        else if (reader.Is("zeroCount"u8))
        {
            row.ZeroCount = reader.ReadUInt64();
        }
        else if (reader.Is("zeroThreshold"u8))
        {
            row.ZeroThreshold = reader.ReadDouble() ?? 0;
        }
        else if (reader.Is("positive"u8))
        {
            ReadBuckets(ref reader, points.PositiveCounts.Values, state, ref row.PositiveOffset, ref lengths.First);
        }
        else if (reader.Is("negative"u8))
        {
            ReadBuckets(ref reader, points.NegativeCounts.Values, state, ref row.NegativeOffset, ref lengths.Second);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static void ReadBuckets(ref Utf8JsonReader reader, Column<ulong> counts, DecodeState state, ref int offset, ref int length)
    {
        if (!reader.BeginObject())
        {
            return;
        }

        while (reader.NextProperty())
        {
            if (reader.Is("offset"u8))
            {
                offset = reader.ReadInt32();
            }
            else if (reader.Is("bucketCounts"u8))
            {
                ReadCounts(ref reader, counts, state, ref length);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static bool ReadSummary(ref Utf8JsonReader reader, SummaryColumns points, DecodeState state, ref PointRow row, ref ListLengths lengths)
    {
        if (reader.Is("count"u8))
        {
            row.Count = reader.ReadUInt64();
        }
        else if (reader.Is("sum"u8))
        {
            row.Sum = reader.ReadDouble() ?? 0;
        }
        else if (reader.Is("quantileValues"u8))
        {
            ReadQuantiles(ref reader, points, state, ref lengths);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static void ReadQuantiles(ref Utf8JsonReader reader, SummaryColumns points, DecodeState state, ref ListLengths lengths)
    {
        if (!reader.BeginArray())
        {
            return;
        }

        while (reader.NextObject())
        {
            var at = 0.0;
            var value = 0.0;
            while (reader.NextProperty())
            {
                if (reader.Is("quantile"u8))
                {
                    at = reader.ReadDouble() ?? 0;
                }
                else if (reader.Is("value"u8))
                {
                    value = reader.ReadDouble() ?? 0;
                }
                else
                {
                    reader.Skip();
                }
            }

            Add(points.Quantiles.Values, at, state, ref lengths.First);
            Add(points.Values.Values, value, state, ref lengths.Second);
        }
    }

    private static void ReadExemplars(ref Utf8JsonReader reader, MetricBatch batch, DecodeState state, ref PointRow row)
    {
        if (!reader.BeginArray())
        {
            return;
        }

        while (reader.NextObject())
        {
            var exemplar = default(ExemplarRow);
            while (reader.NextProperty())
            {
                if (reader.Is("filteredAttributes"u8))
                {
                    exemplar.LeftOut += ResourceJson.ReadSharedAttributes(ref reader, batch, batch.Exemplars.Attributes, state, ref exemplar.Attributes);
                }
                else if (reader.Is("timeUnixNano"u8))
                {
                    exemplar.Time = reader.ReadUInt64();
                }
                else if (reader.Is("traceId"u8))
                {
                    exemplar.TraceIdInvalid = !reader.ReadTraceId(state, out exemplar.TraceId);
                }
                else if (reader.Is("spanId"u8))
                {
                    exemplar.SpanIdInvalid = !reader.ReadSpanId(state, out exemplar.SpanId);
                }
                else if (!ReadNumber(ref reader, ref exemplar.NumberType, ref exemplar.Double, ref exemplar.Int))
                {
                    reader.Skip();
                }
            }

            row.AddExemplar(batch, state, exemplar);
        }
    }

    private static void ReadCounts(ref Utf8JsonReader reader, Column<ulong> counts, DecodeState state, ref int length)
    {
        if (reader.BeginArray())
        {
            while (reader.NextNumber())
            {
                Add(counts, JsonFields.UInt64(ref reader), state, ref length);
            }
        }
    }

    /// <summary>Adds one number of a list, unless the point has too many already.</summary>
    private static void Add<T>(Column<T> values, T value, DecodeState state, ref int length)
        where T : unmanaged
    {
        if (length >= state.Limits.MaxBuckets)
        {
            state.Refuse(DecodeIssue.TooManyBuckets);
            return;
        }

        length++;
        values.Add(value);
    }

    /// <summary>How long the point's two lists of numbers are so far.</summary>
    private struct ListLengths
    {
        public int First;
        public int Second;
    }
}
