using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>
/// <c>+</c> <c>-</c> <c>*</c> <c>/</c> <c>%</c> <c>^</c>. Two ints make an int, except that a division with a remainder, a power and what does not fit into 64 bits make a float. With a
/// duration comes a duration, except that the quotient of two durations is a number. Division by zero and operands that are no numbers make nothing.
/// </summary>
public sealed class Arithmetic(ArithmeticSign sign, FieldExpression left, FieldExpression right, SourceSpan span) : FieldExpression(span)
{
    public ArithmeticSign Sign { get; } = sign;

    public FieldExpression Left { get; } = left;

    public FieldExpression Right { get; } = right;

    public override IEnumerable<TraceQlNode> Children => [Left, Right];

    public override TraceValueType? Type => Left.Type is { } left && Right.Type is { } right ? Sign.TypeOf(left, right) : null;

    public override bool IsNumber => true;

    public override int Precedence => Sign.Precedence();

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        foreach (var side in new[] { Left, Right })
        {
            check.Require(side.MayBeNumber, side, $"{Sign.Text()} computes with numbers and durations, and {side} is of type {side.TypeWord}");
        }
    }

    public override TraceValue Evaluate(TraceSpan span) => Sign.Of(Left.Evaluate(span), Right.Evaluate(span));

    public override void Print(StringBuilder text)
    {
        // A power is read from the right, everything else from the left.
        PrintWithin(text, Left, Sign == ArithmeticSign.Power ? FieldPrecedence.Atom : Precedence);
        text.Append(' ').Append(Sign.Text()).Append(' ');
        PrintWithin(text, Right, Sign == ArithmeticSign.Power ? FieldPrecedence.Sign : Precedence + 1);
    }
}
