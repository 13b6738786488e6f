using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary><c>select(…)</c>: what else to show of each span. It changes no set.</summary>
public sealed class SelectFields(IReadOnlyList<FieldExpression> fields, SourceSpan span) : PipelineStage(span)
{
    public IReadOnlyList<FieldExpression> Fields { get; } = fields;

    public override IEnumerable<TraceQlNode> Children => Fields;

    public override IEnumerable<Spanset> Apply(IEnumerable<Spanset> input) => input;

    public override void Print(StringBuilder text)
    {
        text.Append("select(");
        PrintList(text, Fields);
        text.Append(')');
    }
}
