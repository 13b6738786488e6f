using System.Text.Json;

namespace Clew.Query.LogQL.Templates;

/// <summary><c>fromJson</c>: objects become maps, arrays lists, numbers floating-point ones, as Go's encoding/json has it.</summary>
internal static class JsonValues
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = LogQlTemplateLimits.Nesting };

    /// <summary>Empty text when it is not JSON.</summary>
    public static TemplateValue Read(TemplateRun run, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return Of(run, document.RootElement);
        }
        catch (JsonException)
        {
            return TemplateValue.Of(string.Empty);
        }
        catch (ArgumentException)
        {
            // Half of a surrogate pair, which no JSON is.
            return TemplateValue.Of(string.Empty);
        }
    }

    private static TemplateValue Of(TemplateRun run, JsonElement element)
    {
        run.Step();
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new Dictionary<string, TemplateValue>(StringComparer.Ordinal);
                foreach (var property in element.EnumerateObject())
                {
                    map[property.Name] = Of(run, property.Value);
                }

                return TemplateValue.Of(map);
            case JsonValueKind.Array:
                return TemplateValue.Of([.. element.EnumerateArray().Select(item => Of(run, item))]);
            case JsonValueKind.String:
                return TemplateValue.Of(element.GetString()!);
            case JsonValueKind.Number:
                return TemplateValue.Of(element.GetDouble());
            case JsonValueKind.True or JsonValueKind.False:
                return TemplateValue.Of(element.GetBoolean());
            default:
                return default;
        }
    }
}
