using Clew.Protocols.Decoding;
using Clew.Protocols.Protobuf;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Protobuf;

/// <summary>ExportLogsServiceRequest (and LogsData, which has the same shape) into a log batch.</summary>
internal static class LogProtobufDecoder
{
    public static void Decode(ref ProtobufReader reader, LogBatch batch, DecodeState state) => ResourceProtobuf.ReadGroups<LogBatch, Record>(ref reader, batch, state);

    private static void ReadRecord(ref ProtobufReader reader, LogBatch batch, DecodeState state)
    {
        state.BeginRecord();
        var row = new LogRow { BodyType = AttributeType.Empty };
        var firstBody = -1;
        var severalBodies = false;
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
                case OtlpTags.LogRecord.Attributes:
                    ResourceProtobuf.ReadRecordAttribute(ref reader, batch, batch.Attributes, state, ref row.Attributes);
                    break;
                case OtlpTags.LogRecord.Time:
                    row.Time = reader.ReadFixed64();
                    break;
                case OtlpTags.LogRecord.ObservedTime:
                    row.ObservedTime = reader.ReadFixed64();
                    break;
                case OtlpTags.LogRecord.SeverityNumber:
                    row.Severity = reader.ReadInt32();
                    break;
                case OtlpTags.LogRecord.SeverityText:
                    row.SeverityText = state.Name(batch, reader.ReadBytes());
                    break;
                case OtlpTags.LogRecord.Body:
                    severalBodies = firstBody >= 0;
                    firstBody = severalBodies ? firstBody : at;
                    reader.ReadBytes();
                    break;
                case OtlpTags.LogRecord.TraceId:
                    row.TraceIdInvalid = !WireIds.TryRead(reader.ReadBytes(), out row.TraceId);
                    break;
                case OtlpTags.LogRecord.SpanId:
                    row.SpanIdInvalid = !WireIds.TryRead(reader.ReadBytes(), out row.SpanId);
                    break;
                case OtlpTags.LogRecord.Flags:
                    row.Flags = reader.ReadFixed32();
                    break;
                case OtlpTags.LogRecord.DroppedAttributes:
                    row.DroppedAttributes = reader.ReadUInt32();
                    break;
                case OtlpTags.LogRecord.EventName:
                    row.EventName = state.Name(batch, reader.ReadBytes());
                    break;
                default:
                    reader.Skip(tag);
                    break;
            }
        }

        if (firstBody >= 0)
        {
            var issue = ValueProtobuf.ReadValueField(
                ref reader, OtlpTags.LogRecord.Body, firstBody, severalBodies, batch.Arena, state, out row.BodyType, out row.Body);
            if (issue != DecodeIssue.None)
            {
                state.Refuse(issue);
            }
        }

        reader.Leave(outer);
        row.Complete(batch, state);
    }

    private readonly struct Record : IProtobufRecord<LogBatch>
    {
        public static void Read(ref ProtobufReader reader, LogBatch batch, DecodeState state) => ReadRecord(ref reader, batch, state);
    }
}
