using System.Text.Json;
using Clew.Protocols.Otlp.Json;

namespace Clew.Protocols.Jaeger;

/// <summary>Writes Jaeger's tags as JSON: <c>{"key","type","value"}</c> with the types string, bool, int64, float64 and binary.</summary>
internal readonly struct JaegerTagWriter(Utf8JsonWriter writer) : IJaegerTagSink
{
    /// <summary>The largest integer a JavaScript number holds; beyond it Jaeger writes int64 as a string.</summary>
    private const long MaxSafeInteger = (1L << 53) - 1;

    public void String(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Begin(key, "string"u8);
        writer.WriteStringValue(value);
        writer.WriteEndObject();
    }

    public void Bool(ReadOnlySpan<byte> key, bool value)
    {
        Begin(key, "bool"u8);
        writer.WriteBooleanValue(value);
        writer.WriteEndObject();
    }

    public void Int(ReadOnlySpan<byte> key, long value)
    {
        Begin(key, "int64"u8);
        if (value is >= -MaxSafeInteger and <= MaxSafeInteger)
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        writer.WriteEndObject();
    }

    public void Double(ReadOnlySpan<byte> key, double value)
    {
        Begin(key, "float64"u8);
        ValueJsonWriter.WriteDouble(writer, value);
        writer.WriteEndObject();
    }

    public void Binary(ReadOnlySpan<byte> key, ReadOnlySpan<byte> base64)
    {
        Begin(key, "binary"u8);
        writer.WriteStringValue(base64);
        writer.WriteEndObject();
    }

    private void Begin(ReadOnlySpan<byte> key, ReadOnlySpan<byte> type)
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, key);
        writer.WriteString("type"u8, type);
        writer.WritePropertyName("value"u8);
    }
}
