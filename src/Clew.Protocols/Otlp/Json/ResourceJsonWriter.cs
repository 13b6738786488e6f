using System.Text.Json;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Json;

/// <summary>
/// Writes the levels above spans, log records and metrics. <c>resource</c> and <c>scope</c> are always there, everything else only when it is not
/// the default, as the Collector and Jaeger write it.
/// </summary>
internal static class ResourceJsonWriter
{
    /// <summary>The names of the two levels for one signal.</summary>
    public readonly ref struct Names
    {
        public required ReadOnlySpan<byte> Resources { get; init; }

        public required ReadOnlySpan<byte> Scopes { get; init; }

        public required ReadOnlySpan<byte> Items { get; init; }
    }

    /// <summary>Writes one row of a scope as an object.</summary>
    public delegate void RowWriter(int row);

    public static void Write(Utf8JsonWriter writer, TelemetryBatch batch, List<ResourceGroup> resources, Names names, RowWriter writeRow)
    {
        writer.WriteStartObject();
        writer.WriteStartArray(names.Resources);
        foreach (var resource in resources)
        {
            writer.WriteStartObject();
            WriteResource(writer, batch, resource.Resource);
            writer.WriteStartArray(names.Scopes);
            foreach (var scope in resource.Scopes)
            {
                writer.WriteStartObject();
                WriteScope(writer, batch, scope.Scope);
                writer.WriteStartArray(names.Items);
                foreach (var row in scope.Rows)
                {
                    writeRow(row);
                }

                writer.WriteEndArray();
                WriteText(writer, "schemaUrl"u8, batch.Arena.Get(batch.Scopes.SchemaUrls[scope.Scope]));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            WriteText(writer, "schemaUrl"u8, batch.Arena.Get(batch.Resources.SchemaUrls[resource.Resource]));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>A string property, or nothing when it is empty.</summary>
    public static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
        {
            writer.WriteString(name, text);
        }
    }

    public static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> name, uint value)
    {
        if (value != 0)
        {
            writer.WriteNumber(name, value);
        }
    }

    public static void WriteTime(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long unixNanoseconds)
    {
        if (unixNanoseconds != 0)
        {
            ValueJsonWriter.WriteLong(writer, name, unixNanoseconds);
        }
    }

    public static void WriteTraceId(Utf8JsonWriter writer, TraceId id)
    {
        if (!id.IsEmpty)
        {
            Span<byte> bytes = stackalloc byte[TraceId.Size];
            Span<byte> hex = stackalloc byte[TraceId.Size * 2];
            id.CopyTo(bytes);
            Convert.TryToHexStringLower(bytes, hex, out _);
            writer.WriteString("traceId"u8, hex);
        }
    }

    public static void WriteSpanId(Utf8JsonWriter writer, ReadOnlySpan<byte> name, SpanId id)
    {
        if (!id.IsEmpty)
        {
            Span<byte> bytes = stackalloc byte[SpanId.Size];
            Span<byte> hex = stackalloc byte[SpanId.Size * 2];
            id.CopyTo(bytes);
            Convert.TryToHexStringLower(bytes, hex, out _);
            writer.WriteString(name, hex);
        }
    }

    private static void WriteResource(Utf8JsonWriter writer, TelemetryBatch batch, int resource)
    {
        writer.WriteStartObject("resource"u8);
        ValueJsonWriter.WriteAttributes(writer, "attributes"u8, batch, batch.Resources.Attributes, resource);
        WriteNumber(writer, "droppedAttributesCount"u8, batch.Resources.DroppedAttributes[resource]);
        writer.WriteEndObject();
    }

    private static void WriteScope(Utf8JsonWriter writer, TelemetryBatch batch, int scope)
    {
        writer.WriteStartObject("scope"u8);
        WriteText(writer, "name"u8, batch.Dictionary.Get(batch.Scopes.Names[scope]));
        WriteText(writer, "version"u8, batch.Dictionary.Get(batch.Scopes.Versions[scope]));
        ValueJsonWriter.WriteAttributes(writer, "attributes"u8, batch, batch.Scopes.Attributes, scope);
        WriteNumber(writer, "droppedAttributesCount"u8, batch.Scopes.DroppedAttributes[scope]);
        writer.WriteEndObject();
    }
}
