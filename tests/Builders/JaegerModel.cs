using System.Buffers.Binary;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Jaeger.ApiV2;

namespace Clew.Testing;

/// <summary>A tag of Jaeger's model; the value is a string, bool, long, double or byte[].</summary>
internal sealed record JaegerModelTag(string Key, object Value);

internal sealed record JaegerModelLog(long Microseconds, IReadOnlyList<JaegerModelTag> Fields);

internal sealed record JaegerModelReference(ulong TraceHigh, ulong TraceLow, ulong Span, bool FollowsFrom);

/// <summary>A span of Jaeger's model. Times are microseconds.</summary>
internal sealed record JaegerModelSpan(ulong TraceHigh, ulong TraceLow, ulong Span, ulong Parent, string Name)
{
    public int Flags { get; init; }

    public long Start { get; init; } = 1_700_000_000_000_000;

    public long Duration { get; init; }

    public IReadOnlyList<JaegerModelTag> Tags { get; init; } = [];

    public IReadOnlyList<JaegerModelLog> Logs { get; init; } = [];

    public IReadOnlyList<JaegerModelReference> References { get; init; } = [];
}

/// <summary>A batch of Jaeger's model and its bytes in every format that carries it.</summary>
internal sealed record JaegerModelBatch(string Service, IReadOnlyList<JaegerModelTag> ProcessTags, IReadOnlyList<JaegerModelSpan> Spans)
{
    public byte[] ToThrift(bool compact)
    {
        var writer = new ThriftWriter(compact);
        WriteBatch(writer);
        return writer.ToArray();
    }

    /// <summary>A call of the agent's emitBatch.</summary>
    public byte[] ToAgentMessage(bool compact)
    {
        var writer = new ThriftWriter(compact).Message("emitBatch").BeginStruct().Field(1, ThriftWriter.Struct);
        WriteBatch(writer);
        return writer.EndStruct().ToArray();
    }

    /// <param name="processPerSpan">Jaeger's own components say the process with every span.</param>
    public byte[] ToProtobuf(bool processPerSpan = false)
    {
        var process = new Process { ServiceName = Service };
        process.Tags.AddRange(ProcessTags.Select(Protobuf));
        var batch = new Batch();
        foreach (var span in Spans)
        {
            var written = Protobuf(span);
            written.Process = processPerSpan ? process : null;
            batch.Spans.Add(written);
        }

        batch.Process = processPerSpan ? null : process;
        return new PostSpansRequest { Batch = batch }.ToByteArray();
    }

    private static Span Protobuf(JaegerModelSpan span)
    {
        var written = new Span
        {
            TraceId = TraceBytes(span.TraceHigh, span.TraceLow),
            SpanId = SpanBytes(span.Span),
            OperationName = span.Name,
            Flags = (uint)span.Flags,
            StartTime = new Timestamp { Seconds = span.Start / 1_000_000, Nanos = (int)(span.Start % 1_000_000 * 1_000) },
            Duration = new Duration { Seconds = span.Duration / 1_000_000, Nanos = (int)(span.Duration % 1_000_000 * 1_000) },
        };
        if (span.Parent != 0)
        {
            written.References.Add(new SpanRef { TraceId = written.TraceId, SpanId = SpanBytes(span.Parent) });
        }

        foreach (var reference in span.References)
        {
            written.References.Add(new SpanRef { TraceId = TraceBytes(reference.TraceHigh, reference.TraceLow), SpanId = SpanBytes(reference.Span), RefType = reference.FollowsFrom ? 1 : 0 });
        }

        written.Tags.AddRange(span.Tags.Select(Protobuf));
        foreach (var log in span.Logs)
        {
            var line = new Log { Timestamp = new Timestamp { Seconds = log.Microseconds / 1_000_000, Nanos = (int)(log.Microseconds % 1_000_000 * 1_000) } };
            line.Fields.AddRange(log.Fields.Select(Protobuf));
            written.Logs.Add(line);
        }

        return written;
    }

    private static KeyValue Protobuf(JaegerModelTag tag) => tag.Value switch
    {
        string text => new KeyValue { Key = tag.Key, VType = 0, VStr = text },
        bool truth => new KeyValue { Key = tag.Key, VType = 1, VBool = truth },
        long number => new KeyValue { Key = tag.Key, VType = 2, VInt64 = number },
        double number => new KeyValue { Key = tag.Key, VType = 3, VFloat64 = number },
        byte[] bytes => new KeyValue { Key = tag.Key, VType = 4, VBinary = ByteString.CopyFrom(bytes) },
        _ => throw new ArgumentException($"{tag.Value.GetType()} is no type of Jaeger's tags"),
    };

    private static ByteString TraceBytes(ulong high, ulong low)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), low);
        return ByteString.CopyFrom(bytes);
    }

    private static ByteString SpanBytes(ulong id)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, id);
        return ByteString.CopyFrom(bytes);
    }

    private void WriteBatch(ThriftWriter writer)
    {
        writer.BeginStruct().Field(1, ThriftWriter.Struct).BeginStruct().Field(1, Service);
        if (ProcessTags.Count > 0)
        {
            WriteTags(writer, 2, ProcessTags);
        }

        writer.EndStruct().ListField(2, ThriftWriter.Struct, Spans.Count);
        foreach (var span in Spans)
        {
            WriteSpan(writer, span);
        }

        writer.EndStruct();
    }

    private static void WriteSpan(ThriftWriter writer, JaegerModelSpan span)
    {
        writer.BeginStruct()
            .Field(1, (long)span.TraceLow)
            .Field(2, (long)span.TraceHigh)
            .Field(3, (long)span.Span)
            .Field(4, (long)span.Parent)
            .Field(5, span.Name);
        if (span.References.Count > 0)
        {
            writer.ListField(6, ThriftWriter.Struct, span.References.Count);
            foreach (var reference in span.References)
            {
                writer.BeginStruct()
                    .Field(1, reference.FollowsFrom ? 1 : 0)
                    .Field(2, (long)reference.TraceLow)
                    .Field(3, (long)reference.TraceHigh)
                    .Field(4, (long)reference.Span)
                    .EndStruct();
            }
        }

        writer.Field(7, span.Flags).Field(8, span.Start).Field(9, span.Duration);
        if (span.Tags.Count > 0)
        {
            WriteTags(writer, 10, span.Tags);
        }

        if (span.Logs.Count > 0)
        {
            writer.ListField(11, ThriftWriter.Struct, span.Logs.Count);
            foreach (var log in span.Logs)
            {
                writer.BeginStruct().Field(1, log.Microseconds);
                WriteTags(writer, 2, log.Fields);
                writer.EndStruct();
            }
        }

        writer.EndStruct();
    }

    private static void WriteTags(ThriftWriter writer, short field, IReadOnlyList<JaegerModelTag> tags)
    {
        writer.ListField(field, ThriftWriter.Struct, tags.Count);
        foreach (var tag in tags)
        {
            writer.BeginStruct().Field(1, tag.Key);
            switch (tag.Value)
            {
                case string text:
                    writer.Field(2, 0).Field(3, text);
                    break;
                case double number:
                    writer.Field(2, 1).Field(4, number);
                    break;
                case bool truth:
                    writer.Field(2, 2).Field(5, truth);
                    break;
                case long number:
                    writer.Field(2, 3).Field(6, number);
                    break;
                case byte[] bytes:
                    writer.Field(2, 4).Field(7, bytes);
                    break;
                default:
                    throw new ArgumentException($"{tag.Value.GetType()} is no type of Jaeger's tags");
            }

            writer.EndStruct();
        }
    }
}
