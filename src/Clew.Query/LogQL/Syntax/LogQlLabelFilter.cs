using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Pipeline;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| status &gt;= 400 and method="GET"</c>: keeps lines by their labels.</summary>
public sealed class LogQlLabelFilter(SourceSpan span, LabelCondition condition) : LogQlStage(span)
{
    public LabelCondition Condition { get; } = condition;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Condition.Print(text.Append("| "));
    }

    internal override LineStep Begin(TimeProvider clock) => new Step(Condition);

    private sealed class Step(LabelCondition condition) : LineStep
    {
        public override bool Process(WorkingLine line) => condition.Holds(line);
    }
}
