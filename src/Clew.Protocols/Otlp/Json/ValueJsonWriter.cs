using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Json;

/// <summary>Writes attribute lists and values as OTLP/JSON's KeyValue and AnyValue.</summary>
internal static class ValueJsonWriter
{
    /// <summary>Writes a list as an array property, or nothing when it is empty.</summary>
    public static void WriteAttributes(Utf8JsonWriter writer, ReadOnlySpan<byte> name, TelemetryBatch batch, AttributeLists lists, int list)
    {
        var start = lists.StartOf(list);
        var end = lists.EndOf(list);
        if (start == end)
        {
            return;
        }

        writer.WriteStartArray(name);
        for (var entry = start; entry < end; entry++)
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, batch.Dictionary.Get(lists.Keys[entry]));
            writer.WritePropertyName("value"u8);
            WriteValue(writer, lists.Types[entry], batch.Arena.Get(lists.Values[entry]));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes an AnyValue object.</summary>
    public static void WriteValue(Utf8JsonWriter writer, AttributeType type, ReadOnlySpan<byte> text)
    {
        if (type is AttributeType.Array or AttributeType.Map)
        {
            var reader = new AttributeTextReader(text);
            reader.Read();
            WriteToken(writer, ref reader);
            return;
        }

        writer.WriteStartObject();
        switch (type)
        {
            case AttributeType.String:
                writer.WriteString("stringValue"u8, text);
                break;
            case AttributeType.Int:
                writer.WriteString("intValue"u8, text);
                break;
            case AttributeType.Double:
                WriteDouble(writer, "doubleValue"u8, AttributeTextReader.ParseDouble(text));
                break;
            case AttributeType.Bool:
                writer.WriteBoolean("boolValue"u8, text.SequenceEqual(AttributeText.True));
                break;
            case AttributeType.Bytes:
                writer.WriteString("bytesValue"u8, text);
                break;
            default:
                break;
        }

        writer.WriteEndObject();
    }

    /// <summary>A number, or the string that stands for it when JSON has no such number.</summary>
    public static void WriteDouble(Utf8JsonWriter writer, ReadOnlySpan<byte> name, double value)
    {
        writer.WritePropertyName(name);
        WriteDouble(writer, value);
    }

    public static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
            return;
        }

        writer.WriteStringValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);
    }

    /// <summary>64-bit integers are strings: a JavaScript number cannot hold them.</summary>
    public static void WriteLong(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var written, default, System.Globalization.CultureInfo.InvariantCulture);
        writer.WriteString(name, digits[..written]);
    }

    public static void WriteULong(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ulong value)
    {
        writer.WritePropertyName(name);
        WriteULong(writer, value);
    }

    public static void WriteULong(Utf8JsonWriter writer, ulong value)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var written, default, System.Globalization.CultureInfo.InvariantCulture);
        writer.WriteStringValue(digits[..written]);
    }

    private static void WriteToken(Utf8JsonWriter writer, ref AttributeTextReader reader)
    {
        writer.WriteStartObject();
        switch (reader.Token)
        {
            case AttributeTextToken.String:
                writer.WriteString("stringValue"u8, reader.Text);
                break;
            case AttributeTextToken.Int:
                WriteLong(writer, "intValue"u8, reader.Int);
                break;
            case AttributeTextToken.Double:
                WriteDouble(writer, "doubleValue"u8, reader.Double);
                break;
            case AttributeTextToken.Bool:
                writer.WriteBoolean("boolValue"u8, reader.Bool);
                break;
            case AttributeTextToken.Bytes:
                writer.WriteString("bytesValue"u8, reader.Text);
                break;
            case AttributeTextToken.BeginArray:
                writer.WriteStartObject("arrayValue"u8);
                writer.WriteStartArray("values"u8);
                while (reader.Read() && reader.Token != AttributeTextToken.EndArray)
                {
                    WriteToken(writer, ref reader);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
                break;
            case AttributeTextToken.BeginMap:
                writer.WriteStartObject("kvlistValue"u8);
                writer.WriteStartArray("values"u8);
                while (reader.Read() && reader.Token != AttributeTextToken.EndMap)
                {
                    writer.WriteStartObject();
                    writer.WriteString("key"u8, reader.Text);
                    reader.Read();
                    writer.WritePropertyName("value"u8);
                    WriteToken(writer, ref reader);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
                break;
            default:
                break;
        }

        writer.WriteEndObject();
    }
}
