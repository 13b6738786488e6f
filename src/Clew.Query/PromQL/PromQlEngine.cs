using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Source;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL;

/// <summary>
/// Answers PromQL queries: loads what the expression needs, all of it before anything is computed, then evaluates it for all steps at once. Parse errors
/// are thrown by <see cref="Parsing.PromQlParser"/> before.
/// </summary>
public sealed class PromQlEngine(IMetricSource source, PromQlOptions options)
{
    /// <summary>Evaluates at one moment.</summary>
    /// <param name="time">Milliseconds since the Unix epoch.</param>
    /// <exception cref="PromQlException">The expression has no answer for these data.</exception>
    /// <exception cref="Clew.Telemetry.QueryLimitException">The budget is used up.</exception>
    /// <exception cref="OperationCanceledException">The asker went away.</exception>
    public async Task<QueryResult> InstantAsync(Expression expression, long time, QueryBudget budget)
    {
        ArgumentNullException.ThrowIfNull(expression);
        var grid = StepGrid.At(time);
        var context = new EvaluationContext(options, grid, isInstant: true, budget);
        var evaluator = await LoadAsync(expression, context);
        if (expression.Type == ExpressionType.RangeVector)
        {
            return new QueryResult(ExpressionType.RangeVector, Samples(evaluator.Range(expression, grid)), null, context.Annotations.All);
        }

        var value = evaluator.Evaluate(expression, grid);
        return value switch
        {
            TextValue text => new QueryResult(ExpressionType.String, [], text.Text, context.Annotations.All),
            ScalarValue scalar => new QueryResult(ExpressionType.Scalar, [Constant(scalar, grid)], null, context.Annotations.All),
            _ => new QueryResult(ExpressionType.InstantVector, Series((VectorValue)value, grid), null, context.Annotations.All),
        };
    }

    /// <summary>Evaluates at every step of a range.</summary>
    /// <param name="start">The first step, in milliseconds since the Unix epoch.</param>
    /// <param name="end">No step is later.</param>
    /// <param name="step">Milliseconds; at least 1.</param>
    /// <exception cref="PromQlException">The expression has no answer for these data, or is of a type that has no range.</exception>
    /// <exception cref="Clew.Telemetry.QueryLimitException">Too many steps, or the budget is used up.</exception>
    /// <exception cref="OperationCanceledException">The asker went away.</exception>
    public async Task<QueryResult> RangeAsync(Expression expression, long start, long end, long step, QueryBudget budget)
    {
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        if (expression.Type is not (ExpressionType.Scalar or ExpressionType.InstantVector))
        {
            throw new PromQlException($"invalid expression type \"{expression.Type.Words()}\" for range query, must be scalar or instant vector");
        }

        if (end < start)
        {
            return new QueryResult(ExpressionType.RangeVector, [], null, []);
        }

        budget.CheckSteps(((end - start) / step) + 1);
        var grid = new StepGrid(start, step, (int)((end - start) / step) + 1);
        var context = new EvaluationContext(options, grid, isInstant: false, budget, end);
        var value = (await LoadAsync(expression, context)).Evaluate(expression, grid);
        var series = value is ScalarValue scalar ? [Constant(scalar, grid)] : Series((VectorValue)value, grid);
        series.Sort((left, right) => left.Labels.CompareTo(right.Labels));
        return new QueryResult(ExpressionType.RangeVector, series, null, context.Annotations.All);
    }

    private async Task<Evaluator> LoadAsync(Expression expression, EvaluationContext context)
    {
        await new SelectorLoader(source, context).LoadAsync(expression);
        return new Evaluator(context);
    }

    private static ResultSeries Constant(ScalarValue scalar, StepGrid grid) =>
        new(LabelSet.Empty, [.. scalar.Values.Select((value, step) => new ResultSample(grid.TimeAt(step), value))]);

    private List<ResultSeries> Series(VectorValue vector, StepGrid grid)
    {
        var series = new List<ResultSeries>();
        foreach (var column in MetricNames.Settle(vector.Columns, options))
        {
            var samples = new List<ResultSample>();
            for (var step = 0; step < grid.Count; step++)
            {
                if (column.Has(step))
                {
                    samples.Add(new ResultSample(grid.TimeAt(step), column.Floats[step], column.HistogramAt(step)));
                }
            }

            if (samples.Count > 0)
            {
                series.Add(new ResultSeries(column.Labels, samples));
            }
        }

        return series;
    }

    private List<ResultSeries> Samples(RangeVector range)
    {
        var series = new List<ResultSeries>();
        foreach (var one in range.Series)
        {
            var window = RangeWindow.Of(one, range.Ends[0] - range.Length, range.Ends[0]);
            var samples = new List<ResultSample>(window.Floats.Length + window.Histograms.Length);
            for (var i = 0; i < window.Floats.Length; i++)
            {
                samples.Add(new ResultSample(window.FloatTimes[i], window.Floats[i]));
            }

            for (var i = 0; i < window.Histograms.Length; i++)
            {
                samples.Add(new ResultSample(window.HistogramTimes[i], 0, window.Histograms[i]));
            }

            if (samples.Count > 0)
            {
                samples.Sort((left, right) => left.Time.CompareTo(right.Time));
                series.Add(new ResultSeries(one.DropName ? MetricNames.Drop(one.Labels, options) : one.Labels, samples));
            }
        }

        series.Sort((left, right) => left.Labels.CompareTo(right.Labels));
        return series;
    }
}
