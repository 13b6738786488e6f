using System.Text.Json;

namespace Clew.Load.Asking;

/// <summary>
/// Finds the spans in a trace of any JSON shape (Clew's, Jaeger's, OTLP's): an object with a span id and a name. References and
/// links have an id but no name.
/// </summary>
internal static class SpanIds
{
    public static void Collect(JsonElement element, List<string> into)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                if (IdOf(element) is { } id && (element.TryGetProperty("name", out _) || element.TryGetProperty("operationName", out _)))
                    into.Add(id);
                foreach (var property in element.EnumerateObject())
                    Collect(property.Value, into);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Collect(item, into);
                break;
        }
    }

    private static string? IdOf(JsonElement element) =>
        (element.TryGetProperty("spanId", out var id) || element.TryGetProperty("spanID", out id)) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
}
