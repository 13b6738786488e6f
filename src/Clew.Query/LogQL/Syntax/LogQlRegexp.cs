using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| regexp "(?P&lt;method&gt;\\w+)"</c>: its named groups become labels.</summary>
public sealed class LogQlRegexp(SourceSpan span, string pattern) : LogQlStage(span)
{
    public string Pattern { get; } = pattern;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append("| regexp ").Append(QuotedText.Quote(Pattern));
    }
}
