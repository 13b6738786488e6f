using System.Globalization;
using Clew.Server.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Clew.Server.Sampling;

/// <summary>
/// A map of a policy file while it is read: hands out values by key, notes what is wrong with each under its path in the file, and knows at the end
/// which keys nobody asked for.
/// </summary>
internal sealed class PolicyNode
{
    private readonly YamlMappingNode _map;
    private readonly List<ConfigurationProblem> _problems;
    private readonly string _file;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public PolicyNode(YamlMappingNode map, string path, string file, List<ConfigurationProblem> problems)
    {
        _map = map;
        _file = file;
        _problems = problems;
        Path = path;
    }

    /// <summary>Such as <c>policies[2].latency</c>.</summary>
    public string Path { get; }

    public string? Text(string key, bool required = true)
    {
        if (Find(key, required) is not { } node)
        {
            return null;
        }

        if (node is YamlScalarNode { Value: { } value } && !IsNull(node))
        {
            return value;
        }

        Refuse(key, "expected a text");
        return null;
    }

    public long? Whole(string key, long min, long max, bool required = true)
    {
        if (Text(key, required) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Refuse(key, max == long.MaxValue
            ? string.Create(CultureInfo.InvariantCulture, $"expected a whole number of at least {min}, not \"{text}\"")
            : string.Create(CultureInfo.InvariantCulture, $"expected a whole number from {min} to {max}, not \"{text}\""));
        return null;
    }

    public double? Number(string key, bool required = true)
    {
        if (Text(key, required) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0)
        {
            return number;
        }

        Refuse(key, $"expected a number of at least 0, not \"{text}\"");
        return null;
    }

    public bool? Flag(string key, bool required = false)
    {
        if (Text(key, required) is not { } text)
        {
            return null;
        }

        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        Refuse(key, $"expected true or false, not \"{text}\"");
        return null;
    }

    /// <summary>A list of texts; empty when there is none or it is wrong.</summary>
    public IReadOnlyList<string> Texts(string key, bool required = true)
    {
        if (Find(key, required) is not { } node)
        {
            return [];
        }

        if (node is not YamlSequenceNode list || list.Children.Any(child => child is not YamlScalarNode))
        {
            Refuse(key, "expected a list of texts");
            return [];
        }

        if (required && list.Children.Count == 0)
        {
            Refuse(key, "expected at least one entry");
        }

        return [.. list.Children.Select(child => ((YamlScalarNode)child).Value ?? string.Empty)];
    }

    public PolicyNode? Map(string key, bool required = true)
    {
        if (Find(key, required) is not { } node)
        {
            return null;
        }

        if (node is YamlMappingNode map)
        {
            return new PolicyNode(map, $"{Path}.{key}".TrimStart('.'), _file, _problems);
        }

        Refuse(key, "expected a map");
        return null;
    }

    /// <summary>A list of maps.</summary>
    public IReadOnlyList<PolicyNode> Maps(string key, bool required = true)
    {
        if (Find(key, required) is not { } node)
        {
            return [];
        }

        if (node is not YamlSequenceNode list)
        {
            Refuse(key, "expected a list");
            return [];
        }

        if (required && list.Children.Count == 0)
        {
            Refuse(key, "expected at least one entry");
        }

        var maps = new List<PolicyNode>();
        foreach (var (i, child) in list.Children.Index())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{Path}.{key}[{i}]").TrimStart('.');
            if (child is YamlMappingNode map)
            {
                maps.Add(new PolicyNode(map, path, _file, _problems));
            }
            else
            {
                _problems.Add(new ConfigurationProblem(At(child.Start), $"{path}: expected a map"));
            }
        }

        return maps;
    }

    /// <summary>A key that means something to a collector and nothing here.</summary>
    /// <returns>Whether it is there.</returns>
    public bool Skip(string key) => Find(key, required: false) is not null;

    public bool Has(string key) => _map.Children.ContainsKey(new YamlScalarNode(key));

    /// <summary>Refuses keys that nobody asked for.</summary>
    public void Close()
    {
        foreach (var key in _map.Children.Keys)
        {
            var name = (key as YamlScalarNode)?.Value ?? key.ToString();
            if (!_asked.Contains(name))
            {
                var known = _asked.Count == 0 ? "none is known here" : $"known are {string.Join(", ", _asked.Order(StringComparer.Ordinal))}";
                _problems.Add(new ConfigurationProblem(At(key.Start), $"{Join(name)}: unknown key; {known}"));
            }
        }
    }

    /// <param name="key">Empty for the map itself.</param>
    public void Refuse(string key, string what)
    {
        var where = key.Length > 0 && _map.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node.Start : _map.Start;
        _problems.Add(new ConfigurationProblem(At(where), $"{(key.Length == 0 ? Path : Join(key))}: {what}"));
    }

    private static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private string Join(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    private YamlNode? Find(string key, bool required)
    {
        _asked.Add(key);
        if (_map.Children.TryGetValue(new YamlScalarNode(key), out var node))
        {
            return node;
        }

        if (required)
        {
            Refuse(string.Empty, $"{key} is missing");
        }

        return null;
    }

    private string At(Mark mark) => string.Create(CultureInfo.InvariantCulture, $"{_file}:{mark.Line}");
}
