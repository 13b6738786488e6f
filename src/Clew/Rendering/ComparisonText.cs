using System.Globalization;
using Clew.Analysis.Differences;
using Clew.Analysis.Timelines;
using Clew.Analysis.Traces;

namespace Clew.Cli.Rendering;

/// <summary>What the tools that compare answer, for a terminal.</summary>
public static class ComparisonText
{
    private const int AttributesShown = 6;
    private const int OperationsShown = 12;

    /// <summary>Two traces: what matters, the aligned tree, where the time went.</summary>
    /// <param name="all">What is the same, too.</param>
    public static IEnumerable<Line> Diff(TraceDiff diff, bool all, Page page)
    {
        foreach (var (name, trace) in new[] { ("A", diff.A), ("B", diff.B) })
        {
            yield return new Line().Add(name + " ", Ink.Strong).Add(trace.TraceId, Ink.Accent).Add($"  {trace.RootService} {trace.RootName}  {page.Duration(trace.DurationNanos)}, {Sentence.Count(trace.SpanCount, "span")}")
                .Add(trace.ErrorCount > 0 ? $", {Sentence.Count(trace.ErrorCount, "error")}" : "", Ink.Bad);
        }

        yield return Line.Empty;
        foreach (var finding in diff.Findings)
        {
            foreach (var line in TextWidth.Wrap(Sentence.Clean(finding), page.Width))
            {
                yield return Line.Of(line, Ink.Strong);
            }
        }

        if (diff.Findings.Count == 0)
        {
            yield return Line.Of("Nothing differs that matters.", Ink.Good);
        }

        yield return Line.Empty;
        var hidden = 0;
        foreach (var span in diff.Spans)
        {
            if (!all && span.Fate == SpanFate.Same)
            {
                hidden++;
                continue;
            }

            yield return SpanLine(span, page);
            foreach (var attribute in span.Attributes.Take(all ? span.Attributes.Count : AttributesShown))
            {
                yield return Cut(new Line().Space((span.Depth * 2) + 4).Add(attribute.Key + ": ", Ink.Dim).Add(attribute.A ?? "(none)", Ink.Warning).Add($" {page.Arrow} ").Add(attribute.B ?? "(none)", Ink.Warning), page);
            }

            if (!all && span.Attributes.Count > AttributesShown)
            {
                yield return new Line().Space((span.Depth * 2) + 4).Add($"{span.Attributes.Count - AttributesShown} more attributes differ (--all shows them)", Ink.Dim);
            }
        }

        if (hidden > 0)
        {
            yield return Line.Of($"{Sentence.Count(hidden, "span")} alike (--all shows them).", Ink.Dim);
        }

        if (diff.MoreSpans > 0)
        {
            yield return Line.Of($"{Sentence.Count(diff.MoreSpans, "more row")} left out.", Ink.Dim);
        }

        yield return Line.Empty;
        foreach (var line in Table.Render(
            [new("OWN TIME OF", Shrinks: true), new("A", Right: true), new("B", Right: true), new("DIFFERENCE", Right: true), new("SPANS", Right: true)],
            [.. diff.SelfTimes.Where(change => change.DifferenceNanos != 0).Take(OperationsShown).Select(change => (IReadOnlyList<Cell>)
            [
                new Cell($"{change.Service} {change.Name}", Ink.Accent), new Cell(page.Duration(change.ANanos)), new Cell(page.Duration(change.BNanos)),
                new Cell((change.DifferenceNanos > 0 ? "+" : "") + page.Duration(change.DifferenceNanos), change.DifferenceNanos > 0 ? Ink.Warning : Ink.Good),
                new Cell(change.ACount == change.BCount ? Page.Number(change.ACount) : $"{change.ACount} {page.Arrow} {change.BCount}"),
            ])],
            page))
        {
            yield return line;
        }
    }

    /// <summary>Two requests: the fields that differ.</summary>
    public static IEnumerable<Line> Requests(RequestDiff diff, Page page)
    {
        yield return Line.Of($"A is {diff.FormatA}, B is {diff.FormatB}: {Sentence.Count(diff.Fields.Count + diff.MoreFields, "field")} differ, {diff.SameCount} are the same.", Ink.Strong);
        foreach (var field in diff.Fields)
        {
            yield return new Line().Add(field.Path, Ink.Accent).Add(field.Note is { } note ? $"  {note}" : "", Ink.Warning);
            if (field.A is { } a)
            {
                yield return Cut(new Line().Add("  - ", Ink.Bad).Add(a), page);
            }

            if (field.B is { } b)
            {
                yield return Cut(new Line().Add("  + ", Ink.Good).Add(b), page);
            }
        }

        if (diff.MoreFields > 0)
        {
            yield return Line.Of($"{Sentence.Count(diff.MoreFields, "more field")} left out.", Ink.Dim);
        }
    }

    /// <summary>A bad group against a good one.</summary>
    public static IEnumerable<Line> Groups(GroupComparison comparison, Page page)
    {
        foreach (var (name, group, ink) in new[] { ("bad ", comparison.Bad, Ink.Bad), ("good", comparison.Good, Ink.Good) })
        {
            yield return Cut(
                new Line().Add(name, ink).Add($"  {Sentence.Count(group.Traces, "trace")}, p50 {page.Duration(group.DurationP50)}, p95 {page.Duration(group.DurationP95)}, {Page.Percent(group.ErrorRatio)} failed  ")
                    .Add(string.Join(' ', group.TraceIds.Take(1)), Ink.Dim),
                page);
        }

        yield return Line.Empty;
        if (comparison.Slices.Count == 0)
        {
            yield return Line.Of(comparison.Bad.Traces < 3 || comparison.Good.Traces < 3 ? "Too few traces to tell what sets them apart: three of each at least." : "Nothing sets them apart that chance would not explain.", Ink.Warning);
        }
        else
        {
            foreach (var line in Table.Render(
                [new("WHAT THE BAD ONES HAVE IN COMMON", Shrinks: true), new("BAD", Right: true), new("GOOD", Right: true), new("BAD WITH", Right: true), new("WITHOUT", Right: true), new("DIFFERENCE", Right: true), new("FDR", Right: true)],
                [.. comparison.Slices.Select(slice => (IReadOnlyList<Cell>)
                [
                    new Cell(slice.Name, Ink.Accent), new Cell(Page.Number(slice.InBad)), new Cell(Page.Number(slice.InGood)), new Cell(Page.Percent(slice.BadShare)), new Cell(Page.Percent(slice.Outside)),
                    new Cell(string.Create(CultureInfo.InvariantCulture, $"{slice.RiskDifference * 100:+0;-0} ({slice.RiskLow * 100:0} to {slice.RiskHigh * 100:0})")), new Cell(slice.FalseDiscoveryRate.ToString("0.0e+0", CultureInfo.InvariantCulture)),
                ])],
                page))
            {
                yield return line;
            }

            foreach (var slice in comparison.Slices.Where(slice => slice.Folded.Count > 0).Take(4))
            {
                yield return Cut(new Line().Add($"the same traces: {slice.Name} = ", Ink.Dim).Add(string.Join("; ", slice.Folded), Ink.Dim), page);
            }
        }

        yield return Line.Empty;
        foreach (var line in Table.Render(
            [new("OWN TIME OF", Shrinks: true), new("GOOD", Right: true), new("BAD", Right: true), new("DIFFERENCE", Right: true), new("IN GOOD", Right: true), new("IN BAD", Right: true)],
            [.. comparison.Operations.Take(OperationsShown).Select(operation => (IReadOnlyList<Cell>)
            [
                new Cell($"{operation.Service} {operation.Name}", Ink.Accent), new Cell(operation.GoodSeconds is { } good ? page.Duration(good) : "-"), new Cell(operation.BadSeconds is { } bad ? page.Duration(bad) : "-"),
                new Cell((operation.DifferenceSeconds > 0 ? "+" : "") + page.Duration(operation.DifferenceSeconds), operation.DifferenceSeconds > 0 ? Ink.Warning : Ink.Plain), new Cell(Page.Number(operation.InGood)), new Cell(Page.Number(operation.InBad)),
            ])],
            page))
        {
            yield return line;
        }
    }

    /// <summary>Who owns the critical path.</summary>
    public static IEnumerable<Line> CriticalPath(CriticalPathShares shares, Page page)
    {
        if (shares.Traces == 0)
        {
            yield return Line.Of("No trace fulfils these conditions. Leave some out, or widen the time range.");
            yield break;
        }

        yield return Line.Of($"Critical path of {Sentence.Count(shares.Traces, "trace")}, {page.Duration(shares.TotalNanos)} together:", Ink.Strong);
        foreach (var line in Table.Render(
            [new("OPERATION", Shrinks: true), new("SHARE", Right: true), new("TIME", Right: true), new("TRACES", Right: true), new("A TRACE", Right: true), new("AT MOST", Right: true), new("IN TRACE")],
            [.. shares.Operations.Select(share => (IReadOnlyList<Cell>)
            [
                new Cell($"{share.Service} {share.Name}", Ink.Accent), new Cell(Page.Percent(share.Share), share.Share >= 0.3 ? Ink.Strong : Ink.Plain), new Cell(page.Duration(share.Nanos)), new Cell(Page.Number(share.Traces)),
                new Cell(page.Duration(share.Nanos / share.Traces)), new Cell(page.Duration(share.MostNanos)), new Cell(share.MostTraceId, Ink.Dim),
            ])],
            page))
        {
            yield return line;
        }
    }

    /// <summary>What happened, with the time between.</summary>
    public static IEnumerable<Line> Timeline(EventTimeline timeline, Page page)
    {
        if (timeline.Entries.Count == 0)
        {
            yield return Line.Of("Nothing is recorded for this time: no change, alert, warning of a cluster, or failed span.");
            yield break;
        }

        var day = "";
        foreach (var one in timeline.Entries)
        {
            if (page.Day(one.Time) != day)
            {
                day = page.Day(one.Time);
                yield return Line.Of($"{day} ({(page.Offset(one.Time) is "Z" ? "UTC" : page.Offset(one.Time))})", Ink.Strong);
            }

            var line = new Line().Add(page.TimeOfDay(Telemetry.Timestamp.FromDateTimeOffset(one.Time))).RightTo(24, one == timeline.Entries[0] ? "" : "+" + page.Duration(one.SecondsAfter), Ink.Dim).Add("  ")
                .Add(one.Kind, InkOf(one.Kind)).To(39).Add(one.Service is { Length: > 0 } service ? service + " " : "", Ink.Accent).Add(one.Text);
            yield return Cut(line, page);
        }

        if (timeline.MoreEntries > 0)
        {
            yield return Line.Of($"{Sentence.Count(timeline.MoreEntries, "later entry", "later entries")} left out; ask for a shorter time.", Ink.Dim);
        }
    }

    private static Line SpanLine(DiffedSpan span, Page page)
    {
        var (sign, ink) = span.Fate switch { SpanFate.Added => ("+", Ink.Good), SpanFate.Removed => ("-", Ink.Bad), SpanFate.Changed => ("~", Ink.Warning), _ => (" ", Ink.Dim) };
        var line = new Line().Space(span.Depth * 2).Add(sign + " ", ink).Add(span.Service, Ink.Accent).Add($" {span.Name}{(span.Count > 1 ? $" ({span.Count} times)" : "")}  ");
        line.Add(span switch
        {
            { A: { } a, B: { } b } => $"{page.Duration(a.DurationNanos)} {page.Arrow} {page.Duration(b.DurationNanos)}",
            { A: { } a } => page.Duration(a.DurationNanos),
            { B: { } b } => page.Duration(b.DurationNanos),
            _ => "",
        });
        return Cut((span.A?.IsError, span.B?.IsError) switch
        {
            (true, true) or (null, true) or (true, null) => line.Add("  fails", Ink.Bad),
            (false, true) => line.Add("  fails now", Ink.Bad),
            (true, false) => line.Add("  failed before", Ink.Warning),
            _ => line,
        }, page);
    }

    private static Ink InkOf(string kind) => kind switch { "change" => Ink.Warning, "alert" or "first-error" or "error" => Ink.Bad, "resolved" => Ink.Good, _ => Ink.Dim };

    /// <summary>The line as wide as the page; whole where nothing is to be cut.</summary>
    private static Line Cut(Line line, Page page)
    {
        if (page.Unbounded || line.Width <= page.Width)
        {
            return line;
        }

        var cut = new Line();
        foreach (var piece in line.Pieces)
        {
            var room = page.Width - cut.Width;
            if (room <= 0)
            {
                break;
            }

            cut.Add(TextWidth.Fit(piece.Text, room, page.Ellipsis), piece.Ink);
        }

        return cut;
    }
}
