using System.Buffers;
using Clew.Protocols.Protobuf;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Jaeger;

/// <summary>
/// Writes spans as <c>jaeger.api_v2.SpansResponseChunk</c>, by the field numbers of jaeger-idl's <c>model.proto</c>: each span with its process, times in full
/// resolution, the same tags and references as <see cref="JaegerTraceWriter"/>'s.
/// </summary>
public static class JaegerModelWriter
{
    private const uint ChunkSpan = (1 << 3) | 2;
    private const uint TraceIdTag = (1 << 3) | 2;
    private const uint SpanIdTag = (2 << 3) | 2;
    private const uint NameTag = (3 << 3) | 2;
    private const uint ReferenceTag = (4 << 3) | 2;
    private const uint FlagsTag = 5 << 3;
    private const uint StartTag = (6 << 3) | 2;
    private const uint DurationTag = (7 << 3) | 2;
    private const uint TagTag = (8 << 3) | 2;
    private const uint LogTag = (9 << 3) | 2;
    private const uint ProcessTag = (10 << 3) | 2;
    private const uint WarningTag = (12 << 3) | 2;
    private const uint ReferenceType = 3 << 3;
    private const uint LogTime = (1 << 3) | 2;
    private const uint LogField = (2 << 3) | 2;
    private const uint ProcessService = (1 << 3) | 2;
    private const uint ProcessTags = (2 << 3) | 2;
    private const ulong FollowsFrom = 1;

    /// <param name="output">Gets one message.</param>
    /// <param name="batch">The spans.</param>
    /// <param name="trace">All rows of one trace, which tell what ids its spans share.</param>
    /// <param name="rows">The rows to write, of that trace.</param>
    /// <param name="isRaw">Whether spans that share an id keep it.</param>
    public static void Write(IBufferWriter<byte> output, SpanBatch batch, ReadOnlySpan<int> trace, ReadOnlySpan<int> rows, bool isRaw)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(batch);
        var ids = new JaegerSpanIds(batch, isRaw ? [] : trace);
        var writer = new ProtobufWriter();
        foreach (var row in rows)
        {
            WriteSpan(writer, batch, row, ids);
        }

        output.Write(writer.Written);
    }

    private static void WriteSpan(ProtobufWriter writer, SpanBatch batch, int row, JaegerSpanIds ids)
    {
        var duration = batch.Durations[row];
        var start = writer.Begin(ChunkSpan);
        WriteIds(writer, batch.TraceIds[row], ids.Of(row));
        writer.BytesIfAny(NameTag, batch.Dictionary.Get(batch.Names[row]));
        WriteReferences(writer, batch, row, ids.ParentOf(row));
        writer.VarintIfAny(FlagsTag, batch.Flags[row] & 0xFF);
        JaegerAnswerWriter.WriteTime(writer, StartTag, batch.StartTimes[row]);
        JaegerAnswerWriter.WriteTime(writer, DurationTag, Math.Max(0, duration));
        JaegerTags.OfSpan(new TagSink(writer, TagTag), batch, row);
        for (var index = row == 0 ? 0 : batch.EventEnds[row - 1]; index < batch.EventEnds[row]; index++)
        {
            var log = writer.Begin(LogTag);
            JaegerAnswerWriter.WriteTime(writer, LogTime, batch.Events.Times[index]);
            JaegerTags.OfEvent(new TagSink(writer, LogField), batch, index);
            writer.End(log);
        }

        var process = writer.Begin(ProcessTag);
        writer.Text(ProcessService, batch.Resources[batch.ResourceIndexes[row]].Service);
        JaegerTags.OfResource(new TagSink(writer, ProcessTags), batch, batch.ResourceIndexes[row]);
        writer.End(process);
        if (duration < 0)
        {
            writer.Text(WarningTag, JaegerTraceWriter.NegativeDuration(duration));
        }

        writer.End(start);
    }

    private static void WriteReferences(ProtobufWriter writer, SpanBatch batch, int row, SpanId parent)
    {
        foreach (var reference in JaegerReferences.Of(batch, row, parent))
        {
            var start = writer.Begin(ReferenceTag);
            WriteIds(writer, reference.TraceId, reference.SpanId);
            writer.VarintIfAny(ReferenceType, reference.IsFollowsFrom ? FollowsFrom : 0);
            writer.End(start);
        }
    }

    private static void WriteIds(ProtobufWriter writer, TraceId trace, SpanId span)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        trace.CopyTo(bytes);
        writer.Bytes(TraceIdTag, bytes);
        span.CopyTo(bytes);
        writer.Bytes(SpanIdTag, bytes[..SpanId.Size]);
    }

    /// <summary>A <c>KeyValue</c>: key 1, type 2 (string 0, bool 1, int64 2, float64 3, binary 4), and the value in the field of its type.</summary>
    private readonly struct TagSink(ProtobufWriter writer, uint tag) : IJaegerTagSink
    {
        private const uint Key = (1 << 3) | 2;
        private const uint Type = 2 << 3;
        private const uint Text = (3 << 3) | 2;
        private const uint Truth = 4 << 3;
        private const uint Whole = 5 << 3;
        private const uint Number = (6 << 3) | 1;
        private const uint Bytes = (7 << 3) | 2;

        public void String(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            var start = Begin(key, 0);
            writer.BytesIfAny(Text, value);
            writer.End(start);
        }

        public void Bool(ReadOnlySpan<byte> key, bool value)
        {
            var start = Begin(key, 1);
            writer.VarintIfAny(Truth, value ? 1UL : 0);
            writer.End(start);
        }

        public void Int(ReadOnlySpan<byte> key, long value)
        {
            var start = Begin(key, 2);
            writer.VarintIfAny(Whole, (ulong)value);
            writer.End(start);
        }

        public void Double(ReadOnlySpan<byte> key, double value)
        {
            var start = Begin(key, 3);
            writer.Double(Number, value);
            writer.End(start);
        }

        public void Binary(ReadOnlySpan<byte> key, ReadOnlySpan<byte> base64)
        {
            var start = Begin(key, 4);
            writer.BytesIfAny(Bytes, AttributeTextReader.ParseBytes(base64));
            writer.End(start);
        }

        private int Begin(ReadOnlySpan<byte> key, ulong type)
        {
            var start = writer.Begin(tag);
            writer.BytesIfAny(Key, key);
            writer.VarintIfAny(Type, type);
            return start;
        }
    }
}
