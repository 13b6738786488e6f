using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

/// <summary><c>sum by (job) (vector)</c>.</summary>
public sealed class AggregateExpression(
    SourceSpan span, AggregateOperator aggregate, Expression operand, Expression? parameter, bool isWithout, IReadOnlyList<string> grouping) : Expression(span)
{
    public AggregateOperator Operator { get; } = aggregate;

    public Expression Operand { get; } = operand;

    /// <summary>The argument before the vector: how many, which quantile, which label.</summary>
    public Expression? Parameter { get; } = parameter;

    /// <summary>Whether <see cref="Grouping"/> are the labels to leave out; otherwise those to keep.</summary>
    public bool IsWithout { get; } = isWithout;

    public IReadOnlyList<string> Grouping { get; } = grouping;

    public override ExpressionType Type => ExpressionType.InstantVector;

    public override IReadOnlyList<Expression> Children => Parameter is null ? [Operand] : [Parameter, Operand];

    public override void Print(StringBuilder text)
    {
        PrintOperator(text);
        text.Append('(');
        if (Parameter is not null)
        {
            Parameter.Print(text);
            text.Append(", ");
        }

        Operand.Print(text);
        text.Append(')');
    }

    /// <summary>The operator and its grouping, up to the parenthesis.</summary>
    public void PrintOperator(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append(Operator.Text());
        if (IsWithout || Grouping.Count > 0)
        {
            text.Append(IsWithout ? " without (" : " by (");
            LabelNames.Print(text, Grouping);
            text.Append(") ");
        }
    }
}
