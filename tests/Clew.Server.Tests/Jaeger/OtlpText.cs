using System.Globalization;
using System.Text.Json.Nodes;

namespace Clew.Server.Tests.Jaeger;

/// <summary>
/// Says spans of OTLP/JSON in texts that can be compared: one text a span, with its resource and scope, attributes, events and links in a fixed
/// order, and nothing that has its default value.
/// </summary>
internal static class OtlpText
{
    /// <param name="document">An object with <c>resourceSpans</c>.</param>
    public static IReadOnlyList<string> Spans(JsonNode document)
    {
        var texts = new List<string>();
        foreach (var (resource, scope, span) in Each(document))
        {
            texts.Add($"{Canonical(resource ?? new JsonObject())} {Canonical(scope ?? new JsonObject())} {Canonical(span)}");
        }

        texts.Sort(StringComparer.Ordinal);
        return texts;
    }

    public static IEnumerable<(JsonNode? Resource, JsonNode? Scope, JsonNode Span)> Each(JsonNode document)
    {
        foreach (var resourceSpans in Items(document["resourceSpans"]))
        {
            foreach (var scopeSpans in Items(resourceSpans["scopeSpans"]))
            {
                foreach (var span in Items(scopeSpans["spans"]))
                {
                    yield return (resourceSpans["resource"], scopeSpans["scope"], span);
                }
            }
        }
    }

    public static IEnumerable<JsonNode> Items(JsonNode? array) => array?.AsArray().Select(item => item!) ?? [];

    private static string Canonical(JsonNode? node)
    {
        switch (node)
        {
            case null:
                return string.Empty;
            case JsonArray array:
                return "[" + string.Join(',', array.Select(Canonical).Order(StringComparer.Ordinal)) + "]";
            case JsonObject map:
                var members = map
                    .Select(member => (member.Key, Text: Canonical(member.Value)))
                    .Where(member => member.Text.Length > 0 && member.Text is not ("{}" or "[]" or "0" or "\"\"") || IsValue(member.Key))
                    .OrderBy(member => member.Key, StringComparer.Ordinal)
                    .Select(member => $"{member.Key}:{member.Text}");
                return "{" + string.Join(',', members) + "}";
            default:
                // 64-bit integers may be numbers or strings, doubles may or may not have a point.
                var text = node.ToString();
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e15
                    ? number.ToString("R", CultureInfo.InvariantCulture)
                    : $"\"{text}\"";
        }
    }

    /// <summary>An attribute's value says something also when it is empty, zero or false.</summary>
    private static bool IsValue(string member) => member.EndsWith("Value", StringComparison.Ordinal);
}
