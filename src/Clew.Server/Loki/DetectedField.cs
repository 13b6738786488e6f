using System.Globalization;
using System.Text.Json;
using Clew.Query.Language;
using Clew.Query.LogQL.Matching;

namespace Clew.Server.Loki;

/// <summary>A field that lines have: what its values look like, and which parser finds it.</summary>
internal sealed class DetectedField(string label)
{
    /// <summary>Different values that are counted; more are as many as this.</summary>
    private const int MostValues = 10_000;

    private readonly HashSet<string> _values = new(StringComparer.Ordinal);
    private string? _type;

    public string Label { get; } = label;

    /// <summary><c>json</c>, <c>logfmt</c>, …; empty for structured metadata.</summary>
    public SortedSet<string> Parsers { get; } = new(StringComparer.Ordinal);

    /// <summary>The names on the way to it in a JSON line; null when it is not from one.</summary>
    public IReadOnlyList<string>? JsonPath { get; set; }

    public IReadOnlyCollection<string> Values => _values;

    public void Add(string value)
    {
        if (_values.Count >= MostValues || !_values.Add(value))
        {
            return;
        }

        var type = TypeOf(value);
        _type = _type is null || _type == type ? type : (_type, type) is ("int", "float") or ("float", "int") ? "float" : "string";
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("label"u8, Label);
        writer.WriteString("type"u8, _type ?? "string");
        writer.WriteNumber("cardinality"u8, _values.Count);
        if (Parsers.Count == 0)
        {
            writer.WriteNull("parsers"u8);
        }
        else
        {
            WriteTexts(writer, "parsers"u8, Parsers);
        }

        if (JsonPath is not null)
        {
            WriteTexts(writer, "jsonPath"u8, JsonPath);
        }

        writer.WriteEndObject();
    }

    /// <summary>The first of Loki's types that the value can be read as: int, float, boolean, duration, bytes, string.</summary>
    private static string TypeOf(string value) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? "int"
        : double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "float"
        : value is "true" or "false" ? "boolean"
        : GoDuration.TryParse(value, out _) ? "duration"
        : LogQlBytes.TryParse(value, out _) ? "bytes"
        : "string";

    private static void WriteTexts(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
