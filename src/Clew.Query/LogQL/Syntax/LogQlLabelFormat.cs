using System.Text;
using Clew.Query.Language;
using Clew.Query.LogQL.Extraction;
using Clew.Query.LogQL.Pipeline;
using Clew.Query.LogQL.Templates;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| label_format to=from, code="{{.status}}"</c>: renames labels, or sets them from templates.</summary>
public sealed class LogQlLabelFormat(SourceSpan span, IReadOnlyList<LabelAssignment> assignments) : LogQlStage(span)
{
    /// <summary>At least one; no label is assigned twice.</summary>
    public IReadOnlyList<LabelAssignment> Assignments { get; } = assignments;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append("| label_format ");
        for (var i = 0; i < Assignments.Count; i++)
        {
            var (label, value, isTemplate) = Assignments[i];
            text.Append(i > 0 ? ", " : string.Empty).Append(label).Append('=').Append(isTemplate ? QuotedText.Quote(value) : value);
        }
    }

    internal override LineStep Begin(TimeProvider clock) =>
        new Step([.. Assignments.Select(assignment => (assignment, assignment.IsTemplate ? LogQlTemplate.Parse(assignment.Value).CreateRenderer(clock) : null))]);

    private sealed class Step(List<(LabelAssignment Assignment, LogQlTemplateRenderer? Template)> assignments) : LineStep
    {
        public override bool Process(WorkingLine line)
        {
            foreach (var (assignment, template) in assignments)
            {
                if (template is null)
                {
                    Rename(line, assignment);
                    continue;
                }

                try
                {
                    line.Set(assignment.Label, template.Render(line, line.LineText(), line.Time));
                }
                catch (LogQlTemplateException error)
                {
                    line.Fail(LogQlErrorKind.TemplateFormatErr, error.Message);
                }
            }

            return true;
        }

        private static void Rename(WorkingLine line, LabelAssignment assignment)
        {
            var place = line.Find(assignment.Value);
            if (place < 0 || assignment.Value == assignment.Label)
            {
                return;
            }

            var value = line.TextAt(place);
            line.RemoveAt(place);
            line.Set(assignment.Label, value);
        }
    }
}
