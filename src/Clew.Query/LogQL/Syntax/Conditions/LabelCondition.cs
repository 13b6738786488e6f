using Clew.Query.Language;
using Clew.Query.LogQL.Pipeline;

namespace Clew.Query.LogQL.Syntax;

/// <summary>A condition on the labels of one line.</summary>
public abstract class LabelCondition : LogQlNode
{
    private protected LabelCondition(SourceSpan span)
        : base(span)
    {
    }

    /// <summary>
    /// Whether the line stays. Conditions other than those on text keep lines that went wrong before, and one that cannot read the label's value says so in the
    /// line's error label and keeps it.
    /// </summary>
    internal abstract bool Holds(WorkingLine line);
}
