using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| unpack</c>: the labels and the line that a sender packed into a JSON object.</summary>
public sealed class LogQlUnpack(SourceSpan span) : LogQlStage(span)
{
    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append("| unpack");
    }
}
