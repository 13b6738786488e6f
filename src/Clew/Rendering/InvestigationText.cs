using System.Globalization;
using System.Text.Json;
using Clew.Analysis.Reports;

namespace Clew.Cli.Rendering;

/// <summary>
/// The report of an investigation for a terminal. It is read in a hurry: the verdict first, then the cause in a sentence, why it is believed, when
/// things happened, who felt it, the evidence, what was ruled out, what to do, one failing request, the ranking. Blocks with nothing to say are left out.
/// </summary>
public static partial class InvestigationText
{
    private const int SuspectsShown = 3;
    private const int ImpactShown = 3;
    private const int EvidenceShown = 8;
    private const int RejectedShown = 5;
    private const int TimelineShown = 14;
    private const int UnknownShown = 4;
    private const int HopsShown = 12;

    /// <summary>Lines longer than this are hard to read, however wide the terminal is.</summary>
    private const int WidestText = 100;

    private const int Indent = 2;

    /// <param name="full">Everything the report has, instead of the most important of each block.</param>
    public static IEnumerable<Line> Render(InvestigationReport report, bool full, Page page)
    {
        var text = page with { Width = Math.Min(page.Width, WidestText) };
        var first = report.Verdict != Verdict.NoIncident && report.Causes.Count > 0 && report.Causes[0].Evidence.Count > 0 ? report.Causes[0] : null;
        return
        [
            .. Head(report, text),
            .. first is null ? [] : Cause(first, report.Verdict, text),
            .. first is null ? [] : Whys(first, text),
            .. Timeline(report, full, text),
            .. Propagation(report, text),
            .. Impact(report, full, text),
            .. Strata(report, full, text),
            .. first is null ? [] : Factors(first, text),
            .. first is null ? [] : Evidence(first, full, text),
            .. OtherCauses(report, text),
            .. Security(report, full, text),
            .. Rejected(report, full, text),
            .. Remedies(report, full, text),
            .. NextSteps(report, text),
            .. FailingTrace(report, full, text),
            .. full ? Fishbone(report, text) : [],
            .. Ranking(report, full, text),
            .. Unknown(report, full, text),
            .. Coverage(report, text),
        ];
    }

    private static IEnumerable<Line> Head(InvestigationReport report, Page page)
    {
        var word = Word(report.Verdict);
        var lines = TextWidth.Wrap(report.Headline, page.Width - word.Length - 2);
        for (var i = 0; i < lines.Count; i++)
        {
            yield return new Line().Add(i == 0 ? word : string.Empty, InkOf(report.Verdict)).To(word.Length + 2).Add(lines[i], Ink.Strong);
        }

        yield return Line.Empty;
        var window = report.Window;
        foreach (var line in Labelled("window", $"{Range(window.Start, window.End, page)}, {page.Duration(window.End - window.Start)} ({window.Origin.TrimEnd('.')})", page))
        {
            yield return line;
        }

        var baseline = report.Baseline;
        var compared = baseline.Start == baseline.End
            ? $"none: {baseline.Reason.TrimEnd('.')}"
            : $"{Range(baseline.Start, baseline.End, page)}{(baseline.Stretches.Count > 1 ? $" in {baseline.Stretches.Count} stretches" : string.Empty)} ({baseline.Reason.TrimEnd('.')})";
        foreach (var line in Labelled("baseline", compared, page))
        {
            yield return line;
        }

        if (baseline.Seasons.Count > 0)
        {
            foreach (var line in Labelled("days", string.Join(' ', baseline.Seasons.Select(season => season.Statement)).TrimEnd('.'), page))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<Line> Cause(Cause cause, Verdict verdict, Page page)
    {
        yield return Line.Empty;
        yield return Title(verdict == Verdict.Inconclusive ? "BEST SUSPECT" : "CAUSE");
        yield return new Line().Space(Indent).Add(cause.Service, Ink.Accent).Add($"  {KindWord(cause.Kind)}  score {Score(cause.Score)}", Ink.Dim);
        if (string.Join("  ", new[] { cause.Instance, cause.Operation }.OfType<string>()) is { Length: > 0 } where)
        {
            yield return new Line().Space(Indent).Add(TextWidth.Fit(Sentence.Clean(where), page.Width - Indent, page.Ellipsis));
        }

        foreach (var line in Paragraph(cause.Summary, Indent, Ink.Strong, page))
        {
            yield return line;
        }

        if (cause.Place is { } place)
        {
            foreach (var line in Hanging("at ", place.Text == cause.Operation || cause.CriticalFailure == place.Statement ? place.Text : $"{place.Text}: {place.Statement}", Ink.Accent, page))
            {
                yield return line;
            }
        }

        string[] story = [.. new[] { cause.Trigger, cause.CriticalFailure, cause.Effect }.OfType<string>().Select(part => part.TrimEnd('.'))];
        if (story.Length > 1)
        {
            foreach (var line in Paragraph(string.Join($" {page.Arrow} ", story), Indent, Ink.Plain, page))
            {
                yield return line;
            }
        }

        if (cause.Change is { } change)
        {
            var by = change.Author is { Length: > 0 } author ? $" by {author}" : string.Empty;
            var distance = change.SecondsBeforeOnset >= 0
                ? $"{page.Duration(change.SecondsBeforeOnset)} before the first sign"
                : $"{page.Duration(-change.SecondsBeforeOnset)} after the first sign";
            foreach (var line in Hanging(
                "change: ", $"{change.Kind} ({change.Target}) at {page.TimeOfDay(change.Time)}{by}, {distance}: {change.Summary.TrimEnd('.')}. {change.Fit}", Ink.Warning, page))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<Line> Whys(Cause cause, Page page)
    {
        if (cause.Whys.Count == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("WHY");
        for (var i = 0; i < cause.Whys.Count; i++)
        {
            var why = cause.Whys[i];
            var number = (i + 1).ToString(CultureInfo.InvariantCulture) + " ";
            foreach (var line in Hanging(number, why.Question, Ink.Dim, page))
            {
                yield return line;
            }

            foreach (var line in Paragraph($"{why.Answer} [{string.Join(' ', why.Evidence)}]", Indent + number.Length, Ink.Plain, page))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<Line> Timeline(InvestigationReport report, bool full, Page page)
    {
        if (report.Timeline.Count == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title($"TIMELINE ({page.Day(report.Timeline[0].Time)}{(page.Offset(report.Timeline[0].Time) is "Z" ? " UTC" : " " + page.Offset(report.Timeline[0].Time))})");
        var shown = full ? report.Timeline.Count : TimelineShown;
        var day = page.Day(report.Timeline[0].Time);
        foreach (var entry in report.Timeline.Take(shown))
        {
            var time = page.Day(entry.Time) == day ? page.TimeOfDay(entry.Time) : page.DateTime(entry.Time);
            var service = entry.Service is { Length: > 0 } name && !entry.Text.StartsWith(name, StringComparison.Ordinal) ? name + ": " : string.Empty;

            // Two lines are enough to know what it is; the evidence has the rest.
            var head = $"{time}  {entry.Kind,-12} ";
            var text = full ? service + entry.Text : TextWidth.Fit(Sentence.Clean(service + entry.Text), (page.Width - Indent - head.Length) * 2 - 10, page.Ellipsis);
            foreach (var line in Hanging(head, text, entry.Kind == "change" ? Ink.Warning : Ink.Dim, page))
            {
                yield return line;
            }
        }

        foreach (var line in More(report.Timeline.Count - shown, "entry", "entries"))
        {
            yield return line;
        }
    }

    private static IEnumerable<Line> Impact(InvestigationReport report, bool full, Page page)
    {
        if (report.Impact.Count == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("IMPACT");
        var shown = full ? report.Impact.Count : ImpactShown;
        foreach (var impact in report.Impact.Take(shown))
        {
            yield return Fit(new Line().Space(Indent).Add(impact.Service, Ink.Accent).Add(" ").Add(impact.Operation, Ink.Strong), page);
            var figures = new List<string>
            {
                $"errors {Quantity(impact.ErrorRatio, page, asShare: true)}",
                $"p95 {Quantity(impact.DurationP95, page)}",
                $"{Quantity(impact.RequestRate, page)} requests/s",
            };
            if (impact.ErrorStatuses.Count > 0)
            {
                figures.Add(string.Join(", ", impact.ErrorStatuses.Take(3).Select(status => $"{status.Status} {(page.Ascii ? "x" : "×")}{Page.Number(status.Count)}")));
            }

            foreach (var line in Paragraph(string.Join($" {page.Dot} ", figures), Indent + 2, Ink.Plain, page))
            {
                yield return line;
            }
        }

        foreach (var line in More(report.Impact.Count - shown, "entry point", "entry points"))
        {
            yield return line;
        }

        if (report.Reach is { Requests: > 0 } reach)
        {
            var users = reach.UsersHit is { } hit ? $", {Sentence.Count(hit, "user")} among the sampled ones" : string.Empty;
            var well = reach.NotAffected.Count > 0 ? $"; not affected: {string.Join(", ", reach.NotAffected.Take(full ? reach.NotAffected.Count : 3))}{(full || reach.NotAffected.Count <= 3 ? string.Empty : $" and {reach.NotAffected.Count - 3} more")}" : string.Empty;
            foreach (var line in Paragraph($"About {Page.Number(reach.RequestsHit)} of {Sentence.Count(reach.Requests, "request")} hit{users}{well}.", Indent, Ink.Dim, page))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<Line> Evidence(Cause cause, bool full, Page page)
    {
        yield return Line.Empty;
        yield return Title("EVIDENCE");
        var shown = full ? cause.Evidence.Count : EvidenceShown;
        foreach (var item in cause.Evidence.Take(shown))
        {
            foreach (var line in Hanging($"{item.Id,-4}", item.Statement, Ink.Accent, page))
            {
                yield return line;
            }

            var facts = new List<string>();
            if (item.Change is { Baseline: not null, Window: not null } change)
            {
                facts.Add(Quantity(change, page));
            }

            if (item.Onset is { } onset)
            {
                facts.Add($"since {page.TimeOfDay(onset)}");
            }

            facts.Add(Sentence.Count(item.Observations, "observation"));
            facts.Add(string.Create(CultureInfo.InvariantCulture, $"{item.Significance:0.#} {(page.Ascii ? "sigma" : "σ")}"));
            foreach (var line in Paragraph($"{item.Inspection}: {string.Join($" {page.Dot} ", facts)}", Indent + 4, Ink.Dim, page))
            {
                yield return line;
            }

            if (item.Query is { Length: > 0 } query)
            {
                yield return Command(query, Indent + 4);
            }
        }

        foreach (var line in More(cause.Evidence.Count - shown, "piece of evidence", "pieces of evidence"))
        {
            yield return line;
        }
    }

    private static IEnumerable<Line> Rejected(InvestigationReport report, bool full, Page page)
    {
        if (report.Rejected.Count == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("RULED OUT");
        var shown = full ? report.Rejected.Count : RejectedShown;
        foreach (var rejected in report.Rejected.Take(shown))
        {
            foreach (var line in Hanging($"{rejected.Service}: ", rejected.Against, Ink.Accent, page, hang: 4))
            {
                yield return line;
            }
        }

        foreach (var line in More(report.Rejected.Count - shown, "suspect"))
        {
            yield return line;
        }
    }

    private static IEnumerable<Line> NextSteps(InvestigationReport report, Page page)
    {
        if (report.NextSteps.Count == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("NEXT");
        for (var i = 0; i < report.NextSteps.Count; i++)
        {
            var step = report.NextSteps[i];
            foreach (var line in Hanging((i + 1).ToString(CultureInfo.InvariantCulture) + " ", step.Text, Ink.Strong, page))
            {
                yield return line;
            }

            if (step.Command is { Length: > 0 } command)
            {
                yield return Command(command, Indent + 2);
            }
        }
    }

    private static IEnumerable<Line> FailingTrace(InvestigationReport report, bool full, Page page)
    {
        if (report.FailingTrace is not { } trace)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("ONE FAILING REQUEST");
        foreach (var line in Paragraph(trace.Summary, Indent, Ink.Plain, page))
        {
            yield return line;
        }

        const int DurationColumns = 10;
        const int SelfColumns = 14;
        var label = page.Width - DurationColumns - SelfColumns;
        foreach (var hop in trace.Hops.Take(full ? int.MaxValue : HopsShown))
        {
            var line = new Line().Space(Indent + (hop.Depth * 2)).Add(hop.Service, Ink.Accent).Add(" ");
            line.Add(TextWidth.Fit(Sentence.Clean(hop.Operation), Math.Max(8, label - line.Width - 1), page.Ellipsis), hop.Error is null ? Ink.Plain : Ink.Bad);
            yield return line
                .RightTo(label + DurationColumns, page.Duration(hop.DurationSeconds))
                .RightTo(label + DurationColumns + SelfColumns, $"self {page.Duration(hop.ExclusiveSeconds)}", Ink.Dim);
            if (hop.Error is { Length: > 0 } error)
            {
                foreach (var text in Paragraph(error, Indent + (hop.Depth * 2) + 2, Ink.Bad, page).Take(full ? int.MaxValue : 2))
                {
                    yield return text;
                }
            }
        }

        yield return Command($"clew trace {trace.TraceId} --logs", Indent);
    }

    private static IEnumerable<Line> Ranking(InvestigationReport report, bool full, Page page)
    {
        if (report.Causes.Count == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("RANKING");
        var suspects = report.Causes.Where(cause => full || cause.Evidence.Count > 0).Take(full ? int.MaxValue : SuspectsShown).ToList();
        var names = Math.Min(28, suspects.Select(cause => TextWidth.Of(cause.Service)).DefaultIfEmpty(0).Max());
        foreach (var cause in suspects)
        {
            var head = $"{cause.Rank,2}  {TextWidth.Fit(Sentence.Clean(cause.Service), 28, page.Ellipsis)}{new string(' ', Math.Max(0, names - TextWidth.Of(cause.Service)))}  {Score(cause.Score)}  ";
            foreach (var line in Hanging(head, cause.Summary, cause.Rank == 1 ? Ink.Strong : Ink.Plain, page))
            {
                yield return line;
            }
        }

        var rest = report.Causes.Count - suspects.Count;
        if (rest > 0)
        {
            var with = report.Causes.Skip(suspects.Count).Count(cause => cause.Evidence.Count > 0);
            yield return new Line().Space(Indent).Add(
                with > 0
                    ? $"{page.Ellipsis} and {Sentence.Count(rest, "service")} more, {Page.Number(with)} of them with some evidence (--full)"
                    : $"{page.Ellipsis} and {Sentence.Count(rest, "service")} more without evidence (--full)",
                Ink.Dim);
        }
    }

    private static IEnumerable<Line> Unknown(InvestigationReport report, bool full, Page page)
    {
        if (report.Unknown.Count == 0)
        {
            yield break;
        }

        yield return Line.Empty;
        yield return Title("NOT JUDGED");
        var shown = full ? report.Unknown.Count : UnknownShown;
        foreach (var unknown in report.Unknown.Take(shown))
        {
            var about = unknown.Entity is { Length: > 0 } entity ? $"{unknown.Inspection} of {entity}: " : $"{unknown.Inspection}: ";
            foreach (var line in Paragraph(about + unknown.Reason, Indent, Ink.Dim, page, hang: 2))
            {
                yield return line;
            }
        }

        foreach (var line in More(report.Unknown.Count - shown, "thing"))
        {
            yield return line;
        }
    }

    private static IEnumerable<Line> Coverage(InvestigationReport report, Page page)
    {
        var data = report.Coverage;
        yield return Line.Empty;
        var text = $"Based on {Page.Number(data.WindowTracesRead)} of {Sentence.Count(data.WindowTraces, "trace")} in the window and {Page.Number(data.BaselineTracesRead)} of "
            + $"{Page.Number(data.BaselineTraces)} in the baseline, {Sentence.Count(data.LogsRead, "log record")}, {Sentence.Count(data.MetricSeries, "metric series", "metric series")} and {Sentence.Count(data.Changes, "change")}.";
        foreach (var line in Paragraph(text, 0, Ink.Dim, page))
        {
            yield return line;
        }
    }

    private static Line Title(string text) => Line.Of(text, Ink.Strong);

    private static Line Command(string text, int indent) => new Line().Space(indent).Add("$ ", Ink.Dim).Add(text, Ink.Accent);

    private static IEnumerable<Line> More(int count, string singular, string? plural = null)
    {
        if (count > 0)
        {
            yield return new Line().Space(Indent).Add($"and {Sentence.Count(count, singular, plural)} more (--full)", Ink.Dim);
        }
    }

    private static IEnumerable<Line> Labelled(string label, string text, Page page) => Hanging($"{label,-9} ", text, Ink.Dim, page);

    /// <summary>A head and a text beside it, whose further lines stand under its first.</summary>
    private static IEnumerable<Line> Hanging(string head, string text, Ink headInk, Page page, int? hang = null)
    {
        var clean = Sentence.Clean(head.TrimEnd()) + new string(' ', head.Length - head.TrimEnd().Length);
        var column = hang ?? (Indent + TextWidth.Of(clean));
        var lines = hang is null
            ? TextWidth.Wrap(text, page.Width - column)
            : TextWidth.Wrap(clean.TrimEnd() + " " + text, page.Width - column);
        for (var i = 0; i < lines.Count; i++)
        {
            if (i > 0)
            {
                yield return new Line().Space(column).Add(lines[i]);
            }
            else if (hang is null)
            {
                yield return new Line().Space(Indent).Add(clean, headInk).Add(lines[0]);
            }
            else
            {
                var split = Math.Min(clean.TrimEnd().Length, lines[0].Length);
                yield return new Line().Space(Indent).Add(lines[0][..split], headInk).Add(lines[0][split..]);
            }
        }
    }

    private static IEnumerable<Line> Paragraph(string text, int indent, Ink ink, Page page, int hang = 0)
    {
        var lines = TextWidth.Wrap(text, page.Width - indent - hang);
        for (var i = 0; i < lines.Count; i++)
        {
            yield return new Line().Space(i == 0 ? indent : indent + hang).Add(lines[i], ink);
        }
    }

    private static Line Fit(Line line, Page page)
    {
        if (line.Width <= page.Width)
        {
            return line;
        }

        var cut = new Line();
        foreach (var piece in line.Pieces)
        {
            var room = page.Width - cut.Width;
            if (room <= 1)
            {
                break;
            }

            cut.Add(TextWidth.Fit(piece.Text, room, page.Ellipsis), piece.Ink);
        }

        return cut;
    }

    private static string Range(DateTimeOffset start, DateTimeOffset end, Page page) =>
        page.Day(start) == page.Day(end) ? $"{page.Day(start)} {page.TimeOfDay(start)} to {page.TimeOfDay(end)}{page.Offset(end)}" : $"{page.DateTime(start)} to {page.DateTime(end)}";

    private static string Quantity(Comparison comparison, Page page, bool asShare = false) =>
        $"{Value(comparison.Baseline, comparison.Unit, page, asShare)} {page.Arrow} {Value(comparison.Window, comparison.Unit, page, asShare)}";

    private static string Value(double? value, string unit, Page page, bool asShare) => value switch
    {
        null => "?",
        { } share when asShare => Page.Percent(share),
        { } seconds when unit == "s" => page.Duration(seconds),
        { } milliseconds when unit == "ms" => page.Duration(milliseconds / 1e3),
        { } bytes when unit == "By" => Page.Bytes(bytes),
        { } number => string.Create(CultureInfo.InvariantCulture, $"{number:0.###}") + (unit is "1" or "" || unit.StartsWith('{') ? string.Empty : " " + unit),
    };

    private static string Score(double score) => score.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Confirmed => "CONFIRMED",
        Verdict.Likely => "LIKELY",
        Verdict.NoIncident => "NO INCIDENT",
        _ => "INCONCLUSIVE",
    };

    private static Ink InkOf(Verdict verdict) => verdict switch
    {
        Verdict.Confirmed => Ink.Bad,
        Verdict.Likely => Ink.Warning,
        Verdict.NoIncident => Ink.Good,
        _ => Ink.Strong,
    };

    private static string KindWord(CauseKind kind) => kind switch
    {
        CauseKind.SlowCode => "slow code",
        CauseKind.ResourceSaturation => "resource saturation",
        CauseKind.NetworkDelay => "network delay",
        CauseKind.NameResolution => "name resolution",
        CauseKind.PoolExhaustion => "pool exhaustion",
        CauseKind.Errors => "errors start here",
        CauseKind.BehaviourChange => "changed behaviour",
        CauseKind.ExternalDependency => "external dependency",
        CauseKind.Unreachable => "unreachable",
        CauseKind.Silence => "silence",
        CauseKind.Traffic => "traffic",
        CauseKind.MetricAnomaly => "metric moved",
        CauseKind.None => "nothing specific",
        _ => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString()).Replace('-', ' '),
    };
}
