using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Analysis.Worlds;

namespace Clew.Tests.Analysis.Investigation;

/// <summary>What database servers say of their statements, per stretch of the baseline or in the window; stretches differ by up to a tenth.</summary>
internal sealed partial class WorldCase
{
    private readonly Dictionary<(int Service, string Text), WorldStatementUse[]> _statements = [];

    private WorldStatement[] ServerStatements() => [.. _statements.OrderBy(s => s.Key.Service).ThenBy(s => s.Key.Text, StringComparer.Ordinal).Select(s => new WorldStatement(s.Key.Service, s.Key.Text, s.Value))];

    private void AddStatement(string line)
    {
        var match = StatementLine().Match(line);
        match.Success.ShouldBeTrue($"not a statement: {line}");
        var key = (Number(_services, match.Groups["service"].Value), match.Groups["text"].Value);
        if (!_statements.TryGetValue(key, out var uses))
        {
            _statements[key] = uses = new WorldStatementUse[Stretches + 1];
        }

        long Number64(string group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
        foreach (var stretch in match.Groups["when"].Value == "window" ? [-1] : Enumerable.Range(0, Stretches))
        {
            uses[stretch + 1] = new WorldStatementUse(
                Number64("calls"), Number64("milliseconds") * (1 + (stretch % 3 * 0.03)), Number64("calls"), Number64("blocks"), (stretch < 0 ? WindowStart : StretchStart(stretch)) + Second);
        }
    }

    [GeneratedRegex("""^statement (?<when>baseline|window) (?<service>\S+) (?<calls>\d+) (?<milliseconds>\d+) (?<blocks>\d+) "(?<text>[^"]*)"$""")]
    private static partial Regex StatementLine();
}
