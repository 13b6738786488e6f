using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>A literal: <c>"text"</c>, <c>200</c>, <c>0.5</c>, <c>true</c>, <c>nil</c>, <c>1h30m</c>, <c>error</c>, <c>server</c>, <c>minInt</c>.</summary>
public sealed class Constant(TraceValue value, SourceSpan span) : FieldExpression(span)
{
    public TraceValue Value { get; } = value;

    public override IEnumerable<TraceQlNode> Children => [];

    public override TraceValueType? Type => Value.Type;

    /// <summary>A negative number is written with its sign, which binds like one.</summary>
    public override int Precedence => !IsSmallest && Value.Type.IsNumber() && double.IsNegative(Value.Number) ? FieldPrecedence.Sign : FieldPrecedence.Atom;

    /// <summary>The smallest int can only be written as a word: without its sign it is too large.</summary>
    private bool IsSmallest => Value is { Type: TraceValueType.Int, Whole: long.MinValue };

    public override TraceValue Evaluate(TraceSpan span) => Value;

    public override void Print(StringBuilder text) => text.Append(IsSmallest ? "minInt" : Value.ToString());
}
