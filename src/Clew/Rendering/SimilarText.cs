using Clew.Server.Investigations;

namespace Clew.Cli.Rendering;

/// <summary>Earlier investigations.</summary>
public static class SimilarText
{
    public static IEnumerable<Line> Render(SimilarList list, Page page)
    {
        if (list.Similar.Count == 0)
        {
            yield return Line.Of("Nothing like it is remembered.");
        }

        foreach (var past in list.Similar)
        {
            yield return new Line().RightTo(5, Page.Percent(past.Similarity), past.Similarity >= 0.7 ? Ink.Strong : Ink.Plain).Add("  ").Add(page.DateTime(past.Time), Ink.Dim).Add("  ").Add(past.Id, Ink.Accent).Add($"  {past.Verdict.ToString().ToUpperInvariant()}", Ink.Dim);
            foreach (var line in TextWidth.Wrap(Sentence.Clean(past.Headline), Math.Max(20, page.Width - 7)))
            {
                yield return new Line().Space(7).Add(line);
            }

            yield return new Line().Space(7).Add(past.Why, Ink.Dim);
        }
    }

    public static IEnumerable<Line> List(InvestigationList list, Page page) => list.Investigations.Count == 0
        ? [Line.Of("No investigation is remembered yet.")]
        : Table.Render(
            [new("WINDOW FROM"), new("ID"), new("VERDICT"), new("CAUSE", Shrinks: true), new("HEADLINE", Shrinks: true)],
            [.. list.Investigations.Select(one => (IReadOnlyList<Cell>)[new Cell(page.DateTime(one.Start)), new Cell(one.Id, Ink.Accent), new Cell(one.Verdict), new Cell($"{one.Kind} in {one.Service}"), new Cell(one.Headline)])],
            page);
}
