using System.Globalization;
using Clew.Query.Language;
using Clew.Query.TraceQL;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Tests.Query.TraceQL;

/// <summary>
/// Questions about traces and their answers, as text. <c>load</c> begins a file's or a part's traces (see <see cref="TraceLines"/>); then
/// <c>find QUERY</c> with a line per spanset, <c>trace: spans</c> and in brackets what the stages said of it, or <c>none</c>; and <c>metrics FROM TO STEP QUERY</c> with a line per series,
/// <c>{labels} numbers</c>, <c>_</c> where there is none. Lines that begin with # are comments.
/// </summary>
internal sealed record TraceQlCase(string Place, IReadOnlyList<string> Load, string Question, IReadOnlyList<string> Answer)
{
    public override string ToString() => $"{Place} {Question}";

    public static IEnumerable<TraceQlCase> All()
    {
        var assembly = typeof(TraceQlCase).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("Query/TraceQL/Cases/eval-", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            foreach (var one in Read(Path.GetFileNameWithoutExtension(name), reader.ReadToEnd().Split('\n')))
            {
                yield return one;
            }
        }
    }

    public static IEnumerable<TraceQlCase> Read(string file, string[] lines)
    {
        var load = new List<string>();
        for (var at = 0; at < lines.Length; at++)
        {
            var line = lines[at].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var block = new List<string>();
            var start = at;
            while (at + 1 < lines.Length && lines[at + 1].StartsWith("  ", StringComparison.Ordinal))
            {
                block.Add(lines[++at].Trim());
            }

            if (line == "load")
            {
                load = block;
            }
            else
            {
                yield return new TraceQlCase($"{file}:{start + 1}", load, line, block);
            }
        }
    }

    /// <summary>Asks, and writes what is answered as a case does.</summary>
    /// <param name="within">How long after the tests' start a search looks, at least as long as there are spans; an hour unless given.</param>
    public async Task<IReadOnlyList<string>> AskAsync(ITraceSource source, TimeSpan? within = null)
    {
        var engine = new TraceQlEngine(source);
        var budget = new QueryBudget(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None);
        if (Question.StartsWith("find ", StringComparison.Ordinal))
        {
            var found = await engine.SearchAsync(TraceQlQuery.Parse(Question[5..]), new TimeRange(SpanBatchBuilder.Start, SpanBatchBuilder.Start + (within ?? TimeSpan.FromHours(1))), 1_000, budget);
            return found.Traces.Count == 0 ? ["none"] : [.. found.Traces.OrderBy(match => match.Trace.Id).SelectMany(match => match.Spansets.Select(Write)).Order(StringComparer.Ordinal)];
        }

        var words = Question.Split(' ', 5);
        var range = new TimeRange(At(words[1]), At(words[2]));
        var answer = await engine.MetricsAsync(
            TraceQlQuery.Parse(words[4]), words[3] == "whole" ? StepGrid.Whole(range) : StepGrid.Of(range, TimeSpan.FromMilliseconds(TraceLines.Milliseconds(words[3]))), new MetricsLimits(), budget);
        return answer.Series.Count == 0 ? ["none"] : [.. answer.Series.Select(Write)];
    }

    private static Timestamp At(string text) => new(SpanBatchBuilder.Start.UnixNanoseconds + (long)(TraceLines.Milliseconds(text) * 1e6));

    private static string Write(Spanset set)
    {
        var spans = string.Join(' ', set.Spans.Select(index => Number(set.Trace[index].View.SpanId.ToString())).Order());
        return $"{Number(set.Trace.Id.ToString()[4..])}: {spans}" + (set.Attributes.Count == 0 ? string.Empty : $" [{string.Join(", ", set.Attributes.Select(one => $"{one.Key}={one.Value}"))}]");
    }

    private static string Write(MetricSeries series) =>
        $"{{{string.Join(", ", series.Labels.Select(label => $"{label.Key}={label.Value}"))}}} {string.Join(' ', series.Values.Select(value => double.IsNaN(value) ? "_" : value.ToString("G6", CultureInfo.InvariantCulture)))}";

    private static long Number(string hex) => Convert.ToInt64(hex, 16);
}
