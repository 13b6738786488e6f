using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>An expression that selects spans of a trace: a filter, a combination, a pipeline in parentheses.</summary>
public abstract class SpansetExpression(SourceSpan span) : PipelineStage(span)
{
    /// <summary>How tightly it binds: larger within smaller needs no parentheses.</summary>
    public virtual int Precedence => SpansetPrecedence.Atom;

    /// <summary>The spans among those of a set that it selects.</summary>
    public abstract IReadOnlyList<int> Select(Spanset input);

    public override IEnumerable<Spanset> Apply(IEnumerable<Spanset> input)
    {
        foreach (var set in input)
        {
            if (Select(set) is { Count: > 0 } selected)
            {
                yield return set.With(selected);
            }
        }
    }

    /// <summary>Appends a part, in parentheses where it would be read otherwise.</summary>
    protected static void PrintWithin(StringBuilder text, SpansetExpression part, int precedence)
    {
        var parentheses = part.Precedence < precedence;
        text.Append(parentheses ? "(" : string.Empty);
        part.Print(text);
        text.Append(parentheses ? ")" : string.Empty);
    }
}

/// <summary>How tightly operators bind between sets of spans, from loosest.</summary>
internal static class SpansetPrecedence
{
    public const int Or = 1;
    public const int And = 2;
    public const int Structure = 3;
    public const int Atom = 4;
}
