using System.Globalization;
using Clew.Cli.Client;

namespace Clew.Cli.Rendering;

/// <summary>Answers of <c>clew query traceql</c>.</summary>
public static class QueryText
{
    /// <summary>A trace, and below it the spans of each set.</summary>
    public static IEnumerable<Line> Traces(TempoTraces found, Page page)
    {
        if (found.Traces.Count == 0)
        {
            yield return Line.Of("No trace matches in this time.");
        }

        foreach (var trace in found.Traces)
        {
            yield return Line.Of($"{trace.TraceId.PadLeft(Clew.Telemetry.TraceId.Size * 2, '0')}  {Sentence.Clean(trace.RootServiceName)}  {Sentence.Clean(trace.RootTraceName)}  {page.Duration(trace.DurationMs * 1_000_000)}", Ink.Accent);
            foreach (var set in trace.SpanSets ?? [])
            {
                if (set.Attributes is { Count: > 0 } said)
                {
                    yield return Line.Of($"  {Labels(said)}", Ink.Dim);
                }

                foreach (var span in set.Spans)
                {
                    yield return Line.Of($"  {span.SpanId}  {page.Duration(long.Parse(span.DurationNanos, CultureInfo.InvariantCulture))}  {Sentence.Clean(span.Name ?? string.Empty)}  {Labels(span.Attributes ?? [])}".TrimEnd());
                }

                if (set.Matched > set.Spans.Count)
                {
                    yield return Line.Of($"  … {set.Matched - set.Spans.Count} more spans; --spans shows them", Ink.Dim);
                }
            }
        }

        if (found.Metrics is { } work && work.CompletedJobs < work.TotalJobs)
        {
            yield return Line.Of("There were more traces than a search looks at: some that match may be missing. Ask for less time or add conditions.", Ink.Warning);
        }
    }

    /// <summary>A number for each series.</summary>
    public static IEnumerable<Line> Numbers(TempoMetrics metrics, Page page) => metrics.Series.Count == 0 ? [Nothing] : Table.Render(
        [new("SERIES", Shrinks: true), new("VALUE", Right: true)],
        [.. metrics.Series.OrderByDescending(series => series.Value).Select(series => (IReadOnlyList<Cell>)[new Cell(Labels(series.Labels), Ink.Accent), new Cell(Number(series.Value))])],
        page);

    /// <summary>A chart for each series, with its smallest, largest and last number.</summary>
    public static IEnumerable<Line> Series(TempoMetrics metrics, Page page) => metrics.Series.Count == 0 ? [Nothing] : Table.Render(
        [new("SERIES", Shrinks: true), new("MIN", Right: true), new("MAX", Right: true), new("LAST", Right: true), new("OVER TIME", Shrinks: true)],
        [.. metrics.Series.Select(series => (IReadOnlyList<Cell>)
        [
            new Cell(Labels(series.Labels), Ink.Accent),
            .. (series.Samples ?? []) is { Count: > 0 } samples
                ? new[] { new Cell(Number(samples.Min(sample => sample.Value))), new Cell(Number(samples.Max(sample => sample.Value))), new Cell(Number(samples[^1].Value)), new Cell(Chart([.. samples.Select(sample => sample.Value)])) }
                : [new Cell("–"), new Cell("–"), new Cell("–"), new Cell(string.Empty)],
        ])],
        page);

    private static Line Nothing => Line.Of("No span matches in this time.");

    /// <summary>A column for each number, or for each few neighbouring ones, whose largest counts.</summary>
    private static string Chart(double[] values)
    {
        const int Columns = 40;
        var width = Math.Max(1, (values.Length + Columns - 1) / Columns);
        return Sparkline.Draw([.. values.Chunk(width).Select(chunk => (double?)chunk.Max())]);
    }

    private static string Labels(IReadOnlyList<TempoLabel> labels) => string.Join(" ", labels.Select(label => $"{label.Key}={Sentence.Clean(label.Value.Show())}"));

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
