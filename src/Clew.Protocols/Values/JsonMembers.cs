using System.Globalization;
using System.Text.Json;

namespace Clew.Protocols.Values;

/// <summary>Reads members that may be absent or of another type than expected: then there is nothing, never an error.</summary>
internal static class JsonMembers
{
    /// <summary>A member of an object; <c>default</c> (undefined) when there is none.</summary>
    public static JsonElement At(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static JsonElement At(this JsonElement element, string first, string second) => element.At(first).At(second);

    /// <summary>A text member; empty when there is none.</summary>
    public static string TextAt(this JsonElement element, string name) => element.At(name).Text();

    /// <summary>Texts as they are, numbers and booleans as JSON writes them, nothing else.</summary>
    public static string Text(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Number => element.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "",
    };

    public static int IntAt(this JsonElement element, string name) =>
        element.At(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value
        : int.TryParse(element.TextAt(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) ? value : 0;

    public static IEnumerable<JsonElement> Items(this JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    public static IEnumerable<JsonProperty> Members(this JsonElement element) => element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : [];
}
