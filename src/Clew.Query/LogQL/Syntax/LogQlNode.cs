using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Syntax;

/// <summary>A construct of LogQL about log lines. It does not change, and prints itself as text that parses to the same construct.</summary>
/// <remarks>What computes with numbers is PromQL's algebra: such nodes are <see cref="PromQL.Syntax.Expression"/>s.</remarks>
public abstract class LogQlNode(SourceSpan span)
{
    /// <summary>Where it stands in the query.</summary>
    public SourceSpan Span { get; } = span;

    /// <summary>Appends the construct in the canonical writing, on one line.</summary>
    public abstract void Print(StringBuilder text);

    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }
}
