using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>A number or duration beside aggregates.</summary>
public sealed class ScalarConstant(TraceValue value, SourceSpan span) : ScalarExpression(span)
{
    public TraceValue Value { get; } = value;

    public override IEnumerable<TraceQlNode> Children => [];

    public override TraceValueType? Type => Value.Type;

    public override int Precedence => Value.Type.IsNumber() && double.IsNegative(Value.Number) ? FieldPrecedence.Sign : FieldPrecedence.Atom;

    public override TraceValue Evaluate(Spanset set) => Value;

    public override void Print(StringBuilder text) => text.Append(Value);
}
