using Clew.Server.Detection;

namespace Clew.Cli.Rendering;

/// <summary>Lists of incidents.</summary>
public static class IncidentText
{
    public static IEnumerable<Line> Incidents(IncidentList list, Page page)
    {
        if (list.Incidents.Count == 0)
        {
            yield return Line.Of("No incident was noticed.");
            yield break;
        }

        var rows = list.Incidents.Select(incident => (IReadOnlyList<Cell>)
        [
            new Cell(page.DateTime(incident.Onset)),
            new Cell(incident.EndsAt is { } end ? page.Duration(end - incident.Onset) : "open", incident.EndsAt is null ? Ink.Bad : Ink.Good),
            new Cell(incident.Severity, Ink.Warning),
            new Cell(incident.Summary, Ink.Strong),
            new Cell(incident.Cause ?? "", Ink.Accent),
            new Cell(incident.Verdict ?? "", Ink.Dim),
            new Cell(incident.Change ?? ""),
        ]).ToList();
        foreach (var line in Table.Render(
            [
                new("ONSET"), new("FOR", Right: true), new("SEVERITY"), new("SYMPTOM", Shrinks: true), new("CAUSE", Shrinks: true), new("VERDICT"), new("CHANGE", Shrinks: true),
            ],
            rows,
            page))
        {
            yield return line;
        }

        if (list.Incidents.Count >= list.Limit && !page.Unbounded)
        {
            yield return Line.Of($"There may be more: {Sentence.Count(list.Limit, "incident")} were asked for (--limit).", Ink.Dim);
        }
    }
}
