using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

/// <summary>A sign before a scalar or an instant vector. It binds less than <c>^</c> and more than the other operators.</summary>
public sealed class UnaryExpression(SourceSpan span, bool isNegative, Expression operand) : Expression(span)
{
    public bool IsNegative { get; } = isNegative;

    public Expression Operand { get; } = operand;

    public override ExpressionType Type => Operand.Type;

    public override IReadOnlyList<Expression> Children => [Operand];

    public override void Print(StringBuilder text)
    {
        text.Append(IsNegative ? '-' : '+');
        Operand.Print(text);
    }
}
