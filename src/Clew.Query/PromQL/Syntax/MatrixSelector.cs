using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

/// <summary><c>selector[5m]</c>: all samples of the time before each step; the sample exactly at the beginning is not in it.</summary>
public sealed class MatrixSelector(SourceSpan span, VectorSelector selector, Duration range) : Expression(span)
{
    public VectorSelector Selector { get; } = selector;

    public Duration Range { get; } = range;

    public override ExpressionType Type => ExpressionType.RangeVector;

    public override IReadOnlyList<Expression> Children => [Selector];

    public override void Print(StringBuilder text)
    {
        Selector.PrintSelection(text);
        Range.Print(text.Append('['));
        text.Append(']');
        Selector.Modifiers.Print(text);
    }
}
