using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary><c>&amp;&amp;</c> and <c>||</c> within braces, about one span. What is not true, an attribute that is not there included, counts as false.</summary>
public sealed class Logical(bool isAnd, FieldExpression left, FieldExpression right, SourceSpan span) : FieldExpression(span)
{
    public bool IsAnd { get; } = isAnd;

    public FieldExpression Left { get; } = left;

    public FieldExpression Right { get; } = right;

    public override IEnumerable<TraceQlNode> Children => [Left, Right];

    public override TraceValueType? Type => TraceValueType.Bool;

    public override int Precedence => IsAnd ? FieldPrecedence.And : FieldPrecedence.Or;

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        foreach (var side in new[] { Left, Right })
        {
            check.Require(side.MayBeBool, side, $"{(IsAnd ? "&&" : "||")} joins what is true or false, and {side} is of type {side.TypeWord}");
        }
    }

    public override TraceValue Evaluate(TraceSpan span) => TraceValue.Of(IsAnd ? Left.Evaluate(span).IsTrue && Right.Evaluate(span).IsTrue : Left.Evaluate(span).IsTrue || Right.Evaluate(span).IsTrue);

    public override void Print(StringBuilder text)
    {
        PrintWithin(text, Left, Precedence);
        text.Append(IsAnd ? " && " : " || ");
        PrintWithin(text, Right, Precedence + 1);
    }
}
