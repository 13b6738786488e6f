using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Telemetry;

namespace Clew.Tests.Analysis.Investigation;

/// <summary>Changes with their content, and what failing records carry.</summary>
internal sealed partial class WorldCase
{
    private readonly Dictionary<string, IReadOnlyList<string>> _clues = [];

    private void AddChange(string line, string[] diff)
    {
        var match = ChangeLine().Match(line);
        match.Success.ShouldBeTrue($"not a change: {line}");
        var options = Option().Matches(match.Groups["options"].Value).ToDictionary(o => o.Groups["key"].Value, o => o.Groups["value"].Value);
        var attributes = new Dictionary<string, string>();
        if (options.TryGetValue("commit", out var commit))
        {
            attributes["commit"] = commit;
        }

        if (options.TryGetValue("files", out var files))
        {
            attributes["files"] = files;
        }

        if (diff.Length > 0)
        {
            attributes["diff"] = string.Join('\n', diff.Select(l => l[1..]));
        }

        var service = match.Groups["service"].Value;
        _changes.Add(new ChangeRecord(
            options.GetValueOrDefault("id", $"change-{_changes.Count + 1}"),
            new Timestamp(WindowStart + (long)(double.Parse(match.Groups["seconds"].Value, CultureInfo.InvariantCulture) * Second)),
            match.Groups["kind"].Value, service == "-" ? "" : service, match.Groups["summary"].Value, "", "someone", "", attributes));
    }

    private void AddClue(string line)
    {
        var match = ClueLine().Match(line);
        match.Success.ShouldBeTrue($"not a clue: {line}");
        _clues[match.Groups["line"].Value] = match.Groups["clues"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex("""^change (?<seconds>-?[\d.]+) (?<kind>\S+) (?<service>\S+) "(?<summary>[^"]*)"(?<options>( .*)?)$""")]
    private static partial Regex ChangeLine();

    [GeneratedRegex("""^clue "(?<line>[^"]*)" (?<clues>.+)$""")]
    private static partial Regex ClueLine();
}
