using Clew.Query.Language;
using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>What is the same for all parts of one evaluation.</summary>
/// <param name="options">How it is evaluated.</param>
/// <param name="grid">The steps of the query.</param>
/// <param name="isInstant">Whether it is asked for one moment.</param>
/// <param name="budget">What it may cost.</param>
/// <param name="end">The end the query states, which is later than the last step when the steps do not divide the range; null is the last step.</param>
internal sealed class EvaluationContext(PromQlOptions options, StepGrid grid, bool isInstant, QueryBudget budget, long? end = null)
{
    public PromQlOptions Options { get; } = options;

    /// <summary>The steps of the query, not those of a subquery within.</summary>
    public StepGrid Grid { get; } = grid;

    /// <summary>What <c>end()</c> stands for, in milliseconds since the Unix epoch.</summary>
    public long End { get; } = end ?? grid.End;

    public QueryBudget Budget { get; } = budget;

    public Annotations Annotations { get; } = new();

    public DurationContext Durations { get; } = new(isInstant ? 0 : grid.Interval, (end ?? grid.End) - grid.Start);

    public long Lookback => (long)Options.Lookback.TotalMilliseconds;

    /// <summary>What was loaded for each selector.</summary>
    public Dictionary<VectorSelector, IReadOnlyList<SampledSeries>> Loaded { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>What was loaded for the info series of each call of <c>info</c>.</summary>
    public Dictionary<CallExpression, IReadOnlyList<SampledSeries>> LoadedInfo { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Vectors that are known before the evaluation: what LogQL computes from lines, and PromQL then computes with.</summary>
    public Dictionary<Expression, List<SeriesColumn>> Computed { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>The moment that <c>@</c> fixes, or null.</summary>
    public long? FixedTime(TimeModifiers modifiers) => modifiers.At switch
    {
        AtAnchor.Time => modifiers.AtMilliseconds,
        AtAnchor.Start => Grid.Start,
        AtAnchor.End => End,
        _ => null,
    };

    public long Offset(TimeModifiers modifiers) => modifiers.Offset?.Milliseconds(Durations) ?? 0;

    /// <summary>The moment each step of a grid looks at through the modifiers.</summary>
    public long[] References(TimeModifiers modifiers, StepGrid grid)
    {
        var offset = Offset(modifiers);
        var fixedTime = FixedTime(modifiers);
        var references = new long[grid.Count];
        for (var step = 0; step < references.Length; step++)
        {
            references[step] = (fixedTime ?? grid.TimeAt(step)) - offset;
        }

        return references;
    }

    /// <summary>The milliseconds of a range.</summary>
    /// <exception cref="PromQlException">It is not longer than nothing.</exception>
    public long Range(Duration range) => range.Milliseconds(Durations) is var milliseconds and > 0
        ? milliseconds
        : throw new PromQlException($"the duration {range} must be greater than 0");

    /// <summary>The moments at which the inside of a subquery is evaluated, for steps that look at these moments; null when there are none.</summary>
    public StepGrid? SubqueryGrid(SubqueryExpression subquery, long firstReference, long lastReference)
    {
        var range = Range(subquery.Range);
        var step = subquery.Step is { } duration ? Range(duration) : Math.Max(1, (long)Options.DefaultSubqueryStep.TotalMilliseconds);
        var start = (Math.DivRem(firstReference - range, step, out var remainder) * step) + (remainder < 0 ? -step : 0);
        if (start <= firstReference - range)
        {
            start += step;
        }

        if (start > lastReference)
        {
            return null;
        }

        var count = ((lastReference - start) / step) + 1;
        Budget.CheckSteps(count > int.MaxValue ? long.MaxValue : 0);
        Budget.TakeSamples(count);
        return new StepGrid(start, step, (int)count);
    }
}
