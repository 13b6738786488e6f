using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| drop level, method="GET"</c>: takes labels away, some only where they have a value.</summary>
public sealed class LogQlDrop(SourceSpan span, IReadOnlyList<LabelChoice> choices) : LogQlStage(span)
{
    /// <summary>At least one.</summary>
    public IReadOnlyList<LabelChoice> Choices { get; } = choices;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        LabelChoice.Print(text.Append("| drop "), Choices);
    }
}
