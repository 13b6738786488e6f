using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>An expression about one span: what stands between braces, in <c>by()</c>, and in aggregates.</summary>
public abstract class FieldExpression(SourceSpan span) : TraceQlNode(span)
{
    /// <summary>Its type; null when only the span knows, as of attributes.</summary>
    public abstract TraceValueType? Type { get; }

    /// <summary>How tightly it binds: larger within smaller needs no parentheses.</summary>
    public virtual int Precedence => FieldPrecedence.Atom;

    /// <summary>Whether it says anything about a span.</summary>
    public bool RefersToSpan => Descendants().Any(node => node is AttributeReference or IntrinsicReference);

    public abstract TraceValue Evaluate(TraceSpan span);

    /// <summary>Whether it is a number in any case, though perhaps only the span knows of which type.</summary>
    public virtual bool IsNumber => Type is { } type && type.IsNumber();

    /// <summary>Whether it is true or false, or an attribute that may be.</summary>
    public bool MayBeBool => Type is null ? !IsNumber : Type == TraceValueType.Bool;

    /// <summary>Whether it is a text, or an attribute that may be one.</summary>
    public bool MayBeText => Type is null ? !IsNumber : Type == TraceValueType.String;

    /// <summary>Whether it is a number, or an attribute that may be one.</summary>
    public bool MayBeNumber => Type is null || Type.Value.IsNumber();

    /// <summary>Its type in messages.</summary>
    internal string TypeWord => Type?.Word() ?? (IsNumber ? "number" : "any");

    /// <summary>Appends a part, in parentheses where it would be read otherwise.</summary>
    protected static void PrintWithin(StringBuilder text, FieldExpression part, int precedence)
    {
        var parentheses = part.Precedence < precedence;
        text.Append(parentheses ? "(" : string.Empty);
        part.Print(text);
        text.Append(parentheses ? ")" : string.Empty);
    }
}

/// <summary>How tightly operators bind within braces, from loosest.</summary>
internal static class FieldPrecedence
{
    public const int Or = 1;
    public const int And = 2;
    public const int Comparison = 3;
    public const int Sum = 4;
    public const int Product = 5;
    public const int Sign = 6;
    public const int Power = 7;
    public const int Atom = 8;
}
