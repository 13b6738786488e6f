using Clew.Query.Language;
using Clew.Query.LogQL;
using Clew.Query.LogQL.Parsing;
using Clew.Query.LogQL.Syntax;
using Clew.Telemetry;

namespace Clew.Tests.Query.LogQL;

/// <summary>Runs scripts against the engine and a store of lines.</summary>
internal sealed class LogQlScriptRunner(LogScriptStore store)
{
    /// <summary>The moment scripts count from: 2001-09-09, in nanoseconds; not on a full minute, so that nothing is aligned by chance.</summary>
    public const long Epoch = 1_000_000_007_000_000_000;

    private static readonly TimeProvider Clock = TimeProvider.System;

    /// <summary>Whether each metric query is done over a range around it too, and compared step by step with instant queries.</summary>
    public bool ComparesStepsWithInstants { get; init; }

    /// <summary>How many queries were asked.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Runs a script.</summary>
    /// <returns>What is wrong, by the line of the query.</returns>
    public async Task<List<string>> RunAsync(string script)
    {
        var problems = new List<string>();
        foreach (var command in LogQlScript.Parse(script))
        {
            switch (command)
            {
                case LogQlClear:
                    store.Clear();
                    break;
                case LogQlLoad load:
                    load.Entries.ForEach(entry => store.Add(entry.Labels, Epoch + entry.Time, entry.Text, entry.Metadata));
                    break;
                case LogQlEval eval:
                    Evaluations++;
                    Note(problems, eval.Line, eval.Query, await CheckAsync(eval) ?? (ComparesStepsWithInstants && eval.Failure is null ? await CompareStepsAsync(eval) : null));
                    break;
                case LogQlLines lines:
                    Evaluations++;
                    Note(problems, lines.Line, lines.Query, await CheckAsync(lines));
                    break;
            }
        }

        return problems;
    }

    private static void Note(List<string> problems, int line, string query, string? problem)
    {
        if (problem is not null)
        {
            problems.Add($"line {line}: {query}: {problem}");
        }
    }

    private static QueryBudget Budget() => new(new QueryBudgetLimits(), Clock, CancellationToken.None);

    /// <summary>Parses, and parses what it prints.</summary>
    private static LogQlQuery Parse(string query)
    {
        var parsed = LogQlParser.Parse(query);
        var again = LogQlParser.Parse(parsed.ToString());
        return again.ToString() == parsed.ToString() ? again : throw new InvalidOperationException($"{parsed} prints as {again}");
    }

    private async Task<LogQlResult> AskAsync(LogQlQuery query, long start, long end, long step) => step == 0
        ? await new LogQlEngine(await store.ReadyAsync(), Clock).InstantAsync(query, Epoch + start, Budget())
        : await new LogQlEngine(await store.ReadyAsync(), Clock).RangeAsync(query, new LogQlRequest(Epoch + start, Epoch + end, step), Budget());

    private async Task<string?> CheckAsync(LogQlEval eval)
    {
        LogQlResult result;
        try
        {
            result = await AskAsync(Parse(eval.Query), eval.Start, eval.End, eval.Step);
        }
        catch (Exception error) when (error is LogQlException or QuerySyntaxException or QueryLimitException)
        {
            return eval.Failure is not null && error.Message.Contains(eval.Failure, StringComparison.Ordinal) ? null : $"fails: {error.Message}";
        }

        if (eval.Failure is not null)
        {
            return "does not fail";
        }

        if (eval.Scalar is { } scalar)
        {
            return result.Type == LogQlResultType.Scalar && AlmostEqual(result.Series[0].Samples[0].Value, scalar) ? null : $"is {Show(result)}";
        }

        var steps = eval.IsInstant ? 1 : (int)((eval.End - eval.Start) / eval.Step) + 1;
        if (eval.Series.Find(series => series.Values.Count != steps) is { Labels: not null } wrong)
        {
            return $"the case states {wrong.Values.Count} values for {wrong.Labels}, there are {steps} steps";
        }

        if (result.Type != (eval.IsInstant ? LogQlResultType.Vector : LogQlResultType.Matrix) || result.Series.Count != eval.Series.Count)
        {
            return $"is {Show(result)}";
        }

        for (var i = 0; i < eval.Series.Count; i++)
        {
            var (labels, values) = eval.Series[i];
            var actual = eval.IsOrdered ? result.Series[i] : result.Series.FirstOrDefault(series => series.Labels == labels);
            var expected = values.Select((value, step) => (Time: (Epoch + eval.Start + (step * eval.Step)) / 1_000_000, Value: value)).Where(sample => sample.Value is not null).ToList();
            if (actual is null || actual.Labels != labels || actual.Samples.Count != expected.Count
                || expected.Where((sample, j) => actual.Samples[j].Time != sample.Time || !AlmostEqual(actual.Samples[j].Value, sample.Value!.Value)).Any())
            {
                return $"is {Show(result)}";
            }
        }

        return null;
    }

    private async Task<string?> CompareStepsAsync(LogQlEval eval)
    {
        if (eval.Query.Contains("sort", StringComparison.Ordinal) || eval.Query.Contains("approx_topk", StringComparison.Ordinal))
        {
            return null;
        }

        const long Second = 1_000_000_000;
        var query = Parse(eval.Query);
        var (start, end, step) = eval.IsInstant ? (eval.Start - (90 * Second), eval.Start + (90 * Second), 30 * Second) : (eval.Start, eval.End, eval.Step);
        try
        {
            var atOnce = await AskAsync(query, start, end, step);
            for (var time = start; time <= end; time += step)
            {
                var moment = (Epoch + time) / 1_000_000;
                var single = (await AskAsync(query, time, time, 0)).Series.Select(series => $"{series.Labels} {series.Samples[0].Value:g9}").Order(StringComparer.Ordinal);
                var same = atOnce.Series.SelectMany(series => series.Samples.Where(sample => sample.Time == moment).Select(sample => $"{series.Labels} {sample.Value:g9}"))
                    .Order(StringComparer.Ordinal);
                if (!single.SequenceEqual(same))
                {
                    return $"differs from an instant query at {time}: [{string.Join("; ", same)}], not [{string.Join("; ", single)}]";
                }
            }

            return null;
        }
        catch (LogQlException) when (eval.IsInstant)
        {
            // Elsewhere in the range the lines may have no answer.
            return null;
        }
    }

    private async Task<string?> CheckAsync(LogQlLines lines)
    {
        try
        {
            var request = new LogQlRequest(Epoch + lines.Start, Epoch + lines.End, 1) { Limit = lines.Limit, Direction = lines.Direction, Interval = lines.Interval };
            var result = await new LogQlEngine(await store.ReadyAsync(), Clock).RangeAsync(Parse(lines.Query), request, Budget());
            var actual = result.Lines.Select(line => $"{GoDuration.Format(line.Time - Epoch)} {line.Labels.All} {QuotedText.Quote(line.Line)}").ToList();
            var expected = lines.Expected.ConvertAll(line => $"{GoDuration.Format(line.Time)} {line.Labels} {QuotedText.Quote(line.Text)}");
            return lines.Failure is not null ? "does not fail" : actual.SequenceEqual(expected) ? null : $"is\n    {string.Join("\n    ", actual)}";
        }
        catch (Exception error) when (error is LogQlException or QuerySyntaxException or QueryLimitException)
        {
            return lines.Failure is not null && error.Message.Contains(lines.Failure, StringComparison.Ordinal) ? null : $"fails: {error.Message}";
        }
    }

    private static string Show(LogQlResult result) => $"{result.Type} " + (result.Series.Count == 0
        ? "(empty)"
        : string.Join("; ", result.Series.Select(series => $"{series.Labels} {string.Join(' ', series.Samples.Select(sample => $"{GoDuration.Format((sample.Time * 1_000_000) - Epoch)}:{GoNumber.FormatPlain(sample.Value)}"))}")));

    /// <summary>Equal up to a millionth; NaN equals NaN.</summary>
    private static bool AlmostEqual(double left, double right) =>
        left.Equals(right) || Math.Abs(left - right) <= 1e-6 * Math.Max(Math.Abs(left), Math.Abs(right));
}
