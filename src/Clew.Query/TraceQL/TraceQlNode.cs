using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>A construct of TraceQL. It prints itself as text that parses to the same construct.</summary>
public abstract class TraceQlNode(SourceSpan span)
{
    /// <summary>Where it stands in the query.</summary>
    public SourceSpan Span { get; } = span;

    /// <summary>The constructs it is made of, in the order of the text.</summary>
    public abstract IEnumerable<TraceQlNode> Children { get; }

    /// <summary>This construct and everything within it.</summary>
    public IEnumerable<TraceQlNode> Descendants() => Children.SelectMany(child => child.Descendants()).Prepend(this);

    /// <summary>Appends the construct as the language writes it.</summary>
    public abstract void Print(StringBuilder text);

    /// <summary>Refuses what follows the grammar but makes no sense: types that do not fit, numbers out of range.</summary>
    public virtual void Check(TypeCheck check)
    {
        foreach (var child in Children)
        {
            child.Check(check);
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }

    /// <summary>Appends a list with commas.</summary>
    protected static void PrintList(StringBuilder text, IReadOnlyList<TraceQlNode> nodes)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            text.Append(i == 0 ? string.Empty : ", ");
            nodes[i].Print(text);
        }
    }
}

/// <summary>Refuses constructs, with the place in the query.</summary>
public sealed class TypeCheck(string query)
{
    /// <exception cref="QuerySyntaxException">Unless it holds.</exception>
    public void Require(bool holds, TraceQlNode node, string problem)
    {
        if (!holds)
        {
            throw new QuerySyntaxException(query, node.Span, problem);
        }
    }
}
