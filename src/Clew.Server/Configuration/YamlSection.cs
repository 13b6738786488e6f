using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Clew.Server.Configuration;

/// <summary>
/// Reads a part of the configuration file that is more than names and values. Everything wrong is gathered, with its line; a value that is missing or wrong
/// comes back as the default, so that reading goes on.
/// </summary>
internal sealed class YamlSection
{
    private readonly YamlMappingNode _map;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public YamlSection(YamlMappingNode map, string name, string file, List<ConfigurationProblem> problems)
    {
        _map = map;
        Name = name;
        File = file;
        Problems = problems;
    }

    /// <summary>What it is called in messages, for example <c>scrape.scrape_configs[0]</c>.</summary>
    public string Name { get; }

    /// <summary>The path of the configuration file.</summary>
    public string File { get; }

    public List<ConfigurationProblem> Problems { get; }

    public bool Has(string key) => Find(key) is not null;

    /// <summary>One value; null when it is missing.</summary>
    public string? Text(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlScalarNode scalar:
                return scalar.Value ?? string.Empty;
            case var other:
                Refuse(key, "expected one value", other);
                return null;
        }
    }

    /// <summary>A value of some kind; the default when it is missing or wrong.</summary>
    public T Value<T>(string key, SettingValue<T> kind, T missing)
    {
        if (Text(key) is not { } text)
        {
            return missing;
        }

        if (kind.TryRead(text, out var value))
        {
            return value;
        }

        Refuse(key, $"expected {kind.Expected}, not \"{text}\"");
        return missing;
    }

    /// <summary>Texts: a list, or one value for a list of one.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlScalarNode scalar:
                return [scalar.Value ?? string.Empty];
            case YamlSequenceNode list when list.Children.All(node => node is YamlScalarNode):
                return [.. list.Children.Select(node => ((YamlScalarNode)node).Value ?? string.Empty)];
            case var other:
                Refuse(key, "expected a list of values", other);
                return [];
        }
    }

    /// <summary>Names with one value each.</summary>
    public IReadOnlyDictionary<string, string> Pairs(string key)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Section(key) is { } section)
        {
            foreach (var name in section.Keys)
            {
                pairs[name] = section.Text(name) ?? string.Empty;
            }
        }

        return pairs;
    }

    public IEnumerable<string> Keys => _map.Children.Keys.Select(key => (key as YamlScalarNode)?.Value ?? key.ToString());

    /// <summary>Settings within; null when they are missing.</summary>
    public YamlSection? Section(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlMappingNode map:
                return new YamlSection(map, $"{Name}.{key}", File, Problems);
            case var other:
                Refuse(key, "expected settings, each as name: value", other);
                return null;
        }
    }

    /// <summary>A list of settings.</summary>
    public IReadOnlyList<YamlSection> Sections(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlSequenceNode list when list.Children.All(node => node is YamlMappingNode):
                return [.. list.Children.Select((node, i) => new YamlSection((YamlMappingNode)node, string.Create(CultureInfo.InvariantCulture, $"{Name}.{key}[{i}]"), File, Problems))];
            case var other:
                Refuse(key, "expected a list of settings", other);
                return [];
        }
    }

    /// <summary>Reports every name that nobody asked for; called when all is read.</summary>
    public void End()
    {
        foreach (var (key, value) in _map.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? key.ToString();
            if (!_asked.Contains(name))
            {
                Refuse(name, "there is no such setting here", value);
            }
        }
    }

    public void Refuse(string key, string problem) => Refuse(key, problem, Find(key) ?? _map);

    private void Refuse(string key, string problem, YamlNode at) =>
        Problems.Add(new ConfigurationProblem(string.Create(CultureInfo.InvariantCulture, $"{File}:{at.Start.Line}"), $"{Name}.{key}: {problem}"));

    /// <summary>Null when it is missing, and when nothing stands behind its name.</summary>
    private YamlNode? Find(string key)
    {
        _asked.Add(key);
        return _map.Children.TryGetValue(new YamlScalarNode(key), out var node) && node is not YamlScalarNode { Value: null or "", Style: YamlDotNet.Core.ScalarStyle.Plain } ? node : null;
    }
}
