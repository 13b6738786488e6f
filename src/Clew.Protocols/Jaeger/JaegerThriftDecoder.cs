using Clew.Protocols.Decoding;
using Clew.Protocols.Thrift;
using Clew.Telemetry;

namespace Clew.Protocols.Jaeger;

/// <summary>Walks through Jaeger's Thrift structs (jaeger-idl, <c>thrift/jaeger.thrift</c>).</summary>
internal static class JaegerThriftDecoder
{
    private const long NanosecondsPerMicrosecond = 1_000;

    /// <summary>Reads a Batch at the position.</summary>
    public static void ReadBatch(ref ThriftReader reader, SpanBatch batch, DecodeState state)
    {
        var spans = new JaegerSpanReader(batch, state);
        spans.BeginProcess();
        var outer = reader.BeginStruct();
        while (reader.NextField(out var field))
        {
            if (field.Is(1, ThriftType.Struct))
            {
                // A second process would be a broken writer's: the last one counts.
                spans.DropProcess();
                ReadProcess(ref reader, spans);
            }
            else if (field.Is(2, ThriftType.List))
            {
                reader.BeginStructs(out var left);
                while (reader.NextStruct(ref left))
                {
                    ReadSpan(ref reader, spans);
                }
            }
            else
            {
                reader.Skip(field.Type);
            }
        }

        reader.EndStruct(outer);
        spans.EndProcess();
    }

    private static void ReadProcess(ref ThriftReader reader, JaegerSpanReader spans)
    {
        spans.BeginProcess();
        var outer = reader.BeginStruct();
        while (reader.NextField(out var field))
        {
            if (field.Is(1, ThriftType.Binary))
            {
                spans.ServiceName(reader.ReadBinary());
            }
            else if (field.Is(2, ThriftType.List))
            {
                reader.BeginStructs(out var left);
                while (NextTag(ref reader, ref left, out var tag))
                {
                    spans.ProcessTag(tag);
                }
            }
            else
            {
                reader.Skip(field.Type);
            }
        }

        reader.EndStruct(outer);
    }

    private static void ReadSpan(ref ThriftReader reader, JaegerSpanReader spans)
    {
        long low = 0, high = 0;
        spans.BeginSpan();
        var outer = reader.BeginStruct();
        while (reader.NextField(out var field))
        {
            switch (field)
            {
                case (1, ThriftType.Int64):
                    low = reader.ReadInt64();
                    break;
                case (2, ThriftType.Int64):
                    high = reader.ReadInt64();
                    break;
                case (3, ThriftType.Int64):
                    spans.SpanId(new SpanId((ulong)reader.ReadInt64()));
                    break;
                case (4, ThriftType.Int64):
                    spans.Parent(new SpanId((ulong)reader.ReadInt64()));
                    break;
                case (5, ThriftType.Binary):
                    spans.Name(reader.ReadBinary());
                    break;
                case (6, ThriftType.List):
                    ReadReferences(ref reader, spans);
                    break;
                case (7, ThriftType.Int32):
                    spans.Flags((uint)reader.ReadInt32());
                    break;
                case (8, ThriftType.Int64):
                    spans.Start(Nanoseconds(reader.ReadInt64()));
                    break;
                case (9, ThriftType.Int64):
                    spans.Duration(Nanoseconds(reader.ReadInt64()));
                    break;
                case (10, ThriftType.List):
                    reader.BeginStructs(out var left);
                    while (NextTag(ref reader, ref left, out var tag))
                    {
                        spans.Tag(tag);
                    }

                    break;
                case (11, ThriftType.List):
                    ReadLogs(ref reader, spans);
                    break;
                default:
                    reader.Skip(field.Type);
                    break;
            }
        }

        reader.EndStruct(outer);
        spans.TraceId(new TraceId((ulong)high, (ulong)low));
        if (!reader.Failed)
        {
            spans.EndSpan();
        }
    }

    private static void ReadReferences(ref ThriftReader reader, JaegerSpanReader spans)
    {
        reader.BeginStructs(out var left);
        while (reader.NextStruct(ref left))
        {
            long low = 0, high = 0, span = 0;
            var type = 0;
            var outer = reader.BeginStruct();
            while (reader.NextField(out var field))
            {
                switch (field)
                {
                    case (1, ThriftType.Int32):
                        type = reader.ReadInt32();
                        break;
                    case (2, ThriftType.Int64):
                        low = reader.ReadInt64();
                        break;
                    case (3, ThriftType.Int64):
                        high = reader.ReadInt64();
                        break;
                    case (4, ThriftType.Int64):
                        span = reader.ReadInt64();
                        break;
                    default:
                        reader.Skip(field.Type);
                        break;
                }
            }

            reader.EndStruct(outer);
            spans.Reference(new JaegerReference(new TraceId((ulong)high, (ulong)low), new SpanId((ulong)span), IsFollowsFrom: type == 1, IsInvalid: (low | high) == 0 || span == 0));
        }
    }

    private static void ReadLogs(ref ThriftReader reader, JaegerSpanReader spans)
    {
        reader.BeginStructs(out var left);
        while (reader.NextStruct(ref left))
        {
            long time = 0;
            spans.BeginLog();
            var outer = reader.BeginStruct();
            while (reader.NextField(out var field))
            {
                if (field.Is(1, ThriftType.Int64))
                {
                    time = reader.ReadInt64();
                }
                else if (field.Is(2, ThriftType.List))
                {
                    reader.BeginStructs(out var fields);
                    while (NextTag(ref reader, ref fields, out var tag))
                    {
                        spans.LogField(tag);
                    }
                }
                else
                {
                    reader.Skip(field.Type);
                }
            }

            reader.EndStruct(outer);
            spans.EndLog(Nanoseconds(time));
        }
    }

    /// <summary>The next tag of the list that was begun; false at its end or after a failure.</summary>
    private static bool NextTag(ref ThriftReader reader, ref int left, out JaegerTag tag)
    {
        tag = default;
        if (!reader.NextStruct(ref left))
        {
            return false;
        }

        var outer = reader.BeginStruct();
        while (reader.NextField(out var field))
        {
            switch (field)
            {
                case (1, ThriftType.Binary):
                    tag.Key = reader.ReadBinary();
                    break;
                case (2, ThriftType.Int32):
                    tag.Type = reader.ReadInt32() is var type and >= 0 and <= 4 ? (JaegerTagType)type : JaegerTagType.Unknown;
                    break;
                case (3, ThriftType.Binary):
                    tag.Text = reader.ReadBinary();
                    break;
                case (4, ThriftType.Double):
                    tag.Double = reader.ReadDouble();
                    break;
                case (5, ThriftType.Bool):
                    tag.Bool = reader.ReadBool();
                    break;
                case (6, ThriftType.Int64):
                    tag.Int = reader.ReadInt64();
                    break;
                case (7, ThriftType.Binary):
                    tag.Bytes = reader.ReadBinary();
                    break;
                default:
                    reader.Skip(field.Type);
                    break;
            }
        }

        reader.EndStruct(outer);
        return !reader.Failed;
    }

    /// <summary>What does not fit becomes the farthest time there is, which the span is then refused for.</summary>
    private static long Nanoseconds(long microseconds) =>
        microseconds > long.MaxValue / NanosecondsPerMicrosecond ? long.MaxValue
        : microseconds < long.MinValue / NanosecondsPerMicrosecond ? long.MinValue
        : microseconds * NanosecondsPerMicrosecond;
}
