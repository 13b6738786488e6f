using System.Globalization;
using System.Text.Json;
using Clew.Protocols.Values;

namespace Clew.Protocols.Kubernetes;

/// <summary>The fields of one object as they are gathered: bounded in number and length, empty ones left out.</summary>
internal sealed class ObjectFields(KubernetesLimits limits, TextCut cut)
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private int _dropped;

    public IReadOnlyDictionary<string, string> Values
    {
        get
        {
            if (_dropped > 0)
            {
                _fields["fields.dropped"] = _dropped.ToString(CultureInfo.InvariantCulture);
            }

            return _fields;
        }
    }

    public void Set(string name, string value)
    {
        if (value.Length == 0 || _fields.ContainsKey(name))
        {
            return;
        }

        if (_fields.Count >= limits.MaxFields || name.Length > limits.MaxNameLength)
        {
            _dropped++;
            return;
        }

        _fields.Add(name, cut.Cut(name, value, limits.MaxFieldLength));
    }

    public void Set(string name, JsonElement value) => Set(name, value.Text());

    /// <summary>Texts joined by commas, in order, each once.</summary>
    public void SetNames(string name, IEnumerable<string> names) =>
        Set(name, string.Join(',', names.Where(text => text.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));

    /// <summary>A part of the specification as compact JSON, for parts whose every detail matters and that hold no values of anybody's data.</summary>
    public void SetJson(string name, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
        {
            var text = Compact(value);
            if (text is not ("[]" or "{}"))
            {
                Set(name, text);
            }
        }
        else
        {
            Set(name, value);
        }
    }

    /// <summary>Every member of a map of texts, as <c>prefix.key</c>.</summary>
    public void SetAll(string prefix, JsonElement map)
    {
        foreach (var member in map.Members())
        {
            Set($"{prefix}.{member.Name}", member.Value);
        }
    }

    private static string Compact(JsonElement value)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            value.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
