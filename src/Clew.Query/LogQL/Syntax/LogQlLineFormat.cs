using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Pipeline;
using Clew.Query.LogQL.Templates;

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

    internal override LineStep Begin(TimeProvider clock) => new Step(LogQlTemplate.Parse(Template).CreateRenderer(clock));

    private sealed class Step(LogQlTemplateRenderer template) : LineStep
    {
        public override bool Process(WorkingLine line)
        {
            try
            {
                line.ReplaceLine(template.Render(line, line.LineText(), line.Time));
            }
            catch (LogQlTemplateException error)
            {
                line.Fail(LogQlErrorKind.TemplateFormatErr, error.Message);
            }

            return true;
        }
    }
}
