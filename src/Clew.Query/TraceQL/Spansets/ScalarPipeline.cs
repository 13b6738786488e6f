using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary><c>({ … } | count())</c>: an aggregate of other spans of the same trace, to compare with.</summary>
public sealed class ScalarPipeline(IReadOnlyList<PipelineStage> stages, ScalarExpression value, SourceSpan span) : ScalarExpression(span)
{
    private readonly Pipeline _stages = new(stages, span);

    public ScalarExpression Value { get; } = value;

    public override IEnumerable<TraceQlNode> Children => [_stages, Value];

    public override TraceValueType? Type => Value.Type;

    /// <summary>Always over the whole trace; without spans a count is 0 and everything else nothing.</summary>
    public override TraceValue Evaluate(Spanset set)
    {
        var all = Spanset.All(set.Trace);
        return Value.Evaluate(all with { Spans = _stages.Select(all) });
    }

    public override void Print(StringBuilder text)
    {
        text.Append('(');
        _stages.Print(text);
        text.Append(" | ");
        Value.Print(text);
        text.Append(')');
    }
}
