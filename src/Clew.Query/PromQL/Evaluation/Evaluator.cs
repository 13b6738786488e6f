using Clew.Query.PromQL.Data;
using Clew.Query.PromQL.Functions;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.PromQL.Evaluation;

/// <summary>
/// Evaluates expressions over all steps of a grid at once, column by column. Expressions that are the same at every step, because all their selectors
/// are fixed by <c>@</c>, are evaluated once.
/// </summary>
internal sealed class Evaluator(EvaluationContext context)
{
    private readonly Dictionary<Expression, bool> _fixed = new(ReferenceEqualityComparer.Instance);

    public EvaluationContext Context { get; } = context;

    /// <exception cref="PromQlException">The expression has no answer for these data.</exception>
    /// <exception cref="Clew.Telemetry.QueryLimitException">The query's budget is used up.</exception>
    public EvaluatedValue Evaluate(Expression expression, StepGrid grid)
    {
        Context.Budget.Check();
        return grid.Count > 1 && expression is not (NumberLiteral or StringLiteral) && IsFixed(expression)
            ? Spread(EvaluateAtEachStep(expression, StepGrid.At(grid.Start)), grid.Count)
            : EvaluateAtEachStep(expression, grid);
    }

    public List<SeriesColumn> Vector(Expression expression, StepGrid grid) => ((VectorValue)Evaluate(expression, grid)).Columns;

    public double[] Scalar(Expression expression, StepGrid grid) => ((ScalarValue)Evaluate(expression, grid)).Values;

    public static string Text(Expression expression) => ((StringLiteral)expression.Unwrapped()).Value;

    /// <summary>The series of a range vector expression.</summary>
    public RangeVector Range(Expression expression, StepGrid grid) => expression.Unwrapped() switch
    {
        MatrixSelector matrix => SelectorEvaluation.Range(matrix, grid, Context),
        SubqueryExpression subquery => Subquery(subquery, grid),
        var other => throw new InvalidOperationException($"a {other.Type.Words()} is no range vector"),
    };

    private EvaluatedValue EvaluateAtEachStep(Expression expression, StepGrid grid)
    {
        switch (expression)
        {
            case NumberLiteral number:
                Context.Budget.TakeSamples(grid.Count);
                var values = new double[grid.Count];
                Array.Fill(values, number.Value);
                return new ScalarValue(values);
            case StringLiteral text:
                return new TextValue(text.Value);
            case ParenthesizedExpression parentheses:
                return Evaluate(parentheses.Inner, grid);
            case VectorSelector selector:
                return new VectorValue(SelectorEvaluation.Instant(selector, grid, Context));
            case UnaryExpression unary:
                return Unary(unary, grid);
            case BinaryExpression binary:
                return BinaryEvaluation.Evaluate(binary, grid, this);
            case AggregateExpression aggregate:
                return new VectorValue(Aggregation.Evaluate(aggregate, grid, this));
            case CallExpression call:
                return FunctionCalls.Evaluate(call, grid, this);
            default:
                return Context.Computed.TryGetValue(expression, out var columns)
                    ? new VectorValue(columns)
                    : throw new InvalidOperationException($"a {expression.Type.Words()} cannot be evaluated by itself");
        }
    }

    private RangeVector Subquery(SubqueryExpression subquery, StepGrid grid)
    {
        var references = Context.References(subquery.Modifiers, grid);
        var series = Context.SubqueryGrid(subquery, references[0], references[^1]) is { } inner
            ? Vector(subquery.Inner, inner).ConvertAll(column => RangeSeries.From(column, inner))
            : [];
        return new RangeVector(series, references, Context.Range(subquery.Range), EdgeMode.Plain);
    }

    private EvaluatedValue Unary(UnaryExpression unary, StepGrid grid)
    {
        var operand = Evaluate(unary.Operand, grid);
        if (!unary.IsNegative)
        {
            return operand;
        }

        return operand is ScalarValue scalar
            ? new ScalarValue(Array.ConvertAll(scalar.Values, value => -value))
            : new VectorValue(Columns.Map(((VectorValue)operand).Columns, Context, static value => -value, static histogram => Histograms.HistogramArithmetic.Multiply(histogram, -1)));
    }

    /// <summary>Whether the value is the same at every step.</summary>
    private bool IsFixed(Expression expression)
    {
        if (_fixed.TryGetValue(expression, out var known))
        {
            return known;
        }

        return _fixed[expression] = expression switch
        {
            VectorSelector selector => selector.Modifiers.At != AtAnchor.None,
            MatrixSelector matrix => matrix.Selector.Modifiers.At != AtAnchor.None,
            SubqueryExpression subquery => subquery.Modifiers.At != AtAnchor.None,
            CallExpression { Function.DependsOnTime: true } => false,
            _ when Context.Computed.ContainsKey(expression) => false,
            _ => expression.Children.All(IsFixed),
        };
    }

    private EvaluatedValue Spread(EvaluatedValue value, int steps)
    {
        switch (value)
        {
            case ScalarValue scalar:
                Context.Budget.TakeSamples(steps);
                var values = new double[steps];
                Array.Fill(values, scalar.Values[0]);
                return new ScalarValue(values);
            case VectorValue vector:
                return new VectorValue(vector.Columns.ConvertAll(column =>
                {
                    Context.Budget.TakeSamples(steps);
                    var spread = new SeriesColumn(column.Labels, column.DropName, steps);
                    for (var step = 0; step < steps; step++)
                    {
                        spread.Set(step, column.Floats[0], column.HistogramAt(0));
                    }

                    return spread;
                }));
            default:
                return value;
        }
    }
}
