using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Protobuf;

/// <summary>Reads data points of every kind, and their exemplars, whose message was entered.</summary>
internal static class PointProtobuf
{
    public static void Read(ref ProtobufReader reader, MetricBatch batch, DecodeState state, MetricKind kind, ref PointRow row)
    {
        switch (kind)
        {
            case MetricKind.Histogram:
                ReadHistogram(ref reader, batch, state, ref row);
                break;
            case MetricKind.ExponentialHistogram:
                ReadExponential(ref reader, batch, state, ref row);
                break;
            case MetricKind.Summary:
                ReadSummary(ref reader, batch, state, ref row);
                break;
            default:
                ReadNumber(ref reader, batch, state, ref row);
                break;
        }
    }

    private static void ReadNumber(ref ProtobufReader reader, MetricBatch batch, DecodeState state, ref PointRow row)
    {
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.Point.StartTime:
                    row.StartTime = reader.ReadFixed64();
                    break;
                case OtlpTags.Point.Time:
                    row.Time = reader.ReadFixed64();
                    break;
                case OtlpTags.NumberPoint.AsDouble:
                    row.NumberType = NumberType.Double;
                    row.Double = reader.ReadDouble();
                    row.Int = 0;
                    break;
                case OtlpTags.NumberPoint.AsInt:
                    row.NumberType = NumberType.Int;
                    row.Int = (long)reader.ReadFixed64();
                    row.Double = row.Int;
                    break;
                case OtlpTags.NumberPoint.Attributes:
                    ResourceProtobuf.ReadRecordAttribute(ref reader, batch, batch.Series.Attributes, state, ref row.Attributes);
                    break;
                case OtlpTags.NumberPoint.Exemplars:
                    ReadExemplar(ref reader, batch, state, ref row);
                    break;
                case OtlpTags.NumberPoint.Flags:
                    row.Flags = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    private static void ReadHistogram(ref ProtobufReader reader, MetricBatch batch, DecodeState state, ref PointRow row)
    {
        var bounds = 0;
        var buckets = 0;
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.Point.StartTime:
                    row.StartTime = reader.ReadFixed64();
                    break;
                case OtlpTags.Point.Time:
                    row.Time = reader.ReadFixed64();
                    break;
                case OtlpTags.HistogramPoint.Count:
                    row.Count = reader.ReadFixed64();
                    break;
                case OtlpTags.HistogramPoint.Sum:
                    row.Parts |= HistogramParts.Sum;
                    row.Sum = reader.ReadDouble();
                    break;
                case OtlpTags.HistogramPoint.Min:
                    row.Parts |= HistogramParts.Min;
                    row.Min = reader.ReadDouble();
                    break;
                case OtlpTags.HistogramPoint.Max:
                    row.Parts |= HistogramParts.Max;
                    row.Max = reader.ReadDouble();
                    break;
                case OtlpTags.HistogramPoint.BucketCounts:
                    AddBucket(state, batch.Histograms.BucketCounts.Values, ref buckets, reader.ReadFixed64());
                    break;
                case OtlpTags.HistogramPoint.BucketCountsPacked:
                    var outer = reader.Enter();
                    while (reader.HasMore)
                    {
                        AddBucket(state, batch.Histograms.BucketCounts.Values, ref buckets, reader.ReadFixed64());
                    }

                    reader.Leave(outer);
                    break;
                case OtlpTags.HistogramPoint.Bounds:
                    AddBucket(state, batch.Histograms.Bounds.Values, ref bounds, reader.ReadDouble());
                    break;
                case OtlpTags.HistogramPoint.BoundsPacked:
                    outer = reader.Enter();
                    while (reader.HasMore)
                    {
                        AddBucket(state, batch.Histograms.Bounds.Values, ref bounds, reader.ReadDouble());
                    }

                    reader.Leave(outer);
                    break;
                case OtlpTags.HistogramPoint.Exemplars:
                    ReadExemplar(ref reader, batch, state, ref row);
                    break;
                case OtlpTags.HistogramPoint.Attributes:
                    ResourceProtobuf.ReadRecordAttribute(ref reader, batch, batch.Series.Attributes, state, ref row.Attributes);
                    break;
                case OtlpTags.HistogramPoint.Flags:
                    row.Flags = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    private static void ReadExponential(ref ProtobufReader reader, MetricBatch batch, DecodeState state, ref PointRow row)
    {
        var positive = 0;
        var negative = 0;
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.ExponentialPoint.Attributes:
                    ResourceProtobuf.ReadRecordAttribute(ref reader, batch, batch.Series.Attributes, state, ref row.Attributes);
                    break;
                case OtlpTags.Point.StartTime:
                    row.StartTime = reader.ReadFixed64();
                    break;
                case OtlpTags.Point.Time:
                    row.Time = reader.ReadFixed64();
                    break;
                case OtlpTags.ExponentialPoint.Count:
                    row.Count = reader.ReadFixed64();
                    break;
                case OtlpTags.ExponentialPoint.Sum:
                    row.Parts |= HistogramParts.Sum;
                    row.Sum = reader.ReadDouble();
                    break;
                case OtlpTags.ExponentialPoint.Scale:
                    row.Scale = reader.ReadSInt32();
                    break;
                case OtlpTags.ExponentialPoint.ZeroCount:
                    row.ZeroCount = reader.ReadFixed64();
                    break;
                case OtlpTags.ExponentialPoint.Positive:
                    ReadBuckets(ref reader, state, batch.ExponentialHistograms.PositiveCounts.Values, ref positive, ref row.PositiveOffset);
                    break;
                case OtlpTags.ExponentialPoint.Negative:
                    ReadBuckets(ref reader, state, batch.ExponentialHistograms.NegativeCounts.Values, ref negative, ref row.NegativeOffset);
                    break;
                case OtlpTags.ExponentialPoint.Flags:
                    row.Flags = reader.ReadUInt32();
                    break;
                case OtlpTags.ExponentialPoint.Exemplars:
                    ReadExemplar(ref reader, batch, state, ref row);
                    break;
                case OtlpTags.ExponentialPoint.Min:
                    row.Parts |= HistogramParts.Min;
                    row.Min = reader.ReadDouble();
                    break;
                case OtlpTags.ExponentialPoint.Max:
                    row.Parts |= HistogramParts.Max;
                    row.Max = reader.ReadDouble();
                    break;
                case OtlpTags.ExponentialPoint.ZeroThreshold:
                    row.ZeroThreshold = reader.ReadDouble();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    private static void ReadBuckets(ref ProtobufReader reader, DecodeState state, Column<ulong> counts, ref int count, ref int offset)
    {
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.Buckets.Offset:
                    offset = reader.ReadSInt32();
                    break;
                case OtlpTags.Buckets.Counts:
                    AddBucket(state, counts, ref count, reader.ReadVarint());
                    break;
                case OtlpTags.Buckets.CountsPacked:
                    var packed = reader.Enter();
                    while (reader.HasMore)
                    {
                        AddBucket(state, counts, ref count, reader.ReadVarint());
                    }

                    reader.Leave(packed);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
    }

    private static void ReadSummary(ref ProtobufReader reader, MetricBatch batch, DecodeState state, ref PointRow row)
    {
        var quantiles = 0;
        var values = 0;
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.Point.StartTime:
                    row.StartTime = reader.ReadFixed64();
                    break;
                case OtlpTags.Point.Time:
                    row.Time = reader.ReadFixed64();
                    break;
                case OtlpTags.SummaryPoint.Count:
                    row.Count = reader.ReadFixed64();
                    break;
                case OtlpTags.SummaryPoint.Sum:
                    row.Sum = reader.ReadDouble();
                    break;
                case OtlpTags.SummaryPoint.Quantiles:
                    var (at, value) = ReadQuantile(ref reader);
                    AddBucket(state, batch.Summaries.Quantiles.Values, ref quantiles, at);
                    AddBucket(state, batch.Summaries.Values.Values, ref values, value);
                    break;
                case OtlpTags.SummaryPoint.Attributes:
                    ResourceProtobuf.ReadRecordAttribute(ref reader, batch, batch.Series.Attributes, state, ref row.Attributes);
                    break;
                case OtlpTags.SummaryPoint.Flags:
                    row.Flags = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }
    }

    private static (double At, double Value) ReadQuantile(ref ProtobufReader reader)
    {
        var at = 0.0;
        var value = 0.0;
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.Quantile.At:
                    at = reader.ReadDouble();
                    break;
                case OtlpTags.Quantile.Value:
                    value = reader.ReadDouble();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        return (at, value);
    }

    private static void ReadExemplar(ref ProtobufReader reader, MetricBatch batch, DecodeState state, ref PointRow row)
    {
        var exemplar = default(ExemplarRow);
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.Exemplar.Time:
                    exemplar.Time = reader.ReadFixed64();
                    break;
                case OtlpTags.Exemplar.AsDouble:
                    exemplar.NumberType = NumberType.Double;
                    exemplar.Double = reader.ReadDouble();
                    exemplar.Int = 0;
                    break;
                case OtlpTags.Exemplar.AsInt:
                    exemplar.NumberType = NumberType.Int;
                    exemplar.Int = (long)reader.ReadFixed64();
                    exemplar.Double = exemplar.Int;
                    break;
                case OtlpTags.Exemplar.SpanId:
                    exemplar.SpanIdInvalid = !WireIds.TryRead(reader.ReadBytes(), out exemplar.SpanId);
                    break;
                case OtlpTags.Exemplar.TraceId:
                    exemplar.TraceIdInvalid = !WireIds.TryRead(reader.ReadBytes(), out exemplar.TraceId);
                    break;
                case OtlpTags.Exemplar.Attributes:
                    exemplar.LeftOut += ResourceProtobuf.ReadSharedAttribute(ref reader, batch, batch.Exemplars.Attributes, state, ref exemplar.Attributes);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        row.AddExemplar(batch, state, exemplar);
    }

    /// <summary>Adds one number of a repeated field, unless the point has too many already.</summary>
    private static void AddBucket<T>(DecodeState state, Column<T> values, ref int count, T value)
        where T : unmanaged
    {
        if (count >= state.Limits.MaxBuckets)
        {
            state.Refuse(DecodeIssue.TooManyBuckets);
            return;
        }

        count++;
        values.Add(value);
    }
}
