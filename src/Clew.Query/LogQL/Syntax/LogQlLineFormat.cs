using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| line_format "{{.method}} {{.path}}"</c>: a new line from a template.</summary>
public sealed class LogQlLineFormat(SourceSpan span, string template) : LogQlStage(span)
{
    public string Template { get; } = template;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append("| line_format ").Append(QuotedText.Quote(Template));
    }
}
