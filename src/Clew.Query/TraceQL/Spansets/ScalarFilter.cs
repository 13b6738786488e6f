using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary><c>count() &gt; 2</c>: keeps the sets of which the comparison is true, and tells their aggregates.</summary>
public sealed class ScalarFilter(ComparisonSign sign, ScalarExpression left, ScalarExpression right, SourceSpan span) : PipelineStage(span)
{
    public ComparisonSign Sign { get; } = sign;

    public ScalarExpression Left { get; } = left;

    public ScalarExpression Right { get; } = right;

    public override IEnumerable<TraceQlNode> Children => [Left, Right];

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        foreach (var side in new[] { Left, Right })
        {
            check.Require(
                side.Type is null || side.Type.Value.IsNumber(), side, $"aggregates are compared with numbers and durations, and {side} is of type {side.Type?.Word()}");
        }
    }

    public override IEnumerable<Spanset> Apply(IEnumerable<Spanset> input)
    {
        foreach (var set in input)
        {
            if (Comparison.Holds(Sign, Left.Evaluate(set), Right.Evaluate(set)))
            {
                yield return new[] { Left, Right }.Where(side => side is SpanAggregate).Aggregate(set, (told, side) => told.With(side.ToString(), side.Evaluate(set)));
            }
        }
    }

    public override void Print(StringBuilder text)
    {
        Left.Print(text);
        text.Append(' ').Append(Sign.Text()).Append(' ');
        Right.Print(text);
    }
}
