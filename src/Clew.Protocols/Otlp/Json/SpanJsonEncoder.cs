using System.Text.Json;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Json;

internal static class SpanJsonEncoder
{
    /// <summary>The names of OTLP's enums in the order of their numbers.</summary>
    private static readonly string[] KindNames =
        ["SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER"];

    private static readonly string[] StatusNames = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];

    /// <param name="asProtobuf">Ids in base64 and enums by name, as protobuf's own JSON mapping has them; otherwise hex and numbers, as OTLP's.</param>
    public static void WriteSpan(Utf8JsonWriter writer, SpanBatch batch, int row, bool asProtobuf = false)
    {
        writer.WriteStartObject();
        WriteTraceId(writer, batch.TraceIds[row], asProtobuf);
        WriteSpanId(writer, "spanId"u8, batch.SpanIds[row], asProtobuf);
        ResourceJsonWriter.WriteText(writer, "traceState"u8, batch.Arena.Get(batch.TraceStates[row]));
        WriteSpanId(writer, "parentSpanId"u8, batch.ParentSpanIds[row], asProtobuf);
        ResourceJsonWriter.WriteNumber(writer, "flags"u8, batch.Flags[row]);
        ResourceJsonWriter.WriteText(writer, "name"u8, batch.Dictionary.Get(batch.Names[row]));
        WriteEnum(writer, "kind"u8, (uint)batch.Kinds[row], asProtobuf ? KindNames : []);
        ResourceJsonWriter.WriteTime(writer, "startTimeUnixNano"u8, batch.StartTimes[row]);
        ResourceJsonWriter.WriteTime(writer, "endTimeUnixNano"u8, batch.StartTimes[row] + batch.Durations[row]);
        ValueJsonWriter.WriteAttributes(writer, "attributes"u8, batch, batch.Attributes, row);
        ResourceJsonWriter.WriteNumber(writer, "droppedAttributesCount"u8, batch.DroppedAttributes[row]);
        WriteEvents(writer, batch, row == 0 ? 0 : batch.EventEnds[row - 1], batch.EventEnds[row]);
        ResourceJsonWriter.WriteNumber(writer, "droppedEventsCount"u8, batch.DroppedEvents[row]);
        WriteLinks(writer, batch, row == 0 ? 0 : batch.LinkEnds[row - 1], batch.LinkEnds[row], asProtobuf);
        ResourceJsonWriter.WriteNumber(writer, "droppedLinksCount"u8, batch.DroppedLinks[row]);
        writer.WriteStartObject("status"u8);
        ResourceJsonWriter.WriteText(writer, "message"u8, batch.Arena.Get(batch.StatusMessages[row]));
        WriteEnum(writer, "code"u8, (uint)batch.Statuses[row], asProtobuf ? StatusNames : []);
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

    private static void WriteLinks(Utf8JsonWriter writer, SpanBatch batch, int start, int end, bool asProtobuf)
    {
        if (start == end)
        {
            return;
        }

        writer.WriteStartArray("links"u8);
        for (var row = start; row < end; row++)
        {
            writer.WriteStartObject();
            WriteTraceId(writer, batch.Links.TraceIds[row], asProtobuf);
            WriteSpanId(writer, "spanId"u8, batch.Links.SpanIds[row], asProtobuf);
            ResourceJsonWriter.WriteText(writer, "traceState"u8, batch.Arena.Get(batch.Links.TraceStates[row]));
            ValueJsonWriter.WriteAttributes(writer, "attributes"u8, batch, batch.Links.Attributes, row);
            ResourceJsonWriter.WriteNumber(writer, "droppedAttributesCount"u8, batch.Links.DroppedAttributes[row]);
            ResourceJsonWriter.WriteNumber(writer, "flags"u8, batch.Links.Flags[row]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTraceId(Utf8JsonWriter writer, TraceId id, bool asProtobuf)
    {
        if (!asProtobuf)
        {
            ResourceJsonWriter.WriteTraceId(writer, id);
        }
        else if (!id.IsEmpty)
        {
            Span<byte> bytes = stackalloc byte[TraceId.Size];
            id.CopyTo(bytes);
            writer.WriteBase64String("traceId"u8, bytes);
        }
    }

    private static void WriteSpanId(Utf8JsonWriter writer, ReadOnlySpan<byte> name, SpanId id, bool asProtobuf)
    {
        if (!asProtobuf)
        {
            ResourceJsonWriter.WriteSpanId(writer, name, id);
        }
        else if (!id.IsEmpty)
        {
            Span<byte> bytes = stackalloc byte[SpanId.Size];
            id.CopyTo(bytes);
            writer.WriteBase64String(name, bytes);
        }
    }

    /// <param name="names">Empty to write the number; a number without a name is written as it is.</param>
    private static void WriteEnum(Utf8JsonWriter writer, ReadOnlySpan<byte> property, uint value, string[] names)
    {
        if (value != 0 && value < names.Length)
        {
            writer.WriteString(property, names[value]);
        }
        else
        {
            ResourceJsonWriter.WriteNumber(writer, property, value);
        }
    }
}
