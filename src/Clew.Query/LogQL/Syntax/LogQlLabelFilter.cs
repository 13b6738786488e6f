using System.Text;
using Clew.Query.Language;

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
}
