using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| decolorize</c>: takes colour codes out of the line.</summary>
public sealed class LogQlDecolorize(SourceSpan span) : LogQlStage(span)
{
    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append("| decolorize");
    }
}
