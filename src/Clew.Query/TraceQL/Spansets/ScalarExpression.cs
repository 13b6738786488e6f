using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>One value of a set of spans: an aggregate, a constant, or computed from them.</summary>
public abstract class ScalarExpression(SourceSpan span) : TraceQlNode(span)
{
    /// <summary>Null when only the spans know.</summary>
    public abstract TraceValueType? Type { get; }

    /// <summary>As of the operators within braces.</summary>
    public virtual int Precedence => FieldPrecedence.Atom;

    /// <summary>Nothing where there was nothing to compute from.</summary>
    public abstract TraceValue Evaluate(Spanset set);

    /// <summary>Appends a part, in parentheses where it would be read otherwise.</summary>
    protected static void PrintWithin(StringBuilder text, ScalarExpression part, int precedence)
    {
        var parentheses = part.Precedence < precedence;
        text.Append(parentheses ? "(" : string.Empty);
        part.Print(text);
        text.Append(parentheses ? ")" : string.Empty);
    }
}
