using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

/// <summary><c>expression[1h:5m]</c>: an instant vector evaluated again and again over the time before each step.</summary>
public sealed class SubqueryExpression(SourceSpan span, Expression inner, Duration range, Duration? step, TimeModifiers modifiers) : Expression(span)
{
    public Expression Inner { get; } = inner;

    public Duration Range { get; } = range;

    /// <summary>Time between evaluations, which happen at whole multiples of it; null takes the engine's default.</summary>
    public Duration? Step { get; } = step;

    public TimeModifiers Modifiers { get; } = modifiers;

    public override ExpressionType Type => ExpressionType.RangeVector;

    public override IReadOnlyList<Expression> Children => [Inner];

    public override void Print(StringBuilder text)
    {
        Inner.Print(text);
        PrintRange(text);
    }

    /// <summary>The brackets and modifiers behind the inner expression.</summary>
    public void PrintRange(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Range.Print(text.Append('['));
        text.Append(':');
        Step?.Print(text);
        text.Append(']');
        Modifiers.Print(text);
    }
}
