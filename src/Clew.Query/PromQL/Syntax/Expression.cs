using System.Text;
using Clew.Query.Language;

namespace Clew.Query.PromQL.Syntax;

/// <summary>
/// A node of a PromQL query's tree. Nodes do not change. Each prints itself: the text parses to an equal tree.
/// </summary>
public abstract class Expression(SourceSpan span)
{
    /// <summary>Where the expression stands in the query.</summary>
    public SourceSpan Span { get; } = span;

    public abstract ExpressionType Type { get; }

    /// <summary>The expressions this one is made of, in the order they are written. Durations are not among them.</summary>
    public virtual IReadOnlyList<Expression> Children => [];

    /// <summary>Appends the expression in the canonical writing, on one line.</summary>
    public abstract void Print(StringBuilder text);

    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }

    /// <summary>The expression without parentheses around it.</summary>
    public Expression Unwrapped()
    {
        var inner = this;
        while (inner is ParenthesizedExpression parentheses)
        {
            inner = parentheses.Inner;
        }

        return inner;
    }

    /// <summary>This expression and all within it, outer ones first.</summary>
    public IEnumerable<Expression> DescendantsAndSelf()
    {
        yield return this;
        foreach (var child in Children)
        {
            foreach (var descendant in child.DescendantsAndSelf())
            {
                yield return descendant;
            }
        }
    }
}
