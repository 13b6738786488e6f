using Clew.Server.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Clew.Server.Scraping;

/// <summary>Reads files of targets: lists of <c>{"targets": ["host:port"], "labels": {"name": "value"}}</c> in JSON or YAML, as Prometheus's <c>file_sd</c>.</summary>
internal static class TargetFiles
{
    /// <param name="problems">Gets what could not be read, for the log.</param>
    /// <returns>Null when a file that is there cannot be read: what it said before stays.</returns>
    public static IReadOnlyList<TargetGroup>? Read(FileDiscovery discovery, long maxBytes, List<string> problems)
    {
        var groups = new List<TargetGroup>();
        var isWhole = true;
        foreach (var file in discovery.Files.SelectMany(pattern => Matching(pattern, problems)).Distinct(StringComparer.Ordinal))
        {
            try
            {
                if (new FileInfo(file).Length > maxBytes)
                {
                    throw new IOException($"it is larger than {maxBytes} bytes");
                }

                using var text = File.OpenText(file);
                var yaml = YamlText.Load(text);
                groups.AddRange(yaml.Documents.SelectMany(document => Groups(document.RootNode, file)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or YamlException or FormatException)
            {
                problems.Add($"{file}: {e.Message}");
                isWhole = false;
            }
        }

        return isWhole ? groups : null;
    }

    private static List<string> Matching(string pattern, List<string> problems)
    {
        var folder = Path.GetDirectoryName(pattern)!;
        try
        {
            return Path.GetFileName(pattern) is var name && name.Contains('*', StringComparison.Ordinal)
                ? [.. Directory.Exists(folder) ? Directory.EnumerateFiles(folder, name).Order(StringComparer.Ordinal) : Enumerable.Empty<string>()]
                : File.Exists(pattern) ? [pattern] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{pattern}: {e.Message}");
            return [];
        }
    }

    private static IEnumerable<TargetGroup> Groups(YamlNode root, string file)
    {
        if (root is YamlScalarNode { Value: null or "" })
        {
            yield break;
        }

        if (root is not YamlSequenceNode list)
        {
            throw new FormatException("expected a list of target groups");
        }

        foreach (var node in list.Children)
        {
            var problems = new List<ConfigurationProblem>();
            var section = new YamlSection(node as YamlMappingNode ?? throw new FormatException("expected target groups, each with targets and labels"), "target group", file, problems);
            var group = new TargetGroup(section.Texts("targets"), section.Pairs("labels"), file);
            section.End();
            if (problems.Count > 0)
            {
                throw new FormatException(problems[0].Message);
            }

            yield return group;
        }
    }
}
