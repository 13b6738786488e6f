namespace Clew.Tests.Architecture;

/// <summary>One row of the table of projects.</summary>
/// <param name="References">The projects it may reference.</param>
/// <param name="Packages">The packages it uses.</param>
internal sealed record ProjectRow(string Name, IReadOnlyList<string> References, IReadOnlyList<string> Packages);

/// <summary>The table under "Projects" in <c>ARCHITECTURE.md</c>.</summary>
internal static class ProjectTable
{
    private const string Header = "| project | holds | may reference | packages |";

    public static IReadOnlyList<ProjectRow> Rows { get; } = Parse(Repository.Read("ARCHITECTURE.md"));

    public static IReadOnlyList<ProjectRow> Parse(string document)
    {
        var lines = document.Split('\n').SkipWhile(line => line != Header).ToList();
        lines.ShouldNotBeEmpty($"ARCHITECTURE.md has no table that begins with {Header}");
        return [.. lines.Skip(2).TakeWhile(line => line.StartsWith('|')).Select(Row)];
    }

    private static ProjectRow Row(string line)
    {
        var cells = line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray();
        cells.Length.ShouldBe(4, line);
        return new ProjectRow(cells[0], List(cells[2]), List(cells[3]));
    }

    private static string[] List(string cell) => cell == "–" ? [] : [.. cell.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
