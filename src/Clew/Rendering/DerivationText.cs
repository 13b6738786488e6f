using System.Globalization;
using Clew.Server.Derivation;

namespace Clew.Cli.Rendering;

/// <summary>Failures by signature and log records by template, the most frequent first.</summary>
public static class DerivationText
{
    public static IEnumerable<Line> Errors(ErrorList list, Page page)
    {
        if (list.Errors.Count == 0)
        {
            yield return Line.Of("No exception was recorded in this time. Spans tell of them by events named exception, log records by attributes exception.* or a stack trace in the body.");
            yield break;
        }

        foreach (var error in list.Errors)
        {
            yield return new Line()
                .Add(error.Signature, Ink.Accent)
                .Add($"  {Sentence.Count(error.SpanCount, "span")}, {Sentence.Count(error.LogCount, "log record")}", Ink.Bad)
                .Add($"  last {page.DateTime(error.LastTime)}", Ink.Dim);
            var words = string.Join(": ", new[] { error.Type, error.Message }.Where(text => text.Length > 0));
            yield return new Line().Space(2).Add(page.Fit(words.Length == 0 ? "(no message)" : words, page.Width - 2), Ink.Strong);
            yield return new Line().Space(2).Add(page.Fit(string.Join(", ", error.Services), page.Width - 2));
            foreach (var frame in error.Frames)
            {
                yield return new Line().Space(4).Add(page.Fit($"at {frame}", page.Width - 4), Ink.Dim);
            }

            if (error.TraceId is { } trace)
            {
                yield return new Line().Space(4).Add("$ clew trace ", Ink.Dim).Add(trace.ToString(), Ink.Accent);
            }
        }

        if (list.Errors.Count >= list.Limit && !page.Unbounded)
        {
            yield return Line.Of($"There may be more: {Sentence.Count(list.Limit, "signature")} were asked for (--limit).", Ink.Dim);
        }
    }

    public static IEnumerable<Line> Templates(LogTemplateList list, Page page)
    {
        if (list.Templates.Count == 0)
        {
            yield return Line.Of("No log record fulfils these conditions. Leave some out, or widen the time range.");
            yield break;
        }

        var rows = list.Templates.Select(template => (IReadOnlyList<Cell>)
        [
            new Cell(template.Count.ToString("N0", CultureInfo.InvariantCulture)),
            new Cell(template.SeverityText ?? "", template.Severity >= 17 ? Ink.Bad : template.Severity >= 13 ? Ink.Warning : Ink.Dim),
            new Cell(page.DateTime(template.LastTime), Ink.Dim),
            new Cell(string.Join(", ", template.Services), Ink.Accent),
            new Cell(template.Members is { } members ? $"{template.Template} +{members.Count - 1}" : template.Template, Ink.Dim),
            new Cell(template.Text.Length > 0 ? template.Text : template.Example),
        ]).ToList();
        foreach (var line in Table.Render([new("COUNT", Right: true), new("SEVERITY"), new("LAST"), new("SERVICE", Shrinks: true), new("ID"), new("TEMPLATE", Shrinks: true)], rows, page))
        {
            yield return line;
        }

        if (list.Templates.Any(template => template.Members is not null))
        {
            yield return Line.Of("+n: so many more templates are the same statement with other words; --json has their ids, and --template takes several with commas between them.", Ink.Dim);
        }

        if (list.Templates.Count >= list.Limit && !page.Unbounded)
        {
            yield return Line.Of($"There may be more: {Sentence.Count(list.Limit, "template")} were asked for (--limit).", Ink.Dim);
        }
    }
}
