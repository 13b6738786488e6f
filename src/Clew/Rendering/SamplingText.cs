using System.Globalization;
using Clew.Analysis.Sampling;
using Clew.Server.Sampling;

namespace Clew.Cli.Rendering;

/// <summary>What sampling would keep, and what it decided.</summary>
public static class SamplingText
{
    /// <summary>Operations shown; the JSON has all.</summary>
    private const int Operations = 20;

    public static IEnumerable<Line> Simulation(SimulationAnswer answer, Page page)
    {
        var report = answer.Report;
        var total = report.Total;
        yield return Line.Of($"{page.DateTime(answer.StartTime)} to {page.DateTime(answer.EndTime)}", Ink.Dim);
        if (total.Traces == 0)
        {
            yield return Line.Of("No trace begins in this time.");
            yield break;
        }

        yield return new Line()
            .Add($"Kept: {Page.Number(total.KeptTraces)} of {Sentence.Count(total.Traces, "trace")} ({Share(total.KeptTraces, total.Traces)}), ", Ink.Strong)
            .Add($"{Page.Number(total.KeptSpans)} of {Sentence.Count(total.Spans, "span")}, {Page.Bytes(total.KeptBytes)} of {Page.Bytes(total.Bytes)} before compression");
        yield return new Line()
            .Add($"Saved: {Page.Percent(total.SavedShare)}", Ink.Strong)
            .Add($" {page.Dot} traces with errors kept: {Share(total.KeptErrorTraces, total.ErrorTraces)} of {Page.Number(total.ErrorTraces)}")
            .Add($" {page.Dot} slowest 5 % of each operation kept: {Share(total.KeptSlowTraces, total.SlowTraces)}");
        yield return Line.Of(string.Create(
            CultureInfo.InvariantCulture, $"Counted by their adjusted counts, the kept traces stand for {Page.Number((long)Math.Round(total.EstimatedTraces))} traces."), Ink.Dim);
        foreach (var note in report.Notes)
        {
            yield return Line.Of(note, Ink.Warning);
        }

        yield return Line.Empty;
        foreach (var line in Policies(report, page).Append(Line.Empty).Concat(OperationsOf(report, page)))
        {
            yield return line;
        }
    }

    public static Line Decision(DecisionEntry entry, Page page)
    {
        var line = new Line().Add(entry.TraceId.ToString(), Ink.Accent).Add($" of {page.DateTime(entry.StartTime)}: ");
        line.Add(entry.Kept ? "kept" : "dropped", entry.Kept ? Ink.Good : Ink.Warning);
        line.Add(entry.Policy is { } policy ? $" by {policy}" : ", because no policy wanted it");
        return entry.AdjustedCount == 1
            ? line
            : line.Add(string.Create(CultureInfo.InvariantCulture, $"; it stands for {entry.AdjustedCount:0.##} traces ({entry.HeadCount:0.##} by its sender, {entry.TailCount:0.##} here)"));
    }

    private static IEnumerable<Line> Policies(SimulationReport report, Page page) => Table.Render(
        [
            new("POLICY", Shrinks: true), new("TYPE"), new("MATCHED", Right: true), new("DECIDED", Right: true), new("SPANS", Right: true), new("BYTES", Right: true),
        ],
        [.. report.Policies.Where(policy => policy.Type is not ("guard" or "none") || policy.Decided > 0).Select(policy => (IReadOnlyList<Cell>)
        [
            new Cell(policy.Type switch { "guard" => "(errors are kept)", "none" => "(no policy: dropped)", _ => policy.Name }, Ink.Accent),
            new Cell(policy.Type is "guard" or "none" ? string.Empty : policy.Type, Ink.Dim),
            new Cell(Page.Number(policy.Matched)),
            new Cell(Page.Number(policy.Decided), Ink.Strong),
            new Cell(Page.Number(policy.Spans)),
            new Cell(Page.Bytes(policy.Bytes)),
        ])],
        page);

    private static IEnumerable<Line> OperationsOf(SimulationReport report, Page page)
    {
        var lines = Table.Render(
            [
                new("OPERATION", Shrinks: true), new("TRACES", Right: true), new("KEPT", Right: true), new("KEPT %", Right: true), new("SPANS KEPT", Right: true),
                new("ERRORS", Right: true), new("KEPT %", Right: true), new("SLOW KEPT", Right: true),
            ],
            [.. report.Operations.Take(page.Unbounded ? int.MaxValue : Operations).Select(operation => (IReadOnlyList<Cell>)
            [
                new Cell(operation.Service.Length == 0 && operation.Operation.Length == 0 ? "(all others)" : $"{operation.Service}: {operation.Operation}", Ink.Accent),
                new Cell(Page.Number(operation.Counts.Traces)),
                new Cell(Page.Number(operation.Counts.KeptTraces)),
                new Cell(Share(operation.Counts.KeptTraces, operation.Counts.Traces)),
                new Cell(Page.Number(operation.Counts.KeptSpans)),
                new Cell(Page.Number(operation.Counts.ErrorTraces), operation.Counts.ErrorTraces > 0 ? Ink.Bad : Ink.Dim),
                new Cell(operation.Counts.ErrorTraces == 0 ? string.Empty : Share(operation.Counts.KeptErrorTraces, operation.Counts.ErrorTraces)),
                new Cell(operation.Counts.SlowTraces == 0 ? string.Empty : Share(operation.Counts.KeptSlowTraces, operation.Counts.SlowTraces)),
            ])],
            page);
        foreach (var line in lines)
        {
            yield return line;
        }

        if (!page.Unbounded && report.Operations.Count > Operations)
        {
            yield return Line.Of($"and {Sentence.Count(report.Operations.Count - Operations, "further operation")} (--json shows all)", Ink.Dim);
        }
    }

    private static string Share(long part, long whole) => whole == 0 ? "none" : part == whole ? "100 %" : Page.Percent((double)part / whole);
}
