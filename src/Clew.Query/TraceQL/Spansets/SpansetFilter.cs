using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary><c>{ … }</c>: the spans of which the condition is true; <c>{ }</c> all.</summary>
public sealed class SpansetFilter(FieldExpression? condition, SourceSpan span) : SpansetExpression(span)
{
    /// <summary>Null for none.</summary>
    public FieldExpression? Condition { get; } = condition;

    public override IEnumerable<TraceQlNode> Children => Condition is null ? [] : [Condition];

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        check.Require(Condition is null || Condition.MayBeBool, Condition ?? (TraceQlNode)this, $"a condition must be true or false, and {Condition} is of type {Condition?.TypeWord}");
    }

    public override IReadOnlyList<int> Select(Spanset input) => Condition is null ? input.Spans : [.. input.Spans.Where(index => Holds(input.Trace[index]))];

    public bool Holds(TraceSpan span) => Condition is null || Condition.Evaluate(span).IsTrue;

    public override void Print(StringBuilder text)
    {
        text.Append("{ ");
        Condition?.Print(text);
        text.Append(Condition is null ? "}" : " }");
    }
}
