using System.Text.Json;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Json;

internal static class LogJsonEncoder
{
    public static void WriteRecord(Utf8JsonWriter writer, LogBatch batch, int row)
    {
        writer.WriteStartObject();
        ResourceJsonWriter.WriteTime(writer, "timeUnixNano"u8, batch.Times[row]);
        ResourceJsonWriter.WriteTime(writer, "observedTimeUnixNano"u8, batch.ObservedTimes[row]);
        ResourceJsonWriter.WriteNumber(writer, "severityNumber"u8, batch.Severities[row]);
        ResourceJsonWriter.WriteText(writer, "severityText"u8, batch.Dictionary.Get(batch.SeverityTexts[row]));
        if (batch.BodyTypes[row] != AttributeType.Empty)
        {
            writer.WritePropertyName("body"u8);
            ValueJsonWriter.WriteValue(writer, batch.BodyTypes[row], batch.Arena.Get(batch.Bodies[row]));
        }

        ValueJsonWriter.WriteAttributes(writer, "attributes"u8, batch, batch.Attributes, row);
        ResourceJsonWriter.WriteNumber(writer, "droppedAttributesCount"u8, batch.DroppedAttributes[row]);
        ResourceJsonWriter.WriteNumber(writer, "flags"u8, batch.Flags[row]);
        ResourceJsonWriter.WriteTraceId(writer, batch.TraceIds[row]);
        ResourceJsonWriter.WriteSpanId(writer, "spanId"u8, batch.SpanIds[row]);
        ResourceJsonWriter.WriteText(writer, "eventName"u8, batch.Dictionary.Get(batch.EventNames[row]));
        writer.WriteEndObject();
    }
}
