using System.Text;
using Clew.Query.Language;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>approx_topk(10, sum by (path) (rate(…)))</c>, for instant queries. Everything is at hand here, so it is the exact <c>topk</c>.</summary>
public sealed class LogQlApproximateTopK(SourceSpan span, AggregateExpression top) : Expression(span)
{
    /// <summary>The aggregation that answers it.</summary>
    public AggregateExpression Top { get; } = top;

    public override ExpressionType Type => ExpressionType.InstantVector;

    public override IReadOnlyList<Expression> Children => [Top];

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Top.Parameter!.Print(text.Append("approx_topk("));
        Top.Operand.Print(text.Append(", "));
        text.Append(')');
    }
}
