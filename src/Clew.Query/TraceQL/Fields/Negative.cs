using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary><c>-</c> before a number or a duration.</summary>
public sealed class Negative(FieldExpression operand, SourceSpan span) : FieldExpression(span)
{
    public FieldExpression Operand { get; } = operand;

    public override IEnumerable<TraceQlNode> Children => [Operand];

    public override TraceValueType? Type => Operand.Type;

    public override bool IsNumber => true;

    public override int Precedence => FieldPrecedence.Sign;

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        check.Require(Operand.MayBeNumber, this, $"- stands before numbers and durations, and {Operand} is of type {Operand.TypeWord}");
    }

    public override TraceValue Evaluate(TraceSpan span) => Of(Operand.Evaluate(span));

    public override void Print(StringBuilder text)
    {
        text.Append('-');
        PrintWithin(text, Operand, FieldPrecedence.Sign);
    }

    /// <summary>The value with the other sign; nothing for what is no number.</summary>
    internal static TraceValue Of(TraceValue value) => value.Type switch
    {
        TraceValueType.Int => TraceValue.Of(unchecked(-value.Whole)),
        TraceValueType.Duration => TraceValue.OfDuration(unchecked(-value.Whole)),
        TraceValueType.Float => TraceValue.Of(-value.Number),
        _ => TraceValue.Nil,
    };
}
