using Clew.Protocols.Webhooks;
using Clew.Server.Configuration;
using Clew.Server.Records;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Clew.Server.Webhooks;

/// <summary>The secrets and mappings of webhooks, as their files say.</summary>
internal sealed class WebhookSettings(ServerOptions options)
{
    /// <summary>How the JSON of other systems becomes changes and alerts, by name.</summary>
    public IReadOnlyDictionary<string, RecordMapping> Mappings { get; } = ReadMappings(options.Webhooks.Mappings).Mappings;

    /// <summary>
    /// The secret of a source: the file of its name in webhooks.secrets, without white space around it. Read anew each time, so that it can be replaced
    /// while the server runs. Null when there is none.
    /// </summary>
    public async Task<byte[]?> SecretAsync(string source, CancellationToken cancellation)
    {
        var file = Path.Combine(options.Webhooks.Secrets, source);
        if (options.Webhooks.Secrets.Length == 0 || !File.Exists(file) || new FileInfo(file).Length > RecordLimits.SecretBytes)
        {
            return null;
        }

        var text = (await File.ReadAllTextAsync(file, cancellation)).Trim();
        return text.Length == 0 ? null : System.Text.Encoding.UTF8.GetBytes(text);
    }

    public bool TakesUnsigned(string source) => options.Webhooks.Unsigned.Contains(source, StringComparer.Ordinal);

    /// <summary>Reads the file of mappings; an empty path means none.</summary>
    public static (IReadOnlyDictionary<string, RecordMapping> Mappings, IReadOnlyList<string> Problems) ReadMappings(string file)
    {
        if (file.Length == 0)
        {
            return (new Dictionary<string, RecordMapping>(), []);
        }

        try
        {
            using var text = File.OpenText(file);
            return ReadMappings(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (new Dictionary<string, RecordMapping>(), [$"{file} cannot be read: {e.Message}"]);
        }
    }

    /// <summary>
    /// Reads mappings: a map from names to <c>record</c> (change or alert), <c>each</c>, <c>only</c> (path: list of values), fields, and
    /// <c>attributes</c>.
    /// </summary>
    /// <returns>What is wrong with it, as sentences; then there are no mappings.</returns>
    public static (IReadOnlyDictionary<string, RecordMapping> Mappings, IReadOnlyList<string> Problems) ReadMappings(TextReader text)
    {
        var mappings = new Dictionary<string, RecordMapping>(StringComparer.Ordinal);
        var problems = new List<string>();
        try
        {
            var yaml = YamlText.Load(text);
            if (yaml.Documents.Count == 1 && yaml.Documents[0].RootNode is YamlMappingNode root)
            {
                foreach (var (key, value) in root.Children)
                {
                    var name = (key as YamlScalarNode)?.Value ?? "";
                    if (name.Length == 0 || value is not YamlMappingNode parts)
                    {
                        problems.Add($"line {key.Start.Line}: expected a name and the parts of its mapping");
                        continue;
                    }

                    mappings[name] = ReadMapping(name, parts, problems);
                }
            }
            else
            {
                problems.Add("expected one YAML document that maps names to mappings");
            }
        }
        catch (YamlException wrong)
        {
            problems.Add($"line {wrong.Start.Line}: not YAML: {wrong.Message}");
        }

        return (problems.Count == 0 ? mappings : new Dictionary<string, RecordMapping>(), problems);
    }

    private static RecordMapping ReadMapping(string name, YamlMappingNode parts, List<string> problems)
    {
        var record = parts.Children.TryGetValue(new YamlScalarNode("record"), out var told) ? (told as YamlScalarNode)?.Value : "change";
        if (record is not ("change" or "alert"))
        {
            problems.Add($"{name}.record: expected change or alert, not '{record}'");
        }

        var mapping = new RecordMapping(name, record == "alert");
        foreach (var (key, value) in parts.Children)
        {
            var part = (key as YamlScalarNode)?.Value ?? "";
            var wrong = (part, value) switch
            {
                ("record", _) => null,
                ("only", YamlMappingNode only) when only.Children.Count == 1 && only.Children[0].Key is YamlScalarNode { Value: { } path } => mapping.Only(path, Values(only.Children[0].Value)),
                ("only", _) => "a path and the values that are taken",
                ("attributes", YamlMappingNode attributes) => attributes.Children
                    .Select(attribute => mapping.Set($"attributes.{(attribute.Key as YamlScalarNode)?.Value}", (attribute.Value as YamlScalarNode)?.Value ?? "")).FirstOrDefault(problem => problem is not null),
                (_, YamlScalarNode { Value: { } text }) => mapping.Set(part, text),
                _ => "one text",
            };
            if (wrong is not null)
            {
                problems.Add($"{name}.{part} (line {key.Start.Line}): expected {wrong}");
            }
        }

        return mapping;
    }

    private static IReadOnlyList<string> Values(YamlNode node) => node switch
    {
        YamlSequenceNode list => [.. list.Children.Select(item => (item as YamlScalarNode)?.Value ?? "")],
        YamlScalarNode { Value: { } single } => [single],
        _ => [],
    };
}
