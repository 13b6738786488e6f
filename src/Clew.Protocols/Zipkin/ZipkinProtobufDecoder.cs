using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Zipkin;

/// <summary>Walks through <c>zipkin.proto3.ListOfSpans</c> (zipkin-api, <c>zipkin.proto</c>).</summary>
internal static class ZipkinProtobufDecoder
{
    public static void ReadSpans(ref ProtobufReader reader, ZipkinSpanReader spans)
    {
        while (reader.NextField(Tags.List.Spans))
        {
            ReadSpan(ref reader, spans);
        }
    }

    private static void ReadSpan(ref ProtobufReader reader, ZipkinSpanReader spans)
    {
        var state = spans.State;
        spans.BeginSpan();
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Tags.Span.TraceId:
                    spans.TraceId(TraceIdOf(reader.ReadBytes(), state));
                    break;
                case Tags.Span.ParentId:
                    spans.Parent(SpanIdOf(reader.ReadBytes(), DecodeIssue.ParentSpanIdLength, state));
                    break;
                case Tags.Span.Id:
                    spans.SpanId(SpanIdOf(reader.ReadBytes(), DecodeIssue.SpanIdLength, state));
                    break;
                case Tags.Span.Kind:
                    spans.Kind(KindOf(reader.ReadInt32(), state));
                    break;
                case Tags.Span.Name:
                    spans.Name(reader.ReadBytes());
                    break;
                case Tags.Span.Timestamp:
                    spans.Timestamp(Clamped(reader.ReadFixed64()));
                    break;
                case Tags.Span.Duration:
                    spans.Duration(Clamped(reader.ReadVarint()));
                    break;
                case Tags.Span.LocalEndpoint:
                    ReadEndpoint(ref reader, spans, ref spans.Local);
                    break;
                case Tags.Span.RemoteEndpoint:
                    ReadEndpoint(ref reader, spans, ref spans.Remote);
                    break;
                case Tags.Span.Annotations:
                    ReadAnnotation(ref reader, spans);
                    break;
                case Tags.Span.Tags:
                    reader.ReadPair(out var key, out var value);
                    spans.Tag(key, value);
                    break;
                case Tags.Span.Debug:
                    spans.IsDebug = reader.ReadVarint() != 0;
                    break;
                case Tags.Span.Shared:
                    spans.IsShared = reader.ReadVarint() != 0;
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        if (!reader.Failed)
        {
            spans.EndSpan();
        }
    }

    private static void ReadEndpoint(ref ProtobufReader reader, ZipkinSpanReader spans, ref ZipkinEndpoint endpoint)
    {
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Tags.Endpoint.ServiceName:
                    endpoint.SetService(reader.ReadBytes(), spans.Batch, spans.State);
                    break;
                case Tags.Endpoint.Ipv4 or Tags.Endpoint.Ipv6:
                    endpoint.SetAddressBytes(reader.ReadBytes(), spans.Batch.Arena, spans.State);
                    break;
                case Tags.Endpoint.Port:
                    endpoint.SetPort(reader.ReadInt32(), spans.State);
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
    }

    private static void ReadAnnotation(ref ProtobufReader reader, ZipkinSpanReader spans)
    {
        long time = 0;
        ReadOnlySpan<byte> value = default;
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Tags.Annotation.Timestamp:
                    time = Clamped(reader.ReadFixed64());
                    break;
                case Tags.Annotation.Value:
                    value = reader.ReadBytes();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        spans.Annotation(time, value);
    }

    /// <summary>Beyond what a signed number holds is beyond every time we keep.</summary>
    private static long Clamped(ulong microseconds) => (long)Math.Min(microseconds, long.MaxValue);

    private static SpanKind KindOf(int kind, DecodeState state)
    {
        switch (kind)
        {
            case 0:
                return SpanKind.Unspecified;
            case 1:
                return SpanKind.Client;
            case 2:
                return SpanKind.Server;
            case 3:
                return SpanKind.Producer;
            case 4:
                return SpanKind.Consumer;
            default:
                state.Warn(DecodeIssue.UnknownEnumNumber);
                return SpanKind.Unspecified;
        }
    }

    private static TraceId TraceIdOf(ReadOnlySpan<byte> bytes, DecodeState state)
    {
        if (!WireIds.TryReadEither(bytes, out var id))
        {
            state.Refuse(DecodeIssue.TraceIdLength);
        }

        return id;
    }

    private static SpanId SpanIdOf(ReadOnlySpan<byte> bytes, DecodeIssue issue, DecodeState state)
    {
        if (!WireIds.TryRead(bytes, out SpanId id))
        {
            state.Refuse(issue);
        }

        return id;
    }

    /// <summary>Field numbers and wire types as tags.</summary>
    private static class Tags
    {
        private const int Varint = 0;
        private const int Fixed64 = 1;
        private const int Length = 2;

        public static class List
        {
            public const uint Spans = (1 << 3) | Length;
        }

        public static class Span
        {
            public const uint TraceId = (1 << 3) | Length;
            public const uint ParentId = (2 << 3) | Length;
            public const uint Id = (3 << 3) | Length;
            public const uint Kind = (4 << 3) | Varint;
            public const uint Name = (5 << 3) | Length;
            public const uint Timestamp = (6 << 3) | Fixed64;
            public const uint Duration = (7 << 3) | Varint;
            public const uint LocalEndpoint = (8 << 3) | Length;
            public const uint RemoteEndpoint = (9 << 3) | Length;
            public const uint Annotations = (10 << 3) | Length;
            public const uint Tags = (11 << 3) | Length;
            public const uint Debug = (12 << 3) | Varint;
            public const uint Shared = (13 << 3) | Varint;
        }

        public static class Endpoint
        {
            public const uint ServiceName = (1 << 3) | Length;
            public const uint Ipv4 = (2 << 3) | Length;
            public const uint Ipv6 = (3 << 3) | Length;
            public const uint Port = (4 << 3) | Varint;
        }

        public static class Annotation
        {
            public const uint Timestamp = (1 << 3) | Fixed64;
            public const uint Value = (2 << 3) | Length;
        }
    }
}
