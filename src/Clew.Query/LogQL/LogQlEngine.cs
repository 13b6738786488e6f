using Clew.Query.Language;
using Clew.Query.LogQL.Evaluation;
using Clew.Query.LogQL.Source;
using Clew.Query.LogQL.Syntax;
using Clew.Query.PromQL;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Evaluation;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL;

/// <summary>
/// Answers LogQL queries. A log query sends lines through the pipeline until there are enough. A metric query first makes a vector of each range
/// aggregation, then computes with them as PromQL does.
/// </summary>
/// <param name="clock">What templates take the time of day from.</param>
public sealed class LogQlEngine(ILogSource source, TimeProvider clock)
{
    private const long NanosecondsPerMillisecond = 1_000_000;

    /// <summary>Evaluates a metric query at one moment.</summary>
    /// <param name="time">Nanoseconds since the Unix epoch.</param>
    /// <exception cref="LogQlException">It is a log query, or has no answer for these lines.</exception>
    /// <exception cref="Clew.Telemetry.QueryLimitException">The budget is used up; says which limit it met.</exception>
    /// <exception cref="OperationCanceledException">The asker went away.</exception>
    public Task<LogQlResult> InstantAsync(LogQlQuery query, long time, QueryBudget budget)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(budget);
        return query.Metric is { } metric
            ? EvaluateAsync(metric, StepGrid.At(time), isInstant: true, budget)
            : throw new LogQlException("log queries are not supported as an instant query type, please change your query to a range query type");
    }

    /// <summary>Finds lines, or evaluates a metric query at every step.</summary>
    /// <exception cref="LogQlException">It has no answer for these lines.</exception>
    /// <exception cref="Clew.Telemetry.QueryLimitException">Too many steps, or the budget is used up; says which limit it met.</exception>
    /// <exception cref="OperationCanceledException">The asker went away.</exception>
    public async Task<LogQlResult> RangeAsync(LogQlQuery query, LogQlRequest request, QueryBudget budget)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(budget);
        if (query.Logs is not null)
        {
            var lines = new List<LogQlResultLine>();
            await foreach (var portion in SearchInPortionsAsync(query, request, budget))
            {
                lines.AddRange(portion);
            }

            return new LogQlResult(LogQlResultType.Streams, lines, [], budget.EntriesTaken);
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(request.Step, 1, nameof(request));
        if (request.End < request.Start)
        {
            return new LogQlResult(LogQlResultType.Matrix, [], [], 0);
        }

        if (query.Metric!.DescendantsAndSelf().Any(part => part is LogQlApproximateTopK))
        {
            throw new LogQlException("approx_topk is only supported for instant queries");
        }

        var steps = ((request.End - request.Start) / request.Step) + 1;
        budget.CheckSteps(steps);
        return await EvaluateAsync(query.Metric, new StepGrid(request.Start, request.Step, (int)steps), isInstant: false, budget);
    }

    /// <summary>Finds lines, and gives those of each portion that was read, in the order asked for; a portion may have none.</summary>
    /// <param name="query">A log query.</param>
    /// <exception cref="Clew.Telemetry.QueryLimitException">The budget is used up, perhaps after some portions; says which limit it met.</exception>
    /// <exception cref="OperationCanceledException">The asker went away.</exception>
    public IAsyncEnumerable<IReadOnlyList<LogQlResultLine>> SearchInPortionsAsync(LogQlQuery query, LogQlRequest request, QueryBudget budget)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(budget);
        var logs = query.Logs ?? throw new LogQlException("a metric query has no lines");
        return request.End > request.Start && request.Limit > 0
            ? new LineSearch(source, clock, budget).FindAsync(logs, request)
            : AsyncEnumerable.Empty<IReadOnlyList<LogQlResultLine>>();
    }

    private async Task<LogQlResult> EvaluateAsync(Expression metric, StepGrid grid, bool isInstant, QueryBudget budget)
    {
        var context = new EvaluationContext(new PromQlOptions(), grid, isInstant, budget);
        await new RangeLoader(source, clock, context).LoadAsync(metric);
        var evaluator = new Evaluator(context);
        try
        {
            foreach (var approximate in metric.DescendantsAndSelf().OfType<LogQlApproximateTopK>().Reverse())
            {
                context.Computed.Add(approximate, evaluator.Vector(approximate.Top, grid));
            }

            var value = evaluator.Evaluate(metric, grid);
            var type = !isInstant ? LogQlResultType.Matrix : value is ScalarValue ? LogQlResultType.Scalar : LogQlResultType.Vector;
            var columns = value is ScalarValue scalar ? [new SeriesColumn(LabelSet.Empty, false, scalar.Values, null)] : ((VectorValue)value).Columns;
            return new LogQlResult(type, [], Series(columns, grid, metric, isInstant), budget.EntriesTaken);
        }
        catch (PromQlException error)
        {
            throw new LogQlException(error.Message);
        }
    }

    private static List<ResultSeries> Series(List<SeriesColumn> columns, StepGrid grid, Expression metric, bool isInstant)
    {
        var series = new List<ResultSeries>(columns.Count);
        foreach (var column in columns)
        {
            var samples = new List<ResultSample>();
            for (var step = 0; step < grid.Count; step++)
            {
                if (column.HasFloat(step))
                {
                    samples.Add(new ResultSample(grid.TimeAt(step) / NanosecondsPerMillisecond, column.Floats[step]));
                }
            }

            if (samples.Count > 0)
            {
                series.Add(new ResultSeries(column.Labels, samples));
            }
        }

        if (!isInstant || !IsOrdered(metric.Unwrapped()))
        {
            series.Sort((left, right) => left.Labels.CompareTo(right.Labels));
        }

        return series;
    }

    /// <summary>Whether the expression gives its series an order.</summary>
    private static bool IsOrdered(Expression metric) => metric is LogQlApproximateTopK
        or CallExpression { Function.Name: "sort" or "sort_desc" }
        or AggregateExpression { Operator: AggregateOperator.TopK or AggregateOperator.BottomK };
}
