using System.Globalization;
using Clew.Server.Correlation;

namespace Clew.Cli.Rendering;

/// <summary>A request's story: its lines indented by who called whom, with how sure each is.</summary>
public static class StoryText
{
    private const int ServiceColumns = 22;
    private const int DeepestIndent = 8;

    public static IEnumerable<Line> Render(CorrelationAnswer answer, bool verbose, Page page)
    {
        var start = answer.StartTime ?? default;
        var length = (answer.EndTime ?? start).UnixNanoseconds - start.UnixNanoseconds;
        yield return new Line()
            .Add($"{Sentence.Count(answer.Lines.Count, "line")} of {Sentence.Count(answer.Services.Count, "service")}", Ink.Strong)
            .Add($" from {page.DateTime(start)}, {page.Duration(length)}; ")
            .Add($"{Page.Percent(answer.Confidence)} sure on average", answer.Confidence >= 0.8 ? Ink.Good : Ink.Warning);
        foreach (var key in answer.Followed)
        {
            yield return new Line().Add("  followed ", Ink.Dim).Add($"{key.Kind} {key.Value}", Ink.Accent).Add($" ({key.Why}; {Sentence.Count(key.Lines, "line")})", Ink.Dim);
        }

        if (answer.NotFollowed.Count > 0)
        {
            yield return new Line().Add("  not followed ", Ink.Dim).Add(string.Join(", ", answer.NotFollowed.Take(6).Select(key => $"{key.Kind} {key.Value}"))).Add(answer.NotFollowed.Count > 6 ? $" and {answer.NotFollowed.Count - 6} more" : string.Empty, Ink.Dim);
        }

        foreach (var note in answer.Notes)
        {
            yield return Line.Of(note, Ink.Warning);
        }

        yield return Line.Empty;
        var services = Math.Min(ServiceColumns, answer.Lines.Select(line => TextWidth.Of(line.Service)).DefaultIfEmpty(0).Max());
        for (var i = 0; i < answer.Lines.Count; i++)
        {
            if (answer.Gaps.FirstOrDefault(gap => i > 0 && gap.EndTime == answer.Lines[i].Time && gap.StartTime == answer.Lines[i - 1].Time) is { } gap)
            {
                yield return Line.Of($"  {page.Ellipsis} {page.Duration(gap.EndTime.UnixNanoseconds - gap.StartTime.UnixNanoseconds)} without a line {page.Ellipsis}", Ink.Dim);
            }

            yield return LineOf(answer, answer.Lines[i], start.UnixNanoseconds, services, page);
            if (verbose)
            {
                yield return new Line().Space(4).Add(answer.Lines[i].Why, Ink.Dim);
            }
        }

        yield return Line.Empty;
        foreach (var line in Services(answer, page))
        {
            yield return line;
        }
    }

    private static Line LineOf(CorrelationAnswer answer, CorrelatedLine line, long start, int services, Page page)
    {
        var text = new Line()
            .RightTo(9, $"+{page.Duration(line.Time.UnixNanoseconds - start)}", Ink.Dim)
            .RightTo(15, string.Create(CultureInfo.InvariantCulture, $"{line.Confidence * 100:0} %"), line.Confidence >= 0.8 ? Ink.Good : line.Confidence >= 0.5 ? Ink.Plain : Ink.Warning)
            .Add(" ");
        var before = text.Width;
        text.Add(TextWidth.Fit(Sentence.Clean(line.Service), ServiceColumns, page.Ellipsis), Ink.Accent).To(before + services + 1);
        return text.Space(Math.Min(DeepestIndent, Depth(answer, line.SpanIndex))).Add(line.Body, line.Severity >= 17 ? Ink.Bad : line.Severity >= 13 ? Ink.Warning : Ink.Plain);
    }

    private static int Depth(CorrelationAnswer answer, int span)
    {
        var depth = 0;
        for (var parent = answer.Spans[span].ParentIndex; parent is { } index; parent = answer.Spans[index].ParentIndex)
        {
            depth++;
        }

        return depth;
    }

    private static IEnumerable<Line> Services(CorrelationAnswer answer, Page page) => Table.Render(
        [new("SERVICE", Shrinks: true), new("LINES", Right: true), new("ERRORS", Right: true), new("FROM", Right: true), new("TO", Right: true)],
        [.. answer.Services.Select(service => (IReadOnlyList<Cell>)
        [
            new Cell(service.Name, Ink.Accent),
            new Cell(Page.Number(service.Lines)),
            new Cell(Page.Number(service.Errors), service.Errors > 0 ? Ink.Bad : Ink.Dim),
            new Cell("+" + page.Duration(service.StartTime.UnixNanoseconds - answer.StartTime!.Value.UnixNanoseconds)),
            new Cell("+" + page.Duration(service.EndTime.UnixNanoseconds - answer.StartTime!.Value.UnixNanoseconds)),
        ])],
        page);
}
