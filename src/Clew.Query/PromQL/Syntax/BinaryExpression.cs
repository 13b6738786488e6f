using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

/// <summary>Two expressions and an operator between them.</summary>
public sealed class BinaryExpression(SourceSpan span, BinaryOperator binary, Expression left, Expression right, bool returnsBool, VectorMatching? matching) : Expression(span)
{
    public BinaryOperator Operator { get; } = binary;

    public Expression Left { get; } = left;

    public Expression Right { get; } = right;

    /// <summary>Whether a comparison answers 0 or 1 instead of keeping what it is true for.</summary>
    public bool ReturnsBool { get; } = returnsBool;

    /// <summary>How series meet when both sides are vectors; otherwise null.</summary>
    public VectorMatching? Matching { get; } = matching;

    public override ExpressionType Type => Left.Type == ExpressionType.Scalar && Right.Type == ExpressionType.Scalar ? ExpressionType.Scalar : ExpressionType.InstantVector;

    public override IReadOnlyList<Expression> Children => [Left, Right];

    public override void Print(StringBuilder text)
    {
        Left.Print(text);
        PrintOperator(text.Append(' '));
        text.Append(' ');
        Right.Print(text);
    }

    /// <summary>The operator with its modifiers.</summary>
    public void PrintOperator(StringBuilder text)
    {
        text.Append(Operator.Text());
        if (ReturnsBool)
        {
            text.Append(" bool");
        }

        Matching?.Print(text);
    }
}
