using System.Text.Json;
using Clew.Protocols.Otlp.Json;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Jaeger;

/// <summary>Writes Jaeger's tags: <c>{"key","type","value"}</c> with the types string, bool, int64, float64 and binary.</summary>
internal static class JaegerTagWriter
{
    /// <summary>The largest integer a JavaScript number holds; beyond it Jaeger writes int64 as a string.</summary>
    private const long MaxSafeInteger = (1L << 53) - 1;

    public static void WriteString(Utf8JsonWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Begin(writer, key, "string"u8);
        writer.WriteStringValue(value);
        writer.WriteEndObject();
    }

    public static void WriteBool(Utf8JsonWriter writer, ReadOnlySpan<byte> key, bool value)
    {
        Begin(writer, key, "bool"u8);
        writer.WriteBooleanValue(value);
        writer.WriteEndObject();
    }

    public static void WriteAttribute(Utf8JsonWriter writer, ReadOnlySpan<byte> key, AttributeType type, ReadOnlySpan<byte> text)
    {
        switch (type)
        {
            case AttributeType.Bool:
                WriteBool(writer, key, text.SequenceEqual(AttributeText.True));
                break;
            case AttributeType.Int:
                Begin(writer, key, "int64"u8);
                if (AttributeTextReader.ParseInt(text) is >= -MaxSafeInteger and <= MaxSafeInteger)
                {
                    writer.WriteRawValue(text, skipInputValidation: true);
                }
                else
                {
                    writer.WriteStringValue(text);
                }

                writer.WriteEndObject();
                break;
            case AttributeType.Double:
                Begin(writer, key, "float64"u8);
                ValueJsonWriter.WriteDouble(writer, AttributeTextReader.ParseDouble(text));
                writer.WriteEndObject();
                break;
            case AttributeType.Bytes:
                Begin(writer, key, "binary"u8);
                writer.WriteStringValue(text);
                writer.WriteEndObject();
                break;
            case AttributeType.Array:
            case AttributeType.Map:
                WriteString(writer, key, PlainJsonWriter.Write(text));
                break;
            default:
                WriteString(writer, key, text);
                break;
        }
    }

    private static void Begin(Utf8JsonWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<byte> type)
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, key);
        writer.WriteString("type"u8, type);
        writer.WritePropertyName("value"u8);
    }
}
