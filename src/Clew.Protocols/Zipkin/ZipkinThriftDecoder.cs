using System.Buffers.Binary;
using Clew.Protocols.Decoding;
using Clew.Protocols.Thrift;
using Clew.Telemetry;

namespace Clew.Protocols.Zipkin;

/// <summary>Walks through a Thrift list of spans of Zipkin's version 1 (zipkin-api, <c>thrift/zipkinCore.thrift</c>).</summary>
internal static class ZipkinThriftDecoder
{
    /// <summary>Reads the list at the position.</summary>
    public static void ReadSpans(ref ThriftReader reader, ZipkinSpanReader spans)
    {
        var span = new ZipkinV1Span(spans);
        var left = reader.BeginList(out var element);
        if (left > 0 && element != ThriftType.Struct)
        {
            reader.Fail("the list is not one of spans", 0);
        }

        while (reader.NextStruct(ref left))
        {
            ReadSpan(ref reader, span);
        }
    }

    private static void ReadSpan(ref ThriftReader reader, ZipkinV1Span span)
    {
        long low = 0, high = 0;
        span.Begin();
        var outer = reader.BeginStruct();
        while (reader.NextField(out var field))
        {
            switch (field)
            {
                case (1, ThriftType.Int64):
                    low = reader.ReadInt64();
                    break;
                case (3, ThriftType.Binary):
                    span.Name = span.State.Name(span.Batch, reader.ReadBinary());
                    break;
                case (4, ThriftType.Int64):
                    span.SpanId = new SpanId((ulong)reader.ReadInt64());
                    break;
                case (5, ThriftType.Int64):
                    span.Parent = new SpanId((ulong)reader.ReadInt64());
                    break;
                case (6, ThriftType.List):
                    ReadAnnotations(ref reader, span);
                    break;
                case (8, ThriftType.List):
                    ReadBinaryAnnotations(ref reader, span);
                    break;
                case (9, ThriftType.Bool):
                    span.IsDebug = reader.ReadBool();
                    break;
                case (10, ThriftType.Int64):
                    span.Timestamp = reader.ReadInt64();
                    break;
                case (11, ThriftType.Int64):
                    span.Duration = reader.ReadInt64();
                    break;
                case (12, ThriftType.Int64):
                    high = reader.ReadInt64();
                    break;
                default:
                    reader.Skip(field.Type);
                    break;
            }
        }

        reader.EndStruct(outer);
        span.TraceId = new TraceId((ulong)high, (ulong)low);
        if (!reader.Failed)
        {
            span.End();
        }
    }

    private static void ReadAnnotations(ref ThriftReader reader, ZipkinV1Span span)
    {
        reader.BeginStructs(out var left);
        while (reader.NextStruct(ref left))
        {
            long time = 0;
            var endpoint = -1;
            var value = TextRef.Empty;
            var outer = reader.BeginStruct();
            while (reader.NextField(out var field))
            {
                switch (field)
                {
                    case (1, ThriftType.Int64):
                        time = reader.ReadInt64();
                        break;
                    case (2, ThriftType.Binary):
                        value = span.Batch.Arena.Add(reader.ReadBinary());
                        break;
                    case (3, ThriftType.Struct):
                        endpoint = ReadEndpoint(ref reader, span);
                        break;
                    default:
                        reader.Skip(field.Type);
                        break;
                }
            }

            reader.EndStruct(outer);
            span.AddAnnotation(time, value, endpoint);
        }
    }

    private static void ReadBinaryAnnotations(ref ThriftReader reader, ZipkinV1Span span)
    {
        reader.BeginStructs(out var left);
        while (reader.NextStruct(ref left))
        {
            var type = 0;
            var endpoint = -1;
            ReadOnlySpan<byte> key = default;
            ReadOnlySpan<byte> value = default;
            var outer = reader.BeginStruct();
            while (reader.NextField(out var field))
            {
                switch (field)
                {
                    case (1, ThriftType.Binary):
                        key = reader.ReadBinary();
                        break;
                    case (2, ThriftType.Binary):
                        value = reader.ReadBinary();
                        break;
                    case (3, ThriftType.Int32):
                        type = reader.ReadInt32();
                        break;
                    case (4, ThriftType.Struct):
                        endpoint = ReadEndpoint(ref reader, span);
                        break;
                    default:
                        reader.Skip(field.Type);
                        break;
                }
            }

            reader.EndStruct(outer);
            span.State.Refuse(AttributeRow.Key(span.Batch, span.State, key, out var number));
            var isTrue = type == AnnotationType.Bool && value is [1];
            span.AddTag(number, TextOf(type, value, span.Batch.Arena), endpoint, isTrue);
        }
    }

    private static int ReadEndpoint(ref ThriftReader reader, ZipkinV1Span span)
    {
        Span<byte> ipv4 = stackalloc byte[sizeof(int)];
        var endpoint = default(ZipkinEndpoint);
        var outer = reader.BeginStruct();
        while (reader.NextField(out var field))
        {
            switch (field)
            {
                case (1, ThriftType.Int32):
                    BinaryPrimitives.WriteInt32BigEndian(ipv4, reader.ReadInt32());

                    // Zero is how writers leave it out.
                    endpoint.SetAddressBytes(ipv4.IndexOfAnyExcept((byte)0) < 0 ? default : ipv4, span.Batch.Arena, span.State);
                    break;
                case (2, ThriftType.Int16):
                    endpoint.SetPort((ushort)reader.ReadInt16(), span.State);
                    break;
                case (3, ThriftType.Binary):
                    endpoint.SetService(reader.ReadBinary(), span.Batch, span.State);
                    break;
                case (4, ThriftType.Binary):
                    endpoint.SetAddressBytes(reader.ReadBinary(), span.Batch.Arena, span.State);
                    break;
                default:
                    reader.Skip(field.Type);
                    break;
            }
        }

        reader.EndStruct(outer);
        return span.Add(endpoint);
    }

    /// <summary>Numbers and bools as people write them; bytes, and numbers of a wrong length, in base64.</summary>
    private static TextRef TextOf(int type, ReadOnlySpan<byte> value, TextArena arena) => type switch
    {
        AnnotationType.String => arena.Add(value),
        AnnotationType.Bool when value.Length == 1 => arena.Add(value[0] == 1 ? AttributeText.True : AttributeText.False),
        AnnotationType.Int16 when value.Length == sizeof(short) => arena.Add((long)BinaryPrimitives.ReadInt16BigEndian(value)),
        AnnotationType.Int32 when value.Length == sizeof(int) => arena.Add((long)BinaryPrimitives.ReadInt32BigEndian(value)),
        AnnotationType.Int64 when value.Length == sizeof(long) => arena.Add(BinaryPrimitives.ReadInt64BigEndian(value)),
        AnnotationType.Double when value.Length == sizeof(double) => arena.Add(BinaryPrimitives.ReadDoubleBigEndian(value)),
        _ => arena.AddBase64(value),
    };

    /// <summary>The numbers of zipkinCore's AnnotationType.</summary>
    private static class AnnotationType
    {
        public const int Bool = 0;
        public const int Int16 = 2;
        public const int Int32 = 3;
        public const int Int64 = 4;
        public const int Double = 5;
        public const int String = 6;
    }
}
