using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary><c>!</c> before something that is true or false. Of anything else it is nothing, and so not true either.</summary>
public sealed class Not(FieldExpression operand, SourceSpan span) : FieldExpression(span)
{
    public FieldExpression Operand { get; } = operand;

    public override IEnumerable<TraceQlNode> Children => [Operand];

    public override TraceValueType? Type => TraceValueType.Bool;

    public override int Precedence => FieldPrecedence.Sign;

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        check.Require(Operand.MayBeBool, this, $"! turns round what is true or false, and {Operand} is of type {Operand.TypeWord}");
    }

    public override TraceValue Evaluate(TraceSpan span) => Operand.Evaluate(span) is { Type: TraceValueType.Bool } value ? TraceValue.Of(!value.IsTrue) : TraceValue.Nil;

    public override void Print(StringBuilder text)
    {
        text.Append('!');
        PrintWithin(text, Operand, FieldPrecedence.Sign);
    }
}
