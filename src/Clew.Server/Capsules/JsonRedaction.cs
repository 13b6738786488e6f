using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Clew.Server.Redaction;

namespace Clew.Server.Capsules;

/// <summary>Applies the rules of redaction to every text of a JSON document. What the store holds went through them already; a capsule leaves the house, so it goes through them again.</summary>
internal static class JsonRedaction
{
    /// <summary>Objects whose members are attributes: their names say what their values are.</summary>
    private static readonly HashSet<string> Attributes = new(StringComparer.Ordinal) { "attributes", "labels", "annotations", "fields" };

    /// <returns>The document with the same structure; what is no text stays as it is.</returns>
    public static byte[] Apply(byte[] json, TextRedactor redactor)
    {
        var output = new ArrayBufferWriter<byte>(json.Length);
        using (var document = JsonDocument.Parse(json))
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(document.RootElement, "", isAttributes: false, writer, redactor);
        }

        return output.WrittenSpan.ToArray();
    }

    private static void Write(JsonElement element, string key, bool isAttributes, Utf8JsonWriter writer, TextRedactor redactor)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                var named = element.TryGetProperty("key", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "";
                foreach (var member in element.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    var says = isAttributes ? member.Name : member.Name == "value" ? named : "";
                    Write(member.Value, says, Attributes.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.Object, writer, redactor);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(item, key, isAttributes: false, writer, redactor);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                var text = element.GetString()!;
                writer.WriteStringValue(key.Length > 0 ? redactor.Redact(key, text) : redactor.Redact(text));
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
