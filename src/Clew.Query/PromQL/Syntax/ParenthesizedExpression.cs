using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

/// <summary><c>( … )</c>.</summary>
public sealed class ParenthesizedExpression(SourceSpan span, Expression inner) : Expression(span)
{
    public Expression Inner { get; } = inner;

    public override ExpressionType Type => Inner.Type;

    public override IReadOnlyList<Expression> Children => [Inner];

    public override void Print(StringBuilder text)
    {
        text.Append('(');
        Inner.Print(text);
        text.Append(')');
    }
}
