using System.Text;
using System.Text.Json;
using Clew.Protocols.Values;
using Clew.Telemetry;

namespace Clew.Protocols.Webhooks;

/// <summary>
/// How the JSON of any system becomes changes or alerts: for each element of a path, fields by templates. A template is text with paths in braces
/// (<c>Deployed {$.app} {$.version}</c>), or a single path.
/// </summary>
public sealed class RecordMapping
{
    /// <summary>The fields of a change.</summary>
    public static readonly IReadOnlyList<string> ChangeFields = ["id", "time", "kind", "service", "summary", "version", "author", "link"];

    /// <summary>The fields of an alert.</summary>
    public static readonly IReadOnlyList<string> AlertFields = ["fingerprint", "name", "status", "severity", "service", "summary", "link", "startsAt", "endsAt"];

    private readonly Dictionary<string, Template> _fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Template> _attributes = new(StringComparer.Ordinal);
    private (JsonPathText Path, IReadOnlyList<string> Values)? _only;
    private JsonPathText? _each;

    /// <param name="name">What the sender is called in <c>source</c>.</param>
    /// <param name="isAlert">Alerts come of it, else changes.</param>
    public RecordMapping(string name, bool isAlert) => (Name, IsAlert) = (name, isAlert);

    public string Name { get; }

    public bool IsAlert { get; }

    /// <summary>Sets one part of the mapping: <c>each</c>, a field, or <c>attributes.NAME</c> (labels, for alerts).</summary>
    /// <returns>Null, or what would have been right.</returns>
    public string? Set(string part, string text)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (part == "each")
        {
            return JsonPathText.TryParse(text, out _each, out var expected) ? null : expected;
        }

        if (!Template.TryParse(text, out var template, out var wrong))
        {
            return wrong;
        }

        if (part.StartsWith("attributes.", StringComparison.Ordinal))
        {
            _attributes[part["attributes.".Length..]] = template;
            return null;
        }

        if (!(IsAlert ? AlertFields : ChangeFields).Contains(part))
        {
            return $"one of each, only, attributes.NAME, {string.Join(", ", IsAlert ? AlertFields : ChangeFields)}";
        }

        _fields[part] = template;
        return null;
    }

    /// <summary>Takes only elements in which the path has one of these values.</summary>
    /// <returns>Null, or what would have been right.</returns>
    public string? Only(string path, IReadOnlyList<string> values)
    {
        if (!JsonPathText.TryParse(path, out var parsed, out var expected))
        {
            return expected;
        }

        _only = (parsed, values);
        return null;
    }

    /// <summary>Makes records of a delivery.</summary>
    public void Read(JsonElement payload, WebhookBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (var element in _each?.FindAll(payload) ?? [payload])
        {
            if (_only is var (path, values) && !values.Contains(path.Find(element).Text(), StringComparer.Ordinal))
            {
                batch.Reject("an element that the mapping does not take (only)");
            }
            else if (IsAlert)
            {
                AddAlert(element, batch);
            }
            else
            {
                AddChange(element, batch);
            }
        }
    }

    private void AddChange(JsonElement element, WebhookBatch batch)
    {
        var time = WebhookBatch.Time(Value("time", element), batch.Now);
        var summary = Text("summary", element);
        var id = Text("id", element);
        var attributes = Attributes(element);
        attributes["source"] = Name;
        batch.Add(new ChangeRecord(
            id.Length > 0 ? id : $"{Name}-{time}-{summary}", time, Text("kind", element) is { Length: > 0 } kind ? kind : "deploy", Text("service", element), summary, Text("version", element),
            Text("author", element), Text("link", element), attributes));
    }

    private void AddAlert(JsonElement element, WebhookBatch batch)
    {
        var start = WebhookBatch.Time(Value("startsAt", element), batch.Now);
        var end = WebhookBatch.Time(Value("endsAt", element), new Timestamp(0));
        var status = Text("status", element);
        var resolved = status is "resolved" or "ok" or "closed" or "OK" or "RESOLVED" or "CLOSED" || (status.Length == 0 && end >= start);
        var name = Text("name", element);
        batch.Add(new AlertRecord
        {
            Fingerprint = Text("fingerprint", element) is { Length: > 0 } told ? told : $"{Name}/{name}/{Text("service", element)}",
            Start = start,
            End = resolved ? (end >= start ? end : batch.Now) : null,
            Updated = batch.Now,
            Status = resolved ? AlertStatus.Resolved : AlertStatus.Firing,
            Source = Name,
            Name = name,
            Severity = Text("severity", element),
            Service = Text("service", element),
            Summary = Text("summary", element),
            Link = Text("link", element),
            Labels = Attributes(element),
        });
    }

    private string Text(string field, JsonElement element) => _fields.TryGetValue(field, out var template) ? template.Fill(element) : "";

    private JsonElement Value(string field, JsonElement element) => _fields.TryGetValue(field, out var template) ? template.Find(element) : default;

    private Dictionary<string, string> Attributes(JsonElement element)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, template) in _attributes)
        {
            if (template.Fill(element) is { Length: > 0 } text)
            {
                attributes[name] = text;
            }
        }

        return attributes;
    }

    /// <summary>Texts and paths in turn.</summary>
    private sealed class Template(IReadOnlyList<(string Text, JsonPathText? Path)> parts)
    {
        public static bool TryParse(string text, out Template template, out string? expected)
        {
            template = new Template([]);
            var parts = new List<(string, JsonPathText?)>();
            var rest = text.StartsWith('$') ? $"{{{text}}}" : text;
            while (rest.Length > 0)
            {
                var open = rest.IndexOf("{$", StringComparison.Ordinal);
                if (open < 0)
                {
                    parts.Add((rest, null));
                    break;
                }

                var close = rest.IndexOf('}', open);
                if (close < 0)
                {
                    expected = $"a closing brace in '{text}'";
                    return false;
                }

                if (!JsonPathText.TryParse(rest[(open + 1)..close], out var path, out expected))
                {
                    return false;
                }

                parts.Add((rest[..open], path));
                rest = rest[(close + 1)..];
            }

            (template, expected) = (new Template(parts), null);
            return true;
        }

        public string Fill(JsonElement element)
        {
            var text = new StringBuilder();
            foreach (var (before, path) in parts)
            {
                var value = path?.Find(element) ?? default;
                text.Append(before).Append(value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? value.GetRawText() : value.Text());
            }

            return text.ToString();
        }

        /// <summary>The member itself, for values whose type matters.</summary>
        public JsonElement Find(JsonElement element) => parts is [(_, { } path)] ? path.Find(element) : default;
    }
}
