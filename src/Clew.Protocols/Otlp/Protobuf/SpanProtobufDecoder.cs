using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Protobuf;

/// <summary>ExportTraceServiceRequest (and TracesData, which has the same shape) into a span batch.</summary>
internal static class SpanProtobufDecoder
{
    public static void Decode(ref ProtobufReader reader, SpanBatch batch, DecodeState state) => ResourceProtobuf.ReadGroups<SpanBatch, Record>(ref reader, batch, state);

    private static void ReadSpan(ref ProtobufReader reader, SpanBatch batch, DecodeState state)
    {
        state.BeginRecord();
        var row = default(SpanRow);
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.Span.Attributes:
                    ResourceProtobuf.ReadRecordAttribute(ref reader, batch, batch.Attributes, state, ref row.Attributes);
                    break;
                case OtlpTags.Span.TraceId:
                    row.TraceIdInvalid = !WireIds.TryRead(reader.ReadBytes(), out row.TraceId);
                    break;
                case OtlpTags.Span.SpanId:
                    row.SpanIdInvalid = !WireIds.TryRead(reader.ReadBytes(), out row.SpanId);
                    break;
                case OtlpTags.Span.ParentSpanId:
                    row.ParentSpanIdInvalid = !WireIds.TryRead(reader.ReadBytes(), out row.ParentSpanId);
                    break;
                case OtlpTags.Span.Name:
                    row.Name = state.Name(batch, reader.ReadBytes());
                    break;
                case OtlpTags.Span.Kind:
                    row.Kind = reader.ReadInt32();
                    break;
                case OtlpTags.Span.StartTime:
                    row.StartTime = reader.ReadFixed64();
                    break;
                case OtlpTags.Span.EndTime:
                    row.EndTime = reader.ReadFixed64();
                    break;
                case OtlpTags.Span.Status:
                    ReadStatus(ref reader, batch, state, ref row);
                    break;
                case OtlpTags.Span.Flags:
                    row.Flags = reader.ReadFixed32();
                    break;
                case OtlpTags.Span.TraceState:
                    row.TraceState = state.Text(batch, reader.ReadBytes(), state.Limits.MaxNameBytes, DecodeIssue.NameTooLong);
                    break;
                case OtlpTags.Span.Events:
                    ReadEvent(ref reader, batch, state, ref row);
                    break;
                case OtlpTags.Span.Links:
                    ReadLink(ref reader, batch, state, ref row);
                    break;
                case OtlpTags.Span.DroppedAttributes:
                    row.DroppedAttributes = reader.ReadUInt32();
                    break;
                case OtlpTags.Span.DroppedEvents:
                    row.DroppedEvents = reader.ReadUInt32();
                    break;
                case OtlpTags.Span.DroppedLinks:
                    row.DroppedLinks = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        row.Complete(batch, state);
    }

    private static void ReadStatus(ref ProtobufReader reader, SpanBatch batch, DecodeState state, ref SpanRow row)
    {
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.Status.Message:
                    row.StatusMessage = state.Text(batch, reader.ReadBytes(), state.Limits.MaxValueBytes, DecodeIssue.ValueTooLong);
                    break;
                case OtlpTags.Status.Code:
                    row.StatusCode = reader.ReadInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
    }

    private static void ReadEvent(ref ProtobufReader reader, SpanBatch batch, DecodeState state, ref SpanRow row)
    {
        ulong time = 0;
        var name = 0;
        uint dropped = 0;
        var attributes = 0;
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.Event.Time:
                    time = reader.ReadFixed64();
                    break;
                case OtlpTags.Event.Name:
                    name = state.Name(batch, reader.ReadBytes());
                    break;
                case OtlpTags.Event.Attributes:
                    ResourceProtobuf.ReadRecordAttribute(ref reader, batch, batch.Events.Attributes, state, ref attributes);
                    break;
                case OtlpTags.Event.DroppedAttributes:
                    dropped = reader.ReadUInt32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        row.AddEvent(batch, state, time, name, dropped);
    }

    private static void ReadLink(ref ProtobufReader reader, SpanBatch batch, DecodeState state, ref SpanRow row)
    {
        var link = default(LinkRow);
        var attributes = 0;
        var outer = reader.Enter();
        while (reader.NextField(out var tag))
        {
            switch (tag)
            {
                case OtlpTags.Link.TraceId:
                    link.TraceIdInvalid = !WireIds.TryRead(reader.ReadBytes(), out link.TraceId);
                    break;
                case OtlpTags.Link.SpanId:
                    link.SpanIdInvalid = !WireIds.TryRead(reader.ReadBytes(), out link.SpanId);
                    break;
                case OtlpTags.Link.TraceState:
                    link.TraceState = state.Text(batch, reader.ReadBytes(), state.Limits.MaxNameBytes, DecodeIssue.NameTooLong);
                    break;
                case OtlpTags.Link.Attributes:
                    ResourceProtobuf.ReadRecordAttribute(ref reader, batch, batch.Links.Attributes, state, ref attributes);
                    break;
                case OtlpTags.Link.DroppedAttributes:
                    link.DroppedAttributes = reader.ReadUInt32();
                    break;
                case OtlpTags.Link.Flags:
                    link.Flags = reader.ReadFixed32();
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        reader.Leave(outer);
        row.AddLink(batch, state, link);
    }

    private readonly struct Record : IProtobufRecord<SpanBatch>
    {
        public static void Read(ref ProtobufReader reader, SpanBatch batch, DecodeState state) => ReadSpan(ref reader, batch, state);
    }
}
