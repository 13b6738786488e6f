using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Cli.Rendering;

/// <summary>What to show of a trace.</summary>
/// <param name="Verbose">Ids, attributes, events and links of every span.</param>
/// <param name="All">Every span, also repeated siblings and those beyond <see cref="TraceText.SpansShown"/>.</param>
/// <param name="Logs">Log records to show under their spans; null for none.</param>
public sealed record TraceView(bool Verbose = false, bool All = false, LogList? Logs = null);

/// <summary>
/// A trace as a waterfall: the tree of spans on the left, bars on a shared time axis, duration and self time on the right. The thick parts of the
/// bars are the critical path: read from top to bottom they cover the whole time once. Spans whose clock was off are drawn where they fit.
/// </summary>
public static class TraceText
{
    /// <summary>Rows of a waterfall unless all are asked for: more than anybody reads.</summary>
    public const int SpansShown = 500;

    /// <summary>So many siblings alike in a row are shown one by one; beyond, only the first and the count.</summary>
    private const int SiblingsShown = 4;

    private const int DurationColumns = 10;
    private const int SelfColumns = 9;

    public static IEnumerable<Line> Render(TraceDetail trace, TraceView view, Page page)
    {
        var layout = Layout.Of(trace, page);
        return [.. Header(trace, page), .. Rows(trace, view, layout, page), .. LoneLogs(trace, view, page), .. Shares(trace, page)];
    }

    private static IEnumerable<Line> Header(TraceDetail trace, Page page)
    {
        yield return new Line().Add("Trace ").Add(trace.TraceId.ToString(), Ink.Accent);
        yield return new Line().Add(page.Fit($"{trace.RootService}: {trace.RootName}", page.Width), Ink.Strong);
        var line = new Line()
            .Add($"{page.DateTime(trace.StartTime)}  ")
            .Add(page.Duration(trace.DurationNanos), Ink.Strong)
            .Add($"  {Sentence.Count(trace.SpanCount, "span")}, {Sentence.Count(trace.Services.Count, "service")}");
        yield return trace.ErrorCount > 0 ? line.Add($", {Sentence.Count(trace.ErrorCount, "error")}", Ink.Bad) : line;
        foreach (var warning in trace.Warnings)
        {
            foreach (var (text, i) in TextWidth.Wrap(warning, page.Width - 2).Select((text, i) => (text, i)))
            {
                yield return new Line().Add(i == 0 ? "! " : "  ", Ink.Warning).Add(text, Ink.Warning);
            }
        }

        yield return Line.Empty;
    }

    private static IEnumerable<Line> Rows(TraceDetail trace, TraceView view, Layout layout, Page page)
    {
        yield return new Line()
            .To(layout.Label)
            .Add(layout.Axis.Axis(page.Duration), Ink.Dim)
            .RightTo(layout.Label + layout.Axis.Columns + DurationColumns, "DURATION", Ink.Dim)
            .RightTo(layout.Label + layout.Axis.Columns + DurationColumns + SelfColumns, "SELF", Ink.Dim);

        var logs = view.Logs?.Logs.Where(log => log.SpanId is not null).ToLookup(log => log.SpanId!.Value);
        var children = trace.Spans.Select((_, i) => i).Where(i => trace.Spans[i].Analysis.ParentIndex is not null).ToLookup(i => trace.Spans[i].Analysis.ParentIndex!.Value);
        var critical = trace.CriticalPath.ToLookup(entry => entry.SpanIndex);
        var roots = Enumerable.Range(0, trace.Spans.Count).Where(i => trace.Spans[i].Analysis.ParentIndex is null).ToList();
        var shown = 0;
        var pending = new Stack<Row>();
        PushGroup(pending, trace, roots, string.Empty, top: true, view, page);
        while (pending.TryPop(out var row))
        {
            if (row.Note is { } note)
            {
                yield return new Line().Space(2).Add(row.Prefix, Ink.Dim).Add(note, Ink.Dim);
                continue;
            }

            if (!view.All && shown == SpansShown)
            {
                yield return Line.Of($"  {page.Ellipsis} {Sentence.Count(trace.Spans.Count - shown, "more span")} (--all shows them)", Ink.Warning);
                yield break;
            }

            shown++;
            var span = trace.Spans[row.Span];
            yield return SpanLine(span, row, SameService(trace, span), critical[row.Span], layout, page);
            var below = row.Below(page) + (children[row.Span].Any() ? page.Ascii ? "|  " : "│  " : "   ");
            foreach (var line in Details(span, trace, view, logs?[span.SpanId] ?? [], below, page))
            {
                yield return line;
            }

            PushGroup(pending, trace, [.. children[row.Span]], row.Below(page), top: false, view, page);
        }
    }

    /// <summary>Puts siblings on the stack in order; a run of like ones becomes its first and a note.</summary>
    private static void PushGroup(Stack<Row> pending, TraceDetail trace, List<int> siblings, string prefix, bool top, TraceView view, Page page)
    {
        var rows = new List<Row>();
        for (var i = 0; i < siblings.Count;)
        {
            var run = i + 1;
            while (run < siblings.Count && Alike(trace.Spans[siblings[i]], trace.Spans[siblings[run]]))
            {
                run++;
            }

            var collapse = !view.All && !view.Verbose && run - i > SiblingsShown;
            for (var j = i; j < (collapse ? i + 1 : run); j++)
            {
                rows.Add(new Row(siblings[j], prefix, j == siblings.Count - 1, top, null));
            }

            if (collapse)
            {
                var rest = siblings.GetRange(i + 1, run - i - 1).ConvertAll(index => trace.Spans[index].DurationNanos);
                var glyph = top ? string.Empty : Branch(run == siblings.Count, page);
                rows.Add(new Row(
                    -1,
                    prefix + glyph,
                    false,
                    top,
                    $"{page.Ellipsis} {Page.Number(rest.Count)} more like it, {page.Duration(rest.Sum())} in all, the longest {page.Duration(rest.Max())} (--all)"));
            }

            i = run;
        }

        for (var i = rows.Count - 1; i >= 0; i--)
        {
            pending.Push(rows[i]);
        }
    }

    private static bool SameService(TraceDetail trace, SpanDetail span) => span.Analysis.ParentIndex is { } parent && trace.Spans[parent].Service == span.Service;

    private static bool Alike(SpanDetail one, SpanDetail other) =>
        one.Service == other.Service && one.Name == other.Name && one.Status == other.Status && !other.Analysis.ErrorOrigin
        && one.Analysis.ChildCount == 0 && other.Analysis.ChildCount == 0 && one.Analysis.ParentMissing == other.Analysis.ParentMissing;

    private static Line SpanLine(SpanDetail span, Row row, bool sameService, IEnumerable<CriticalPathEntry> critical, Layout layout, Page page)
    {
        var failed = span.Status == SpanStatus.Error;
        var line = new Line()
            .Add(span.Analysis.OnCriticalPath ? page.Ascii ? "* " : "● " : "  ", Ink.Accent)
            .Add(row.Prefix + (row.Top ? string.Empty : Branch(row.Last, page)), Ink.Dim);
        if (span.Analysis.ParentMissing)
        {
            line.Add("? ", Ink.Warning);
        }

        // Who, then what. The service stands where it changes: a span without one belongs to the service of the span above it in the tree.
        var marks = failed ? page.Ascii ? " !" : " ✗" : string.Empty;
        var room = Math.Max(8, layout.Label - line.Width - 2 - marks.Length);
        if (!sameService)
        {
            var service = TextWidth.Fit(Sentence.Clean(span.Service), Math.Max(4, room * 3 / 5), page.Ellipsis);
            line.Add(service, Ink.Accent).Add(" ");
            room -= TextWidth.Of(service) + 1;
        }

        if (room > 2)
        {
            line.Add(TextWidth.Fit(Sentence.Clean(span.Name), room, page.Ellipsis), failed ? Ink.Bad : Ink.Plain);
        }

        line.Add(marks, Ink.Bad).To(layout.Label);
        var shift = span.Analysis.ClockSkewNanos ?? 0;
        var bar = layout.Axis.Bar(
            span.StartTime.UnixNanoseconds + shift,
            span.EndTime.UnixNanoseconds + shift,
            critical.Select(entry => (entry.StartTime.UnixNanoseconds, entry.EndTime.UnixNanoseconds)),
            page.Ascii);
        var ink = failed ? Ink.Bad : span.Analysis.OnCriticalPath ? Ink.Plain : Ink.Dim;
        var end = layout.Label + layout.Axis.Columns;
        return line
            .Add(bar, ink)
            .RightTo(end + DurationColumns, page.Duration(span.DurationNanos) + (shift != 0 ? "~" : string.Empty), failed ? Ink.Bad : Ink.Plain)
            .RightTo(end + DurationColumns + SelfColumns, page.Duration(span.Analysis.SelfTimeNanos), Ink.Dim);
    }

    private static IEnumerable<Line> Details(SpanDetail span, TraceDetail trace, TraceView view, IEnumerable<LogEntry> logs, string below, Page page)
    {
        if (span.Analysis.ErrorOrigin && ErrorText(span) is { } error)
        {
            foreach (var text in TextWidth.Wrap(error, page.Width - below.Length - 2).Take(view.Verbose ? int.MaxValue : 3))
            {
                yield return new Line().Space(2).Add(below, Ink.Dim).Add(text, Ink.Bad);
            }
        }

        if (view.Verbose)
        {
            foreach (var line in VerboseDetails(span, trace, page))
            {
                yield return new Line().Space(2).Add(below, Ink.Dim).Add(line);
            }
        }

        foreach (var log in logs.OrderBy(log => log.Time.UnixNanoseconds))
        {
            var offset = page.Duration(log.Time.UnixNanoseconds - trace.StartTime.UnixNanoseconds);
            var line = new Line().Space(2).Add(below, Ink.Dim).Add($"+{offset} ", Ink.Dim).Add(LogText.SeverityWord(log), LogText.InkOf(log)).Add(" ");
            yield return line.Add(page.Fit(log.Body, Math.Max(20, page.Width - line.Width)));
        }
    }

    /// <summary>Why a span failed, in its own words: the status message, else the last exception, else error.type.</summary>
    public static string? ErrorText(SpanDetail span)
    {
        var exception = span.Events.LastOrDefault(item => item.Name == "exception");
        var type = Value(exception?.Attributes, "exception.type");
        var message = Value(exception?.Attributes, "exception.message");
        var thrown = type is null ? message : message is null ? type : $"{type}: {message}";
        return (span.StatusMessage, thrown) switch
        {
            ({ Length: > 0 } status, { } text) when text.Contains(status, StringComparison.Ordinal) => text,
            ({ Length: > 0 } status, { } text) => $"{status} ({text})",
            ({ Length: > 0 } status, null) => status,
            (_, { } text) => text,
            _ => Status(span),
        };
    }

    private static string? Status(SpanDetail span) =>
        (Value(span.Attributes, "http.response.status_code") ?? Value(span.Attributes, "http.status_code")) is { } http ? $"HTTP {http}"
        : (Value(span.Attributes, "rpc.response.status_code") ?? Value(span.Attributes, "rpc.grpc.status_code")) is { } rpc ? $"RPC status {rpc}"
        : Value(span.Attributes, "error.type");

    private static IEnumerable<Line> VerboseDetails(SpanDetail span, TraceDetail trace, Page page)
    {
        var scope = trace.Scopes[span.ScopeIndex];
        yield return new Line().Add($"span {span.SpanId}  {SpanWords.NameOf(span.Kind)}  {scope.Name}{(scope.Version is null ? string.Empty : " " + scope.Version)}", Ink.Dim);
        foreach (var attribute in span.Attributes)
        {
            yield return AttributeLine(attribute, page);
        }

        foreach (var happened in span.Events)
        {
            yield return new Line().Add($"event {happened.Name} +{page.Duration(happened.Time.UnixNanoseconds - span.StartTime.UnixNanoseconds)}", Ink.Warning);
            foreach (var attribute in happened.Attributes)
            {
                yield return new Line().Space(2).Add(AttributeLine(attribute, page));
            }
        }

        foreach (var link in span.Links)
        {
            yield return new Line().Add("link to trace ", Ink.Dim).Add(link.TraceId.ToString(), Ink.Accent).Add($" span {link.SpanId}", Ink.Dim);
        }

        if (span.DroppedAttributesCount + span.DroppedEventsCount + span.DroppedLinksCount > 0)
        {
            yield return Line.Of($"dropped by the sender: {span.DroppedAttributesCount} attributes, {span.DroppedEventsCount} events, {span.DroppedLinksCount} links", Ink.Warning);
        }
    }

    /// <summary><c>key = value</c>.</summary>
    public static Line AttributeLine(ApiAttribute attribute, Page page) =>
        new Line().Add(attribute.Key, Ink.Dim).Add(" = ", Ink.Dim).Add(page.Unbounded ? attribute.Text : Sentence.Shorten(attribute.Text, Limits.ShownText));

    private static IEnumerable<Line> LoneLogs(TraceDetail trace, TraceView view, Page page)
    {
        var known = trace.Spans.Select(span => span.SpanId).ToHashSet();
        var lone = view.Logs?.Logs.Where(log => log.SpanId is null || !known.Contains(log.SpanId.Value)).ToList() ?? [];
        if (lone.Count == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Line.Of("LOGS OF NO SPAN", Ink.Dim);
        foreach (var line in LogText.Render(view.Logs! with { Logs = lone }, new LogTextView(), page))
        {
            yield return line;
        }
    }

    private static IEnumerable<Line> Shares(TraceDetail trace, Page page)
    {
        if (trace.Services.Count < 2)
        {
            yield break;
        }

        var path = Math.Max(1, trace.CriticalPath.Sum(entry => entry.DurationNanos));
        yield return Line.Empty;
        var lines = Table.Render(
            [
                new("SERVICE", Shrinks: true), new("SPANS", Right: true), new("ERRORS", Right: true), new("SELF TIME", Right: true), new("ON CRITICAL PATH", Right: true),
            ],
            [.. trace.Services.OrderByDescending(service => service.CriticalPathNanos).ThenByDescending(service => service.SelfTimeNanos).Select(service => (IReadOnlyList<Cell>)
            [
                new Cell(service.Name, Ink.Accent),
                new Cell(Page.Number(service.SpanCount)),
                new Cell(Page.Number(service.ErrorCount), service.ErrorCount > 0 ? Ink.Bad : Ink.Dim),
                new Cell(page.Duration(service.SelfTimeNanos)),
                new Cell($"{page.Duration(service.CriticalPathNanos)} {Page.Percent((double)service.CriticalPathNanos / path),6}"),
            ])],
            page);
        foreach (var line in lines)
        {
            yield return line;
        }
    }

    private static string? Value(IReadOnlyList<ApiAttribute>? attributes, string key) =>
        attributes?.FirstOrDefault(attribute => attribute.Key == key) is { Text.Length: > 0 } found ? found.Text : null;

    private static string Branch(bool last, Page page) => (last, page.Ascii) switch
    {
        (false, false) => "├─ ",
        (true, false) => "└─ ",
        (false, true) => "|- ",
        (true, true) => "`- ",
    };

    /// <summary>A span to be drawn, or a note in place of several.</summary>
    private readonly record struct Row(int Span, string Prefix, bool Last, bool Top, string? Note)
    {
        /// <summary>What stands before everything under this row.</summary>
        public string Below(Page page) => Prefix + (Top ? string.Empty : Last ? "   " : page.Ascii ? "|  " : "│  ");
    }

    /// <summary>How the width is divided.</summary>
    private readonly record struct Layout(int Label, Timeline Axis)
    {
        private const int NarrowestBar = 20;

        public static Layout Of(TraceDetail trace, Page page)
        {
            var needed = trace.Spans.Take(SpansShown)
                .Select(span => 6 + (span.Analysis.Depth * 3) + (SameService(trace, span) ? 0 : TextWidth.Of(span.Service) + 1) + TextWidth.Of(span.Name))
                .DefaultIfEmpty(0)
                .Max();
            var rest = page.Width - DurationColumns - SelfColumns;
            var label = Math.Clamp(needed + 3, 20, Math.Max(20, rest - NarrowestBar));
            var start = trace.Spans.Select(span => span.StartTime.UnixNanoseconds + (span.Analysis.ClockSkewNanos ?? 0)).DefaultIfEmpty(0).Min();
            var end = trace.Spans.Select(span => span.EndTime.UnixNanoseconds + (span.Analysis.ClockSkewNanos ?? 0)).DefaultIfEmpty(0).Max();
            return new Layout(label, new Timeline(start, end, Math.Max(NarrowestBar, rest - label)));
        }
    }
}
