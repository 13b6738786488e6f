using System.Text.Json;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Json;

internal static class SpanJsonEncoder
{
    public static void WriteSpan(Utf8JsonWriter writer, SpanBatch batch, int row)
    {
        writer.WriteStartObject();
        ResourceJsonWriter.WriteTraceId(writer, batch.TraceIds[row]);
        ResourceJsonWriter.WriteSpanId(writer, "spanId"u8, batch.SpanIds[row]);
        ResourceJsonWriter.WriteText(writer, "traceState"u8, batch.Arena.Get(batch.TraceStates[row]));
        ResourceJsonWriter.WriteSpanId(writer, "parentSpanId"u8, batch.ParentSpanIds[row]);
        ResourceJsonWriter.WriteNumber(writer, "flags"u8, batch.Flags[row]);
        ResourceJsonWriter.WriteText(writer, "name"u8, batch.Dictionary.Get(batch.Names[row]));
        ResourceJsonWriter.WriteNumber(writer, "kind"u8, (uint)batch.Kinds[row]);
        ResourceJsonWriter.WriteTime(writer, "startTimeUnixNano"u8, batch.StartTimes[row]);
        ResourceJsonWriter.WriteTime(writer, "endTimeUnixNano"u8, batch.StartTimes[row] + batch.Durations[row]);
        ValueJsonWriter.WriteAttributes(writer, "attributes"u8, batch, batch.Attributes, row);
        ResourceJsonWriter.WriteNumber(writer, "droppedAttributesCount"u8, batch.DroppedAttributes[row]);
        WriteEvents(writer, batch, row == 0 ? 0 : batch.EventEnds[row - 1], batch.EventEnds[row]);
        ResourceJsonWriter.WriteNumber(writer, "droppedEventsCount"u8, batch.DroppedEvents[row]);
        WriteLinks(writer, batch, row == 0 ? 0 : batch.LinkEnds[row - 1], batch.LinkEnds[row]);
        ResourceJsonWriter.WriteNumber(writer, "droppedLinksCount"u8, batch.DroppedLinks[row]);
        writer.WriteStartObject("status"u8);
        ResourceJsonWriter.WriteText(writer, "message"u8, batch.Arena.Get(batch.StatusMessages[row]));
        ResourceJsonWriter.WriteNumber(writer, "code"u8, (uint)batch.Statuses[row]);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteEvents(Utf8JsonWriter writer, SpanBatch batch, int start, int end)
    {
        if (start == end)
        {
            return;
        }

        writer.WriteStartArray("events"u8);
        for (var row = start; row < end; row++)
        {
            writer.WriteStartObject();
            ResourceJsonWriter.WriteTime(writer, "timeUnixNano"u8, batch.Events.Times[row]);
            ResourceJsonWriter.WriteText(writer, "name"u8, batch.Dictionary.Get(batch.Events.Names[row]));
            ValueJsonWriter.WriteAttributes(writer, "attributes"u8, batch, batch.Events.Attributes, row);
            ResourceJsonWriter.WriteNumber(writer, "droppedAttributesCount"u8, batch.Events.DroppedAttributes[row]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteLinks(Utf8JsonWriter writer, SpanBatch batch, int start, int end)
    {
        if (start == end)
        {
            return;
        }

        writer.WriteStartArray("links"u8);
        for (var row = start; row < end; row++)
        {
            writer.WriteStartObject();
            ResourceJsonWriter.WriteTraceId(writer, batch.Links.TraceIds[row]);
            ResourceJsonWriter.WriteSpanId(writer, "spanId"u8, batch.Links.SpanIds[row]);
            ResourceJsonWriter.WriteText(writer, "traceState"u8, batch.Arena.Get(batch.Links.TraceStates[row]));
            ValueJsonWriter.WriteAttributes(writer, "attributes"u8, batch, batch.Links.Attributes, row);
            ResourceJsonWriter.WriteNumber(writer, "droppedAttributesCount"u8, batch.Links.DroppedAttributes[row]);
            ResourceJsonWriter.WriteNumber(writer, "flags"u8, batch.Links.Flags[row]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
