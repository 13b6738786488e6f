using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Clew.Telemetry;

namespace Clew.Server.Api.Contracts;

/// <summary>
/// One attribute with the type OTLP gave it. In JSON: <c>{"key":"http.response.status_code","type":"int","value":500}</c>.
/// Lists of attributes keep the order and the repeated keys that were received.
/// </summary>
/// <param name="Type"><c>string</c>, <c>int</c>, <c>double</c>, <c>bool</c>, <c>bytes</c>, <c>array</c>, <c>map</c> or <c>empty</c> in JSON.</param>
/// <param name="Text">
/// The value as text (see <see cref="AttributeText"/>). In JSON the value has JSON's own type, with three exceptions that JSON or its readers
/// cannot hold: an int beyond ±2^53 is a decimal string, a double that is no number is <c>"NaN"</c>, <c>"Infinity"</c> or <c>"-Infinity"</c>,
/// bytes are a base64 string.
/// </param>
[JsonConverter(typeof(ApiAttributeConverter))]
public sealed record ApiAttribute(string Key, AttributeType Type, string Text);

/// <summary>Reads and writes <see cref="ApiAttribute"/> as its docstring says.</summary>
public sealed class ApiAttributeConverter : JsonConverter<ApiAttribute>
{
    /// <summary>The largest magnitude up to which every whole number is exact in a double, which is what JavaScript reads numbers into.</summary>
    private const long LargestExactInt = 1L << 53;

    public override ApiAttribute Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An attribute is an object with key, type and value.");
        }

        string? key = null;
        AttributeType? type = null;
        JsonElement? value = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var member = reader.GetString();
            reader.Read();
            switch (member)
            {
                case "key":
                    key = reader.GetString();
                    break;
                case "type":
                    type = AttributeTypeNames.Parse(reader.GetString()) ?? throw new JsonException("An attribute's type is unknown.");
                    break;
                case "value":
                    value = JsonElement.ParseValue(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new ApiAttribute(
            key ?? throw new JsonException("An attribute lacks its key."),
            type ?? throw new JsonException("An attribute lacks its type."),
            value is { } present ? TextOf(present) : string.Empty);
    }

    public override void Write(Utf8JsonWriter writer, ApiAttribute value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, value.Key);
        writer.WriteString("type"u8, AttributeTypeNames.NameOf(value.Type));
        writer.WritePropertyName("value"u8);
        WriteValue(writer, value);
        writer.WriteEndObject();
    }

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => string.Empty,
        _ => value.GetRawText(),
    };

    private static void WriteValue(Utf8JsonWriter writer, ApiAttribute attribute)
    {
        switch (attribute.Type)
        {
            case AttributeType.Empty:
                writer.WriteNullValue();
                break;
            case AttributeType.Bool when attribute.Text is "true" or "false":
            case AttributeType.Int when IsExact(attribute.Text):
            case AttributeType.Double when IsFinite(attribute.Text):
            case AttributeType.Array or AttributeType.Map:
                writer.WriteRawValue(attribute.Text, skipInputValidation: false);
                break;
            default:
                writer.WriteStringValue(attribute.Text);
                break;
        }
    }

    private static bool IsExact(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number is >= -LargestExactInt and <= LargestExactInt;

    private static bool IsFinite(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
}

/// <summary>The words for attribute types in JSON.</summary>
public static class AttributeTypeNames
{
    public static string NameOf(AttributeType type) => type switch
    {
        AttributeType.String => "string",
        AttributeType.Int => "int",
        AttributeType.Double => "double",
        AttributeType.Bool => "bool",
        AttributeType.Bytes => "bytes",
        AttributeType.Array => "array",
        AttributeType.Map => "map",
        _ => "empty",
    };

    public static AttributeType? Parse(string? name) => name switch
    {
        "string" => AttributeType.String,
        "int" => AttributeType.Int,
        "double" => AttributeType.Double,
        "bool" => AttributeType.Bool,
        "bytes" => AttributeType.Bytes,
        "array" => AttributeType.Array,
        "map" => AttributeType.Map,
        "empty" => AttributeType.Empty,
        _ => null,
    };
}
