using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Pipeline;
using Clew.Query.PromQL.Syntax;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>method=~"GET|HEAD"</c>: compares the label's text; a label that is not there has the empty text. A condition on what went wrong that holds keeps the line, for metrics, too.</summary>
public sealed class TextCondition(SourceSpan span, LabelMatcher matcher) : LabelCondition(span)
{
    public LabelMatcher Matcher { get; } = matcher;

    public override void Print(StringBuilder text) => Matcher.Print(text);

    internal override bool Holds(WorkingLine line)
    {
        var holds = Matcher.Matches(line[Matcher.Name]);
        if (holds && Matcher.Name == WorkingLine.ErrorLabel)
        {
            line.KeepError();
        }

        return holds;
    }
}
