using System.Buffers;
using System.Text.Json;

namespace Clew.Protocols.Values;

/// <summary>
/// Arrays and maps as the JSON that people expect to see, for wire formats that have no nested values: bytes are base64 strings, a double that JSON
/// cannot say is the string OTLP uses. Types that JSON does not have cannot be told apart any more.
/// </summary>
internal static class PlainJsonWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1_024,
        SkipValidation = true,
    };

    /// <param name="text">The text of an array or map.</param>
    public static byte[] Write(ReadOnlySpan<byte> text)
    {
        var output = new ArrayBufferWriter<byte>(text.Length);
        using var writer = new Utf8JsonWriter(output, Options);
        var reader = new AttributeTextReader(text);
        while (reader.Read())
        {
            WriteToken(writer, ref reader);
        }

        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteToken(Utf8JsonWriter writer, ref AttributeTextReader reader)
    {
        switch (reader.Token)
        {
            case AttributeTextToken.Bool:
                writer.WriteBooleanValue(reader.Bool);
                break;
            case AttributeTextToken.Int:
                writer.WriteNumberValue(reader.Int);
                break;
            case AttributeTextToken.Double:
                Otlp.Json.ValueJsonWriter.WriteDouble(writer, reader.Double);
                break;
            case AttributeTextToken.String or AttributeTextToken.Bytes:
                writer.WriteStringValue(reader.Text);
                break;
            case AttributeTextToken.BeginArray:
                writer.WriteStartArray();
                break;
            case AttributeTextToken.EndArray:
                writer.WriteEndArray();
                break;
            case AttributeTextToken.BeginMap:
                writer.WriteStartObject();
                break;
            case AttributeTextToken.Key:
                writer.WritePropertyName(reader.Text);
                break;
            case AttributeTextToken.EndMap:
                writer.WriteEndObject();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
