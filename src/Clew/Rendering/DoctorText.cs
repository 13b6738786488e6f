using System.Globalization;
using Clew.Analysis.Doctor;

namespace Clew.Cli.Rendering;

/// <summary>What the doctor found, the worst first: what it is, the numbers, the likely cause, what to do. Then what could not be judged.</summary>
public static class DoctorText
{
    /// <summary>Lines longer than this are hard to read, however wide the terminal is.</summary>
    private const int WidestText = 100;

    private const int Indent = 2;
    private const int TracesShown = 2;

    /// <param name="all">Also the checks that found nothing.</param>
    public static IEnumerable<Line> Report(DoctorReport report, bool all, Page page)
    {
        var text = page with { Width = Math.Min(page.Width, WidestText) };
        return [.. Head(report, text), .. report.Findings.GroupBy(finding => finding.Check).SelectMany(group => Finding(group, report, text)), .. Rest(report, all, text)];
    }

    /// <summary>A table: id, name, value with its unit, target.</summary>
    public static IEnumerable<Line> Measures(TracingMeasures measures, Page page)
    {
        yield return Line.Of($"{page.DateTime(measures.Start)} to {page.DateTime(measures.End)}", Ink.Dim);
        var lines = Table.Render(
            [new(" "), new("MEASURE"), new("VALUE", Right: true), new("UNIT"), new("TARGET", Shrinks: true)],
            [.. measures.Measures.Select(measure => (IReadOnlyList<Cell>)
            [
                new Cell(measure.Id, Ink.Dim),
                new Cell(measure.Name, Ink.Accent),
                new Cell(Number(measure.Value), measure.OnTarget switch { true => Ink.Good, false => Ink.Bad, null => Ink.Strong }),
                new Cell(measure.Unit == "1" ? string.Empty : measure.Unit),
                new Cell(measure.Unknown ?? measure.Target, Ink.Dim),
            ])],
            page);
        foreach (var line in lines)
        {
            yield return line;
        }
    }

    private static IEnumerable<Line> Head(DoctorReport report, Page page)
    {
        var counts = report.Findings.CountBy(finding => finding.Severity).OrderByDescending(count => count.Key).ToArray();
        yield return counts.Length == 0
            ? Line.Of("Nothing found.", Ink.Good)
            : Join(counts.Select(count => new Piece(Sentence.Count(count.Value, count.Key.ToString().ToLowerInvariant()), InkOf(count.Key))));
        foreach (var line in Wrapped($"{page.DateTime(report.Start)} to {page.DateTime(report.End)}. {string.Join(' ', report.Basis)}", 0, page, Ink.Dim))
        {
            yield return line;
        }
    }

    private static IEnumerable<Line> Finding(IGrouping<string, DoctorFinding> findings, DoctorReport report, Page page)
    {
        var first = findings.First();
        var title = report.Checks.FirstOrDefault(check => check.Check == first.Check)?.Title ?? first.Check;
        yield return Line.Empty;
        yield return new Line().Add(first.Severity.ToString().ToUpperInvariant(), InkOf(first.Severity)).Add(" ").Add(title, Ink.Strong).Add($"  {first.Check}", Ink.Dim);
        foreach (var finding in findings)
        {
            foreach (var line in Wrapped($"{page.Dot} {finding.Summary}", Indent, page, Ink.Plain, hang: 2))
            {
                yield return line;
            }

            foreach (var trace in finding.Traces.Take(TracesShown))
            {
                yield return new Line().Space(Indent + 2).Add("$ clew trace ", Ink.Dim).Add(trace, Ink.Accent);
            }
        }

        foreach (var line in Wrapped($"Likely cause: {first.Cause}", Indent, page, Ink.Plain, hang: 2).Concat(Wrapped($"What to do: {first.Fix}", Indent, page, Ink.Good, hang: 2)))
        {
            yield return line;
        }
    }

    private static IEnumerable<Line> Rest(DoctorReport report, bool all, Page page)
    {
        var unknown = report.Checks.Where(check => check.Outcome == CheckOutcome.Unknown).ToArray();
        if (unknown.Length > 0)
        {
            yield return Line.Empty;
            yield return Line.Of("Could not be judged", Ink.Strong);
            foreach (var reason in unknown.GroupBy(check => check.Reason))
            {
                foreach (var line in Wrapped($"{reason.Key}: {string.Join(", ", reason.Select(check => check.Check))}", Indent, page, Ink.Dim, hang: 2))
                {
                    yield return line;
                }
            }
        }

        var clean = report.Checks.Where(check => check.Outcome == CheckOutcome.Clean).ToArray();
        if (clean.Length > 0)
        {
            yield return Line.Empty;
            var text = all ? $"Nothing found by: {string.Join(", ", clean.Select(check => check.Check))}" : $"{Sentence.Count(clean.Length, "further check")} found nothing (--all lists them).";
            foreach (var line in Wrapped(text, 0, page, Ink.Dim, hang: Indent))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<Line> Wrapped(string text, int indent, Page page, Ink ink, int hang = 0)
    {
        var lines = TextWidth.Wrap(Sentence.Clean(text), page.Width - indent - hang);
        for (var i = 0; i < lines.Count; i++)
        {
            yield return new Line().Space(indent + (i == 0 ? 0 : hang)).Add(lines[i], ink);
        }
    }

    private static Line Join(IEnumerable<Piece> pieces)
    {
        var line = new Line();
        foreach (var piece in pieces)
        {
            line.Add(line.Width > 0 ? ", " : string.Empty).Add(piece.Text, piece.Ink);
        }

        return line;
    }

    private static string Number(double? value) => value switch
    {
        null => "?",
        0 => "0",
        { } number when Math.Abs(number) >= 1_000 => number.ToString("N0", CultureInfo.InvariantCulture),
        { } number => number.ToString("0.####", CultureInfo.InvariantCulture),
    };

    private static Ink InkOf(DoctorSeverity severity) => severity switch
    {
        DoctorSeverity.Problem => Ink.Bad,
        DoctorSeverity.Warning => Ink.Warning,
        _ => Ink.Accent,
    };
}
