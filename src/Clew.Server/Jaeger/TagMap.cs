using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Clew.Server.Jaeger;

/// <summary>Tags as a JSON object of strings, as both generations take them.</summary>
internal static class TagMap
{
    /// <summary>Adds the members of the object to <paramref name="tags"/>.</summary>
    public static bool TryRead(string json, Dictionary<string, string> tags, [NotNullWhen(false)] out string? why)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return TryRead(document.RootElement, tags, out why);
        }
        catch (JsonException error)
        {
            why = error.Message;
            return false;
        }
    }

    public static bool TryRead(JsonElement map, Dictionary<string, string> tags, [NotNullWhen(false)] out string? why)
    {
        if (map.ValueKind != JsonValueKind.Object)
        {
            why = "an object with strings is expected";
            return false;
        }

        foreach (var member in map.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String)
            {
                why = $"the value of '{member.Name}' is not a string";
                return false;
            }

            tags[member.Name] = member.Value.GetString()!;
        }

        why = null;
        return true;
    }
}
