using Clew.Server.Api.Contracts;
using Clew.Server.Changes;
using Clew.Telemetry;

namespace Clew.Cli.Rendering;

/// <summary>Services, operations, dependencies and lists of traces.</summary>
public static class ListText
{
    /// <summary>From this width on a trace fits on one line with its id in full.</summary>
    private const int TraceTableWidth = 110;

    private const int ServicesShown = 4;

    public static IEnumerable<Line> Services(ServiceList list, Page page)
    {
        if (list.Services.Count == 0)
        {
            return [Line.Of("No service sent anything in this time. Send OTLP to the server, or read files in with: clew import FILE")];
        }

        return Table.Render(
            [new("SERVICE", Shrinks: true), new("SPANS", Right: true), new("ERRORS", Right: true), new("ERROR %", Right: true), new("LOGS", Right: true)],
            [.. list.Services.Select(service => (IReadOnlyList<Cell>)
            [
                new Cell(service.Name, Ink.Accent),
                new Cell(Page.Number(service.SpanCount)),
                Errors(service.ErrorCount),
                Share(service.ErrorCount, service.SpanCount),
                new Cell(Page.Number(service.LogCount)),
            ])],
            page);
    }

    public static IEnumerable<Line> Operations(OperationList list, Page page)
    {
        if (list.Operations.Count == 0)
        {
            return [Line.Of($"The service {list.Service} sent no spans in this time; clew services lists those that did.")];
        }

        return Table.Render(
            [
                new("OPERATION", Shrinks: true), new("KIND"), new("SPANS", Right: true), new("ERRORS", Right: true),
                new("P50", Right: true), new("P95", Right: true), new("P99", Right: true),
            ],
            [.. list.Operations.Select(operation => (IReadOnlyList<Cell>)
            [
                new Cell(operation.Name, Ink.Accent),
                new Cell(SpanWords.NameOf(operation.Kind), Ink.Dim),
                new Cell(Page.Number(operation.SpanCount)),
                Errors(operation.ErrorCount),
                new Cell(page.Duration(operation.P50DurationNanos)),
                new Cell(page.Duration(operation.P95DurationNanos)),
                new Cell(page.Duration(operation.P99DurationNanos)),
            ])],
            page);
    }

    public static IEnumerable<Line> Dependencies(DependencyList list, Page page)
    {
        if (list.Dependencies.Count == 0)
        {
            yield return Line.Of($"No calls between services ({Span(list.StartTime, list.EndTime, page)}). Ask for another time with --start and --end.");
            yield break;
        }

        yield return Line.Of(Span(list.StartTime, list.EndTime, page), Ink.Dim);
        var lines = Table.Render(
            [new("CALLER", Shrinks: true), new("CALLEE", Shrinks: true), new("CALLS", Right: true), new("ERRORS", Right: true), new("ERROR %", Right: true)],
            [.. list.Dependencies.Select(pair => (IReadOnlyList<Cell>)
            [
                new Cell(pair.Caller, Ink.Accent),
                new Cell(pair.Callee, Ink.Accent),
                new Cell(Page.Number(pair.CallCount)),
                Errors(pair.ErrorCount),
                Share(pair.ErrorCount, pair.CallCount),
            ])],
            page);
        foreach (var line in lines)
        {
            yield return line;
        }
    }

    public static IEnumerable<Line> Traces(TraceList list, Page page)
    {
        if (list.Traces.Count == 0)
        {
            yield return Line.Of("No trace fulfils these conditions. Leave some out, or widen the time range.");
            yield break;
        }

        foreach (var line in page.Width >= TraceTableWidth ? TraceTable(list, page) : list.Traces.SelectMany(trace => TraceInTwoLines(trace, page)))
        {
            yield return line;
        }

        if (list.Traces.Count >= list.Limit && !page.Unbounded)
        {
            yield return Line.Of($"There may be more: {Sentence.Count(list.Limit, "trace")} were asked for (--limit).", Ink.Dim);
        }
    }

    public static IEnumerable<Line> Changes(ChangeList list, Page page)
    {
        if (list.Changes.Count == 0)
        {
            return [Line.Of("No change was recorded in this time. Record one with: clew change add SUMMARY --kind KIND --service NAME")];
        }

        return Table.Render(
            [new("TIME"), new("KIND"), new("SERVICE", Shrinks: true), new("VERSION", Shrinks: true), new("SUMMARY", Shrinks: true), new("AUTHOR", Shrinks: true)],
            [.. list.Changes.Select(change => (IReadOnlyList<Cell>)
            [
                new Cell(page.DateTime(change.Time)),
                new Cell(change.Kind, Ink.Warning),
                new Cell(change.Service, Ink.Accent),
                new Cell(change.Version),
                new Cell(change.Summary),
                new Cell(change.Author, Ink.Dim),
            ])],
            page);
    }

    private static IEnumerable<Line> TraceTable(TraceList list, Page page) => Table.Render(
        [
            new("TRACE"), new("START"), new("DURATION", Right: true), new("SPANS", Right: true), new("ERRORS", Right: true), new("ROOT", Shrinks: true),
        ],
        [.. list.Traces.Select(trace => (IReadOnlyList<Cell>)
        [
            new Cell(trace.TraceId.ToString(), Ink.Accent),
            new Cell(page.DateTime(trace.StartTime)),
            new Cell(page.Duration(trace.DurationNanos), Ink.Strong),
            new Cell(Page.Number(trace.SpanCount)),
            Errors(trace.ErrorCount),
            new Cell($"{trace.RootService}: {trace.RootName}{(trace.Partial ? " (partial)" : string.Empty)}"),
        ])],
        page);

    private static IEnumerable<Line> TraceInTwoLines(TraceEntry trace, Page page)
    {
        yield return new Line()
            .Add(trace.TraceId.ToString(), Ink.Accent)
            .Add($"  {page.DateTime(trace.StartTime)}")
            .RightTo(70, page.Duration(trace.DurationNanos), Ink.Strong);
        var counts = new Line().Add($"  {Sentence.Count(trace.SpanCount, "span")}", Ink.Dim);
        if (trace.ErrorCount > 0)
        {
            counts.Add($", {Sentence.Count(trace.ErrorCount, "error")}", Ink.Bad);
        }

        if (trace.Partial)
        {
            counts.Add(", partial", Ink.Warning);
        }

        var names = trace.Services.Select(service => service.Name).Where(name => name != trace.RootService).ToList();
        if (names.Count > 0)
        {
            var also = $", also {string.Join(", ", names.Take(ServicesShown))}{(names.Count > ServicesShown ? $" +{names.Count - ServicesShown}" : string.Empty)}";
            counts.Add(page.Fit(also, page.Width - counts.Width), Ink.Dim);
        }

        yield return new Line().Space(2).Add(page.Fit($"{trace.RootService}: {trace.RootName}", page.Width - 2));
        yield return counts;
    }

    private static Cell Errors(long count) => count == 0 ? new Cell("0", Ink.Dim) : new Cell(Page.Number(count), Ink.Bad);

    private static Cell Share(long errors, long all) => errors == 0 || all == 0 ? new Cell("0 %", Ink.Dim) : new Cell(Page.Percent((double)errors / all), Ink.Bad);

    /// <summary>An end or a beginning that nobody gave is not spelled out.</summary>
    private static string Span(Timestamp start, Timestamp end, Page page) => (start <= Timestamp.MinValue, end == Timestamp.MaxValue) switch
    {
        (true, true) => "of all time",
        (true, false) => $"until {page.DateTime(end)}",
        (false, true) => $"since {page.DateTime(start)}",
        _ => $"{page.DateTime(start)} to {page.DateTime(end)}",
    };
}
