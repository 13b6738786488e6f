using Clew.Server.Alerts;

namespace Clew.Cli.Rendering;

/// <summary>Lists of alerts.</summary>
public static class AlertText
{
    public static IEnumerable<Line> Alerts(AlertList list, Page page)
    {
        if (list.Alerts.Count == 0)
        {
            yield return Line.Of("No alert fulfils these conditions. Alerts come in by webhook (docs/changes.md), or with: clew import FILE");
            yield break;
        }

        var rows = list.Alerts.Select(alert => (IReadOnlyList<Cell>)
        [
            new Cell(page.DateTime(alert.StartsAt)),
            new Cell(alert.EndsAt is { } end ? page.Duration(end - alert.StartsAt) : "firing", alert.EndsAt is null ? Ink.Bad : Ink.Good),
            new Cell(alert.Severity ?? "", Ink.Warning),
            new Cell(alert.Name, Ink.Strong),
            new Cell(alert.Service ?? "", Ink.Accent),
            new Cell(alert.Source, Ink.Dim),
            new Cell(alert.Summary ?? ""),
        ]).ToList();
        foreach (var line in Table.Render(
            [
                new("START"), new("FOR", Right: true), new("SEVERITY"), new("ALERT", Shrinks: true), new("SERVICE", Shrinks: true), new("SOURCE"), new("SUMMARY", Shrinks: true),
            ],
            rows,
            page))
        {
            yield return line;
        }

        if (list.Alerts.Count >= list.Limit && !page.Unbounded)
        {
            yield return Line.Of($"There may be more: {Sentence.Count(list.Limit, "alert")} were asked for (--limit).", Ink.Dim);
        }
    }
}
