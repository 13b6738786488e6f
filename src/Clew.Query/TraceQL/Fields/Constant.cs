using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>A literal: <c>"text"</c>, <c>200</c>, <c>0.5</c>, <c>true</c>, <c>nil</c>, <c>1h30m</c>, <c>error</c>, <c>server</c>.</summary>
public sealed class Constant(TraceValue value, SourceSpan span) : FieldExpression(span)
{
    public TraceValue Value { get; } = value;

    public override IEnumerable<TraceQlNode> Children => [];

    public override TraceValueType? Type => Value.Type;

    /// <summary>A negative number is written with its sign, which binds like one.</summary>
    public override int Precedence => Value.Type.IsNumber() && double.IsNegative(Value.Number) ? FieldPrecedence.Sign : FieldPrecedence.Atom;

    public override TraceValue Evaluate(TraceSpan span) => Value;

    public override void Print(StringBuilder text) => text.Append(Value);
}
