using System.Text.RegularExpressions;
using Clew.Query.Language;
using Clew.Query.PromQL;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Histograms;
using Clew.Query.PromQL.Parsing;
using Clew.Query.PromQL.Syntax;
using Clew.Telemetry;

namespace Clew.Tests.Query.PromQL;

/// <summary>Runs test scripts against the engine and a source, which holds series in memory unless another one is given.</summary>
internal sealed class ScriptRunner(PromQlOptions options, IScriptSource? source = null)
{
    /// <summary>What a problem says when a range query and instant queries differ.</summary>
    public const string StepsDiffer = "differs from an instant query";

    private readonly IScriptSource _source = source ?? new MemoryMetricSource();
    private readonly Dictionary<LabelSet, Dictionary<long, long>> _starts = [];

    /// <summary>Whether each evaluation is done once more over a range around it and compared step by step with instant queries.</summary>
    public bool ComparesStepsWithInstants { get; init; }

    /// <summary>How many evaluations were run.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Runs a script.</summary>
    /// <returns>What is wrong, by the line of the evaluation.</returns>
    public async Task<List<(int Line, string Problem)>> RunAsync(string script)
    {
        var problems = new List<(int, string)>();
        _source.Clear();
        foreach (var command in Script.Parse(script))
        {
            switch (command)
            {
                case ClearCommand:
                    _source.Clear();
                    break;
                case LoadCommand load:
                    Load(load);
                    break;
                case EvalCommand eval:
                    Evaluations++;
                    if (await CheckAsync(eval) is { } problem)
                    {
                        problems.Add((eval.Line, $"{eval.Query}: {problem}"));
                    }

                    break;
            }
        }

        return problems;
    }

    private void Load(LoadCommand load)
    {
        _starts.Clear();
        foreach (var series in load.Series.Where(series => series.IsStartTimes))
        {
            _starts[series.Labels] = series.Values.Select((value, i) => (Time: i * load.Interval, value.Float))
                .Where(pair => pair.Float is not null)
                .ToDictionary(pair => pair.Time, pair => pair.Time + (long)pair.Float!.Value);
        }

        foreach (var series in load.Series.Where(series => !series.IsStartTimes))
        {
            var starts = _starts.GetValueOrDefault(series.Labels);
            for (var i = 0; i < series.Values.Count; i++)
            {
                if (!series.Values[i].IsEmpty)
                {
                    _source.Add(series.Labels, i * load.Interval, series.Values[i].Float ?? 0, series.Values[i].Histogram, starts?.GetValueOrDefault(i * load.Interval) ?? 0);
                }
            }
        }

        if (load.WithCustomBuckets)
        {
            CustomBuckets.Load(load, _source);
        }
    }

    private async Task<string?> CheckAsync(EvalCommand eval)
    {
        QueryResult result;
        var budget = Budget();
        try
        {
            var expression = PromQlParser.Parse(eval.Query, options);
            var printed = expression.ToString();
            var again = PromQlParser.Parse(printed, options).ToString();
            if (printed != again)
            {
                return $"prints as {printed}, which prints as {again}";
            }

            var engine = new PromQlEngine(_source, options);
            result = eval.IsInstant ? await engine.InstantAsync(expression, eval.Start, budget) : await engine.RangeAsync(expression, eval.Start, eval.End, eval.Step, budget);
        }
        catch (Exception error) when (error is PromQlException or QuerySyntaxException or QueryLimitException)
        {
            var message = error is QuerySyntaxException syntax ? syntax.Problem : error.Message;
            return eval.Expectations.Where(expectation => expectation.Kind == "fail").ToList() is { Count: > 0 } fails
                ? fails.TrueForAll(fail => Matches(fail, message)) ? null : $"fails with: {message}"
                : $"fails: {error.Message}";
        }

        if (eval.Expects("fail"))
        {
            return "does not fail";
        }

        return CheckAnnotations(eval, result) ?? CheckResult(eval, result) ?? (ComparesStepsWithInstants ? await CompareStepsAsync(eval) : null);
    }

    private async Task<string?> CompareStepsAsync(EvalCommand eval)
    {
        var expression = PromQlParser.Parse(eval.Query, options);
        var dependsOnRange = new Regex(@"\b(start|end|step|range)\(\)");
        if (expression.Type is ExpressionType.String or ExpressionType.RangeVector || dependsOnRange.IsMatch(eval.Query) || eval.Query.Contains("sort", StringComparison.Ordinal))
        {
            return null;
        }

        var (start, end, step) = eval.IsInstant ? (eval.Start - 90_000, eval.Start + 90_000, 30_000) : (eval.Start, eval.End, eval.Step);
        var engine = new PromQlEngine(_source, options);
        try
        {
            var atOnce = await engine.RangeAsync(expression, start, end, step, Budget());
            for (var time = start; time <= end; time += step)
            {
                var single = (await engine.InstantAsync(expression, time, Budget())).Series.Select(series => $"{series.Labels} {series.Samples[0]}").Order(StringComparer.Ordinal);
                var same = atOnce.Series.SelectMany(series => series.Samples.Where(sample => sample.Time == time).Select(sample => $"{series.Labels} {sample}")).Order(StringComparer.Ordinal);
                if (!single.SequenceEqual(same))
                {
                    return $"{StepsDiffer} at {time}: [{string.Join("; ", same)}], not [{string.Join("; ", single)}]";
                }
            }

            return null;
        }
        catch (PromQlException) when (eval.IsInstant)
        {
            // Elsewhere in the range the data may have no answer.
            return null;
        }
    }

    private static QueryBudget Budget() => new(new QueryBudgetLimits(), TimeProvider.System, CancellationToken.None);

    private static bool Matches(Expectation expectation, string message) => expectation.Match switch
    {
        "msg" => message == expectation.Text,
        "regex" => Regex.IsMatch(message, expectation.Text),
        _ => true,
    };

    private static string? CheckAnnotations(EvalCommand eval, QueryResult result)
    {
        foreach (var (kind, name) in new[] { (AnnotationKind.Warning, "warn"), (AnnotationKind.Info, "info") })
        {
            var messages = result.Annotations.Where(annotation => annotation.Kind == kind).Select(annotation => annotation.Text).ToList();
            var expected = eval.Expectations.FindAll(expectation => expectation.Kind == name);
            if (eval.Expects("no_" + name) && messages.Count > 0)
            {
                return $"has an unexpected remark: {messages[0]}";
            }

            if (expected.Find(expectation => !messages.Exists(message => Matches(expectation, message))) is { } missing)
            {
                return $"lacks the remark {name} {missing.Text}; has [{string.Join("; ", messages)}]";
            }

            if (expected.Count > 0 && messages.Find(message => !expected.Exists(expectation => Matches(expectation, message))) is { } extra)
            {
                return $"has an unexpected remark: {extra}";
            }
        }

        return null;
    }

    private static string? CheckResult(EvalCommand eval, QueryResult result)
    {
        if (eval.Expectations.Find(expectation => expectation.Kind == "string") is { } text)
        {
            return QuotedText.TryUnquote(text.Text, out var expected, out _) && result.Text == expected ? null : $"is {result.Text}";
        }

        if (eval.Scalar is { } scalar)
        {
            return result.Type == ExpressionType.Scalar && AlmostEqual(scalar, result.Series[0].Samples[0].Value) ? null : $"is {Show(result)}";
        }

        var (start, step) = eval.RangeVector ?? (eval.Start, Math.Max(1, eval.Step));
        var expectedSeries = new List<(LabelSet Labels, List<(long Time, ScriptValue Value)> Samples)>();
        foreach (var series in eval.Series)
        {
            var values = eval.IsInstant && eval.RangeVector is null ? series.Values.Take(1) : series.Values;
            var samples = values.Select((value, i) => (Time: start + (i * step), Value: value)).Where(sample => !sample.Value.IsEmpty).ToList();
            if (samples.Count > 0)
            {
                expectedSeries.Add((series.Labels, samples));
            }
        }

        if (result.Series.Count != expectedSeries.Count)
        {
            return $"has {result.Series.Count} series, not {expectedSeries.Count}: {Show(result)}";
        }

        for (var i = 0; i < expectedSeries.Count; i++)
        {
            var (labels, samples) = expectedSeries[i];
            var actual = eval.Expects("ordered") ? result.Series[i] : result.Series.FirstOrDefault(series => series.Labels == labels);
            if (actual is null || actual.Labels != labels || actual.Samples.Count != samples.Count
                || samples.Where((sample, j) => actual.Samples[j].Time != sample.Time || !SameValue(sample.Value, actual.Samples[j])).Any())
            {
                return $"{labels}: is {Show(result)}";
            }
        }

        return null;
    }

    private static bool SameValue(ScriptValue expected, ResultSample actual)
    {
        if (expected.Histogram is not { } wanted)
        {
            return actual.Histogram is null && AlmostEqual(expected.Float!.Value, actual.Value);
        }

        return actual.Histogram is { } found && wanted.Schema == found.Schema && (!expected.HasHint || wanted.Hint == found.Hint)
            && AlmostEqual(wanted.Count, found.Count) && AlmostEqual(wanted.Sum, found.Sum) && AlmostEqual(wanted.ZeroCount, found.ZeroCount)
            && (wanted.ZeroThreshold == found.ZeroThreshold) && wanted.CustomValues.SequenceEqual(found.CustomValues)
            && SameCounts(wanted.Positive, found.Positive) && SameCounts(wanted.Negative, found.Negative);
    }

    private static bool SameCounts(BucketCounts expected, BucketCounts actual)
    {
        var (left, right) = (expected.Pairs().ToList(), actual.Pairs().ToList());
        return left.Count == right.Count && left.Zip(right).All(pair => pair.First.Index == pair.Second.Index && AlmostEqual(pair.First.Count, pair.Second.Count));
    }

    /// <summary>Equal up to a millionth; NaN equals NaN.</summary>
    private static bool AlmostEqual(double left, double right)
    {
        if ((double.IsNaN(left) && double.IsNaN(right)) || left == right)
        {
            return true;
        }

        var sum = Math.Abs(left) + Math.Abs(right);
        return left == 0 || right == 0 || sum < 2.2250738585072014e-308
            ? Math.Abs(left - right) < 1e-6 * 2.2250738585072014e-308
            : Math.Abs(left - right) / Math.Min(sum, double.MaxValue) < 1e-6;
    }

    private static string Show(QueryResult result) => string.Join("; ", result.Series.Select(series =>
        $"{series.Labels} {string.Join(' ', series.Samples.Select(sample => $"{sample.Histogram?.ToString() ?? GoNumber.FormatGeneral(sample.Value)}@{sample.Time / 1000.0}"))}"));
}
