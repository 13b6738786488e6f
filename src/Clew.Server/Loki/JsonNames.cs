using System.Text.Json;
using Clew.Query.LogQL.Extraction;

namespace Clew.Server.Loki;

/// <summary>Finds the names on the way to a field of a JSON line from the label that the flattening parser gives it.</summary>
internal static class JsonNames
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = ExtractionLimits.JsonDepth };

    /// <summary>Null when the line has no such field, or is no JSON.</summary>
    public static IReadOnlyList<string>? PathOf(string line, string label)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Options);
            var path = new List<string>();
            return document.RootElement.ValueKind == JsonValueKind.Object && TryFind(document.RootElement, label, string.Empty, path) ? path : null;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static bool TryFind(JsonElement element, string label, string prefix, List<string> path)
    {
        foreach (var property in element.EnumerateObject())
        {
            var name = LogQlFieldNames.Flattened(prefix, property.Name);
            path.Add(property.Name);
            if (property.Value.ValueKind == JsonValueKind.Object
                ? label.StartsWith(name, StringComparison.Ordinal) && TryFind(property.Value, label, name, path)
                : name == label && property.Value.ValueKind != JsonValueKind.Array)
            {
                return true;
            }

            path.RemoveAt(path.Count - 1);
        }

        return false;
    }
}
