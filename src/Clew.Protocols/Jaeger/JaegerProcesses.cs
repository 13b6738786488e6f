using System.Globalization;
using System.Text;
using System.Text.Json;
using Clew.Telemetry;

namespace Clew.Protocols.Jaeger;

/// <summary>The processes of one trace: its resources by what Jaeger shows of them, numbered in order of appearance.</summary>
internal sealed class JaegerProcesses(SpanBatch batch)
{
    private readonly Dictionary<int, string> _byResource = [];
    private readonly Dictionary<string, string> _byContent = [];
    private readonly List<int> _resources = [];

    /// <summary>The process's id for a resource: <c>p1</c>, <c>p2</c>, …</summary>
    public string IdOf(int resource)
    {
        if (_byResource.TryGetValue(resource, out var id))
        {
            return id;
        }

        var content = ContentOf(resource);
        if (!_byContent.TryGetValue(content, out id))
        {
            _resources.Add(resource);
            id = string.Create(CultureInfo.InvariantCulture, $"p{_resources.Count}");
            _byContent[content] = id;
        }

        _byResource[resource] = id;
        return id;
    }

    /// <summary>Writes the property <c>processes</c>.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("processes"u8);
        foreach (var resource in _resources)
        {
            writer.WriteStartObject(IdOf(resource));
            writer.WriteString("serviceName"u8, batch.Resources[resource].Service);
            writer.WriteStartArray("tags"u8);
            JaegerTags.OfResource(new JaegerTagWriter(writer), batch, resource);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private string ContentOf(int resource)
    {
        var content = new StringBuilder();
        foreach (var entry in batch.Resources[resource].Attributes)
        {
            content.Append(CultureInfo.InvariantCulture, $"{entry.Key.Length}:{entry.Key}{(char)entry.Value.Type}{entry.Value.Text.Length}:{entry.Value.Text}");
        }

        return content.ToString();
    }
}
