using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Clew.Server.Configuration;

/// <summary>
/// Reads a YAML file into settings: nested maps become dotted names, each value remembers its line. <see cref="ConfigurationSections"/> read their own.
/// </summary>
internal static class ConfigurationFile
{
    public static IReadOnlyList<(string Name, string Value, string Origin)> Read(
        string path, List<ConfigurationProblem> problems, List<Func<ServerOptions, ServerOptions>> sections)
    {
        var settings = new List<(string, string, string)>();
        try
        {
            using var text = File.OpenText(path);
            var yaml = YamlText.Load(text);
            if (yaml.Documents.Count > 1)
            {
                problems.Add(new ConfigurationProblem(path, "a configuration is one YAML document, here are several"));
            }
            else if (yaml.Documents.Count == 1)
            {
                Flatten(yaml.Documents[0].RootNode, string.Empty, path, settings, problems, sections);
            }
        }
        catch (YamlException e)
        {
            problems.Add(new ConfigurationProblem(At(path, e.Start), "not YAML: " + e.Message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new ConfigurationProblem(path, "cannot be read: " + e.Message));
        }

        return settings;
    }

    private static void Flatten(
        YamlNode node, string name, string path, List<(string, string, string)> settings, List<ConfigurationProblem> problems, List<Func<ServerOptions, ServerOptions>> sections)
    {
        switch (node)
        {
            case YamlMappingNode map:
                foreach (var (key, value) in map.Children)
                {
                    var part = (key as YamlScalarNode)?.Value ?? key.ToString();
                    if (name.Length == 0 && ConfigurationSections.All.TryGetValue(part, out var read))
                    {
                        ReadSection(value, part, path, read, problems, sections);
                    }
                    else
                    {
                        Flatten(value, name.Length == 0 ? part : $"{name}.{part}", path, settings, problems, sections);
                    }
                }

                break;
            case YamlScalarNode { Value: null or "" or "~" or "null", Style: ScalarStyle.Plain } when name.Length == 0:
                break;
            case YamlScalarNode scalar when name.Length > 0:
                settings.Add((name, scalar.Value ?? string.Empty, At(path, node.Start)));
                break;
            case YamlSequenceNode list when list.Children.All(item => item is YamlScalarNode) && SettingTable.All.Any(setting => setting.TakesList && setting.Name == name):
                settings.Add((name, string.Join(' ', list.Children.Select(item => ((YamlScalarNode)item).Value)), At(path, node.Start)));
                break;
            default:
                problems.Add(new ConfigurationProblem(At(path, node.Start), name.Length == 0
                    ? "expected settings, each as name: value"
                    : $"{name}: expected one value, not a list"));
                break;
        }
    }

    private static void ReadSection(
        YamlNode node,
        string name,
        string path,
        Func<YamlSection, Func<ServerOptions, ServerOptions>> read,
        List<ConfigurationProblem> problems,
        List<Func<ServerOptions, ServerOptions>> sections)
    {
        if (node is YamlMappingNode map)
        {
            sections.Add(read(new YamlSection(map, name, path, problems)));
        }
        else if (node is not YamlScalarNode { Value: null or "" or "~" or "null", Style: ScalarStyle.Plain })
        {
            problems.Add(new ConfigurationProblem(At(path, node.Start), $"{name}: expected settings, each as name: value"));
        }
    }

    private static string At(string path, Mark mark) => string.Create(CultureInfo.InvariantCulture, $"{path}:{mark.Line}");
}
