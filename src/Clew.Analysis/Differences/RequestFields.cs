using System.Globalization;
using System.Text.Json;

namespace Clew.Analysis.Differences;

/// <summary>Takes a document apart into fields. It is read as JSON, as an HTTP message (request or response with start line, headers and body), as one JSON value per line, or as lines.</summary>
public static class RequestFields
{
    /// <summary>Characters of a document; more are refused.</summary>
    public const int MaxLength = 4 << 20;

    /// <summary>Fields of a document; further ones are not compared.</summary>
    public const int MaxFields = 10_000;

    /// <summary>Nesting of JSON.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <returns>What it was read as (<c>json</c>, <c>json lines</c>, <c>http request</c>, <c>http response</c>, <c>text</c>), and its fields in order; of paths that repeat each has a number.</returns>
    public static (string Format, IReadOnlyList<KeyValuePair<string, string>> Fields) Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"It has more than {MaxLength >> 20} Mi characters."), nameof(text));
        }

        var fields = new FieldList();
        var whole = text.TrimStart('\uFEFF').Trim();
        var format = Http(whole, fields) ?? (Json(whole, "", fields) ? "json" : null) ?? JsonLines(whole, fields);
        if (format is null)
        {
            format = "text";
            if (whole.Length > 0)
            {
                Lines(whole, "line", fields);
            }
        }

        return (format, fields.All);
    }

    private static string? Http(string text, FieldList fields)
    {
        var lines = text.Split('\n');
        var first = lines[0].TrimEnd('\r').Split(' ', 3);
        string format;
        if (first is [var method, var target, var version] && version.StartsWith("HTTP/", StringComparison.Ordinal) && method.Length > 0 && method.All(char.IsAsciiLetterUpper))
        {
            format = "http request";
            fields.Add("start.method", method);
            var query = target.IndexOf('?', StringComparison.Ordinal);
            fields.Add("start.path", query < 0 ? target : target[..query]);
            if (query >= 0)
            {
                Form(target[(query + 1)..], "query.", fields);
            }

            fields.Add("start.version", version);
        }
        else if (first.Length > 1 && first[0].StartsWith("HTTP/", StringComparison.Ordinal) && int.TryParse(first[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            format = "http response";
            fields.Add("start.version", first[0]);
            fields.Add("start.status", first[1]);
        }
        else
        {
            return null;
        }

        var at = 1;
        var type = "";
        for (; at < lines.Length && lines[at].TrimEnd('\r') is { Length: > 0 } line; at++)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = (colon < 0 ? line : line[..colon]).Trim().ToLowerInvariant();
            var value = colon < 0 ? "" : line[(colon + 1)..].Trim();
            type = name == "content-type" ? value : type;
            fields.Add("header." + name, value);
        }

        var body = string.Join('\n', lines.Skip(at + 1)).Trim();
        if (body.Length > 0 && !Json(body, "body", fields))
        {
            if (type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            {
                Form(body, "body.", fields);
            }
            else
            {
                Lines(body, "body.line", fields);
            }
        }

        return format;
    }

    private static bool Json(string text, string path, FieldList fields)
    {
        if (text is not ['{' or '[', ..])
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(text, Options);
            Flatten(document.RootElement, path, fields);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? JsonLines(string text, FieldList fields)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length < 2)
        {
            return null;
        }

        var trial = new FieldList();
        for (var i = 0; i < lines.Length; i++)
        {
            if (!Json(lines[i], string.Create(CultureInfo.InvariantCulture, $"[{i}]"), trial))
            {
                return null;
            }
        }

        fields.AddAll(trial);
        return "json lines";
    }

    private static void Flatten(JsonElement element, string path, FieldList fields)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when element.EnumerateObject().Any():
                foreach (var member in element.EnumerateObject())
                {
                    Flatten(member.Value, path.Length == 0 ? member.Name : path + "." + member.Name, fields);
                }

                break;
            case JsonValueKind.Array when element.GetArrayLength() > 0:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    Flatten(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), fields);
                }

                break;
            default:
                fields.Add(path, element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText());
                break;
        }
    }

    private static void Form(string text, string prefix, FieldList fields)
    {
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            fields.Add(prefix + Uri.UnescapeDataString((equals < 0 ? pair : pair[..equals]).Replace('+', ' ')), equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..].Replace('+', ' ')));
        }
    }

    private static void Lines(string text, string name, FieldList fields)
    {
        var number = 1;
        foreach (var line in text.Split('\n'))
        {
            fields.Add(string.Create(CultureInfo.InvariantCulture, $"{name}[{number++}]"), line.TrimEnd('\r'));
        }
    }

    private sealed class FieldList
    {
        private readonly List<KeyValuePair<string, string>> _fields = [];
        private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);

        public IReadOnlyList<KeyValuePair<string, string>> All => _fields;

        public void Add(string path, string value)
        {
            if (_fields.Count >= MaxFields)
            {
                return;
            }

            var times = _seen[path] = _seen.GetValueOrDefault(path) + 1;
            _fields.Add(new(times == 1 ? path : string.Create(CultureInfo.InvariantCulture, $"{path} ({times})"), value));
        }

        public void AddAll(FieldList other)
        {
            foreach (var (path, value) in other._fields)
            {
                Add(path, value);
            }
        }
    }
}
