using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Json;

/// <summary>ExportLogsServiceRequest as JSON into a log batch.</summary>
internal static class LogJsonDecoder
{
    public static void Decode(ref Utf8JsonReader reader, LogBatch batch, DecodeState state) => ResourceJson.ReadGroups<LogBatch, Record>(ref reader, batch, state);

    private static void ReadRecord(ref Utf8JsonReader reader, LogBatch batch, DecodeState state)
    {
        state.BeginRecord();
        var row = new LogRow { BodyType = AttributeType.Empty };
        while (reader.NextProperty())
        {
            if (reader.Is("timeUnixNano"u8))
            {
                row.Time = reader.ReadUInt64();
            }
            else if (reader.Is("observedTimeUnixNano"u8))
            {
                row.ObservedTime = reader.ReadUInt64();
            }
            else if (reader.Is("severityNumber"u8))
            {
                row.Severity = reader.ReadEnum();
            }
            else if (reader.Is("severityText"u8))
            {
                row.SeverityText = state.Name(batch, reader.ReadText(state));
            }
            else if (reader.Is("body"u8))
            {
                var issue = ValueJson.ReadValueProperty(ref reader, batch.Arena, state, out row.BodyType, out row.Body);
                if (issue != DecodeIssue.None)
                {
                    state.Refuse(issue);
                }
            }
            else if (reader.Is("attributes"u8))
            {
                ResourceJson.ReadRecordAttributes(ref reader, batch, batch.Attributes, state, ref row.Attributes);
            }
            else if (reader.Is("traceId"u8))
            {
                row.TraceIdInvalid = !reader.ReadTraceId(state, out row.TraceId);
            }
            else if (reader.Is("spanId"u8))
            {
                row.SpanIdInvalid = !reader.ReadSpanId(state, out row.SpanId);
            }
            else if (reader.Is("flags"u8))
            {
                row.Flags = reader.ReadUInt32();
            }
            else if (reader.Is("droppedAttributesCount"u8))
            {
                row.DroppedAttributes = reader.ReadUInt32();
            }
            else if (reader.Is("eventName"u8))
            {
                row.EventName = state.Name(batch, reader.ReadText(state));
            }
            else
            {
                reader.Skip();
            }
        }

        row.Complete(batch, state);
    }

    private readonly struct Record : IJsonRecord<LogBatch>
    {
        public static ReadOnlySpan<byte> ResourceGroups => "resourceLogs"u8;

        public static ReadOnlySpan<byte> ScopeGroups => "scopeLogs"u8;

        public static ReadOnlySpan<byte> Records => "logRecords"u8;

        public static void Read(ref Utf8JsonReader reader, LogBatch batch, DecodeState state) => ReadRecord(ref reader, batch, state);
    }
}
