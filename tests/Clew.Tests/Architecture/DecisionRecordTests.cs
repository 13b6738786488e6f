using System.Globalization;
using System.Text.RegularExpressions;

namespace Clew.Tests.Architecture;

/// <summary>Decision records are numbered without gaps, have the three parts, and stand in the index.</summary>
public sealed partial class DecisionRecordTests
{
    private const string Folder = "docs/adr";

    private static readonly string[] Parts = ["## Context", "## Decision", "## Consequences"];

    [Fact]
    public void Records_are_numbered_whole_and_listed()
    {
        var files = Directory.GetFiles(Repository.PathOf(Folder), "*.md").Select(file => Path.GetFileName(file)!).Where(name => name != "README.md").Order(StringComparer.Ordinal).ToList();
        files.ShouldNotBeEmpty();
        var index = Repository.Read($"{Folder}/README.md");
        var links = Link().Matches(index).Select(match => match.Groups["file"].Value).ToList();
        links.ShouldBe(files);
        for (var i = 0; i < files.Count; i++)
        {
            var number = (i + 1).ToString("0000", CultureInfo.InvariantCulture);
            files[i].ShouldStartWith(number + "-");
            var record = Repository.Read($"{Folder}/{files[i]}");
            var title = record.Split('\n')[0];
            title.ShouldStartWith($"# {number}. ", Case.Sensitive, files[i]);
            index.ShouldContain($"| [{number}]({files[i]}) | {title[$"# {number}. ".Length..]} |");
            foreach (var part in Parts)
            {
                record.ShouldContain(part + "\n", Case.Sensitive, files[i]);
            }
        }
    }

    [GeneratedRegex(@"\((?<file>\d{4}-[^)]+\.md)\)")]
    private static partial Regex Link();
}
