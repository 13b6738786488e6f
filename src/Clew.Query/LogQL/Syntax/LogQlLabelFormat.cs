using System.Text;
using Clew.Query.Language;

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
}
