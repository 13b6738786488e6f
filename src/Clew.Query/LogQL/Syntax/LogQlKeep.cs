using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary><c>| keep level, method="GET"</c>: takes all other labels away.</summary>
public sealed class LogQlKeep(SourceSpan span, IReadOnlyList<LabelChoice> choices) : LogQlStage(span)
{
    /// <summary>At least one.</summary>
    public IReadOnlyList<LabelChoice> Choices { get; } = choices;

    public override void Print(StringBuilder text)
    {
        ArgumentNullException.ThrowIfNull(text);
        LabelChoice.Print(text.Append("| keep "), Choices);
    }
}
