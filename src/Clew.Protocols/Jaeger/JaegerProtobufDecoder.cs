using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Jaeger;

/// <summary>Walks through <c>jaeger.api_v2.PostSpansRequest</c> (jaeger-idl, <c>proto/api_v2</c>: <c>collector.proto</c>, <c>model.proto</c>).</summary>
internal static class JaegerProtobufDecoder
{
    /// <summary>Stands in the resource column for "the batch's process", until that is read.</summary>
    private const int OfBatch = -1;

    public static void ReadRequest(ref ProtobufReader reader, SpanBatch batch, DecodeState state)
    {
        var spans = new JaegerSpanReader(batch, state);
        while (reader.NextField(Tags.Request.Batch))
        {
            ReadBatch(ref reader, batch, spans);
        }
    }

    /// <summary>The process usually follows its spans; it is read when they are there and only if one of them needs it.</summary>
    private static void ReadBatch(ref ProtobufReader reader, SpanBatch batch, JaegerSpanReader spans)
    {
        var first = batch.ResourceIndexes.Count;
        var process = -1;
        var outer = reader.Enter();
        while (true)
        {
            var at = reader.Position;
            if (!reader.NextField(out var tag))
            {
                break;
            }

            switch (tag)
            {
                case Tags.Batch.Spans:
                    ReadSpan(ref reader, batch, spans);
                    break;
                case Tags.Batch.Process:
                    process = at;
                    reader.ReadBytes();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        if (!reader.Failed && batch.ResourceIndexes.Values[first..].Contains(OfBatch))
        {
            var end = reader.Position;
            spans.BeginProcess();
            if (process >= 0)
            {
                reader.Rewind(process);
                reader.NextField(out _);
                ReadProcess(ref reader, spans);
                reader.Rewind(end);
            }

            var resource = spans.EndProcessOfOne();
            for (var row = first; row < batch.ResourceIndexes.Count; row++)
            {
                ref var index = ref batch.ResourceIndexes[row];
                index = index == OfBatch ? resource : index;
            }
        }

        reader.Leave(outer);
    }

    private static void ReadProcess(ref ProtobufReader reader, JaegerSpanReader spans)
    {
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Tags.Process.ServiceName:
                    spans.ServiceName(reader.ReadBytes());
                    break;
                case Tags.Process.Tags:
                    spans.ProcessTag(ReadTag(ref reader));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
    }

    private static void ReadSpan(ref ProtobufReader reader, SpanBatch batch, JaegerSpanReader spans)
    {
        var resources = batch.Resources.Count;
        var resource = OfBatch;
        spans.BeginSpan();
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Tags.Span.TraceId:
                    var isTraceId = WireIds.TryReadEither(reader.ReadBytes(), out var traceId);
                    spans.TraceId(traceId, !isTraceId);
                    break;
                case Tags.Span.SpanId:
                    var isSpanId = WireIds.TryRead(reader.ReadBytes(), out SpanId spanId);
                    spans.SpanId(spanId, !isSpanId);
                    break;
                case Tags.Span.Name:
                    spans.Name(reader.ReadBytes());
                    break;
                case Tags.Span.References:
                    ReadReference(ref reader, spans);
                    break;
                case Tags.Span.Flags:
                    spans.Flags(reader.ReadUInt32());
                    break;
                case Tags.Span.Start:
                    spans.Start(reader.ReadNanoseconds());
                    break;
                case Tags.Span.Duration:
                    spans.Duration(reader.ReadNanoseconds());
                    break;
                case Tags.Span.Tags:
                    spans.Tag(ReadTag(ref reader));
                    break;
                case Tags.Span.Logs:
                    ReadLog(ref reader, spans);
                    break;
                case Tags.Span.Process:
                    spans.BeginProcess();
                    ReadProcess(ref reader, spans);
                    resource = spans.EndProcessOfOne();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        if (reader.Failed)
        {
            return;
        }

        if (spans.EndSpan())
        {
            batch.ResourceIndexes.Add(resource);
        }
        else if (batch.Resources.Count > resources)
        {
            spans.ForgetProcesses(resources);
        }
    }

    private static void ReadReference(ref ProtobufReader reader, JaegerSpanReader spans)
    {
        var trace = default(TraceId);
        var span = default(SpanId);
        bool traceInvalid = false, spanInvalid = false;
        var type = 0;
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Tags.Reference.TraceId:
                    traceInvalid = !WireIds.TryReadEither(reader.ReadBytes(), out trace);
                    break;
                case Tags.Reference.SpanId:
                    spanInvalid = !WireIds.TryRead(reader.ReadBytes(), out span);
                    break;
                case Tags.Reference.Type:
                    type = reader.ReadInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        spans.Reference(new JaegerReference(trace, span, IsFollowsFrom: type == 1, IsInvalid: traceInvalid || spanInvalid || trace.IsEmpty || span.IsEmpty));
    }

    private static void ReadLog(ref ProtobufReader reader, JaegerSpanReader spans)
    {
        long time = 0;
        spans.BeginLog();
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Tags.Log.Time:
                    time = reader.ReadNanoseconds();
                    break;
                case Tags.Log.Fields:
                    spans.LogField(ReadTag(ref reader));
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        spans.EndLog(time);
    }

    private static JaegerTag ReadTag(ref ProtobufReader reader)
    {
        var read = default(JaegerTag);
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case Tags.KeyValue.Key:
                    read.Key = reader.ReadBytes();
                    break;
                case Tags.KeyValue.Type:
                    read.Type = reader.ReadInt32() switch
                    {
                        0 => JaegerTagType.String,
                        1 => JaegerTagType.Bool,
                        2 => JaegerTagType.Int,
                        3 => JaegerTagType.Double,
                        4 => JaegerTagType.Binary,
                        _ => JaegerTagType.Unknown,
                    };
                    break;
                case Tags.KeyValue.String:
                    read.Text = reader.ReadBytes();
                    break;
                case Tags.KeyValue.Bool:
                    read.Bool = reader.ReadVarint() != 0;
                    break;
                case Tags.KeyValue.Int:
                    read.Int = (long)reader.ReadVarint();
                    break;
                case Tags.KeyValue.Double:
                    read.Double = reader.ReadDouble();
                    break;
                case Tags.KeyValue.Binary:
                    read.Bytes = reader.ReadBytes();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        return read;
    }

    /// <summary>Field numbers and wire types as tags.</summary>
    private static class Tags
    {
        private const int Varint = 0;
        private const int Fixed64 = 1;
        private const int Length = 2;

        public static class Request
        {
            public const uint Batch = (1 << 3) | Length;
        }

        public static class Batch
        {
            public const uint Spans = (1 << 3) | Length;
            public const uint Process = (2 << 3) | Length;
        }

        public static class Process
        {
            public const uint ServiceName = (1 << 3) | Length;
            public const uint Tags = (2 << 3) | Length;
        }

        public static class Span
        {
            public const uint TraceId = (1 << 3) | Length;
            public const uint SpanId = (2 << 3) | Length;
            public const uint Name = (3 << 3) | Length;
            public const uint References = (4 << 3) | Length;
            public const uint Flags = (5 << 3) | Varint;
            public const uint Start = (6 << 3) | Length;
            public const uint Duration = (7 << 3) | Length;
            public const uint Tags = (8 << 3) | Length;
            public const uint Logs = (9 << 3) | Length;
            public const uint Process = (10 << 3) | Length;
        }

        public static class Reference
        {
            public const uint TraceId = (1 << 3) | Length;
            public const uint SpanId = (2 << 3) | Length;
            public const uint Type = (3 << 3) | Varint;
        }

        public static class Log
        {
            public const uint Time = (1 << 3) | Length;
            public const uint Fields = (2 << 3) | Length;
        }

        public static class KeyValue
        {
            public const uint Key = (1 << 3) | Length;
            public const uint Type = (2 << 3) | Varint;
            public const uint String = (3 << 3) | Length;
            public const uint Bool = (4 << 3) | Varint;
            public const uint Int = (5 << 3) | Varint;
            public const uint Double = (6 << 3) | Fixed64;
            public const uint Binary = (7 << 3) | Length;
        }
    }
}
