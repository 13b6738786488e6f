using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary><c>&amp;&amp;</c> and <c>||</c> between sets of spans: the spans of both sides, if both have some, or if either has.</summary>
public sealed class SpansetCombination(bool isAnd, SpansetExpression left, SpansetExpression right, SourceSpan span) : SpansetExpression(span)
{
    public bool IsAnd { get; } = isAnd;

    public SpansetExpression Left { get; } = left;

    public SpansetExpression Right { get; } = right;

    public override IEnumerable<TraceQlNode> Children => [Left, Right];

    public override int Precedence => IsAnd ? SpansetPrecedence.And : SpansetPrecedence.Or;

    public override IReadOnlyList<int> Select(Spanset input)
    {
        var left = Left.Select(input);
        if (IsAnd && left.Count == 0)
        {
            return [];
        }

        var right = Right.Select(input);
        return IsAnd && right.Count == 0 ? [] : [.. left.Union(right).Order()];
    }

    public override void Print(StringBuilder text)
    {
        PrintWithin(text, Left, Precedence);
        text.Append(IsAnd ? " && " : " || ");
        PrintWithin(text, Right, Precedence + 1);
    }
}
