using System.Diagnostics.CodeAnalysis;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Extraction;

/// <summary><c>| regexp "(?P&lt;name&gt;…)"</c>: the named groups of the first match; a line that does not match has none (grafana.com/docs/loki, log queries, regular expression).</summary>
public sealed class RegexpExtractor : LogQlExtractor
{
    private readonly Re2Pattern _pattern;
    private readonly (int Group, string Name)[] _groups;

    private RegexpExtractor(Re2Pattern pattern, (int Group, string Name)[] groups)
    {
        _pattern = pattern;
        _groups = groups;
    }

    /// <param name="problem">What is wrong with the expression, when false is returned.</param>
    public static bool TryCreate(string expression, [NotNullWhen(true)] out RegexpExtractor? extractor, out string problem)
    {
        extractor = null;
        if (!Re2Pattern.TryParse(expression, whole: false, out var pattern, out problem))
        {
            return false;
        }

        var groups = new List<(int Group, string Name)>();
        for (var group = 1; group < pattern.GroupNames.Count; group++)
        {
            var name = pattern.GroupNames[group];
            if (char.IsAsciiDigit(name[0]))
            {
                continue;
            }

            groups.Add((group, name));
        }

        if (groups.Count is 0 or > ExtractionLimits.Captures)
        {
            problem = groups.Count == 0 ? "at least one named group is needed: (?P<name>…)" : $"more than {ExtractionLimits.Captures} named groups";
            return false;
        }

        extractor = new RegexpExtractor(pattern, [.. groups]);
        return true;
    }

    public override LogQlExtraction Extract(ReadOnlySpan<char> line, ILogQlFieldSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);

        // Only a line that matches becomes a text of its own: the engine gives groups for texts alone.
        if (!_pattern.IsMatch(line) || _pattern.Match(line.ToString()) is not { } match)
        {
            return default;
        }

        foreach (var (number, name) in _groups)
        {
            if (match.Groups[number] is { Success: true } group && !sink.Add(name, group.ValueSpan))
            {
                break;
            }
        }

        return default;
    }
}
