using System.Text;
using Clew.Query.Language;
using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>
/// <c>&gt;</c> <c>&gt;&gt;</c> <c>&lt;</c> <c>&lt;&lt;</c> <c>~</c> and their negated (<c>!&gt;</c> …) and union (<c>&amp;&gt;</c> …) forms between sets of spans: see
/// <see cref="StructuralRelation"/> and <see cref="StructuralForm"/>. Takes time in the number of spans, not of pairs.
/// </summary>
public sealed class StructuralOperation(StructuralSign sign, SpansetExpression left, SpansetExpression right, SourceSpan span) : SpansetExpression(span)
{
    public StructuralSign Sign { get; } = sign;

    public SpansetExpression Left { get; } = left;

    public SpansetExpression Right { get; } = right;

    public override IEnumerable<TraceQlNode> Children => [Left, Right];

    public override int Precedence => SpansetPrecedence.Structure;

    public override IReadOnlyList<int> Select(Spanset input)
    {
        var left = Left.Select(input);
        if (left.Count == 0 && Sign.Form != StructuralForm.Negated)
        {
            return [];
        }

        var right = Right.Select(input);
        var related = Related(input.Trace, left, Sign.Relation);
        var found = right.Where(index => related[index] != (Sign.Form == StructuralForm.Negated));
        if (Sign.Form != StructuralForm.Union)
        {
            return [.. found];
        }

        var back = Related(input.Trace, right, Opposite(Sign.Relation));
        return [.. left.Where(index => back[index]).Union(found).Order()];
    }

    public override void Print(StringBuilder text)
    {
        PrintWithin(text, Left, Precedence);
        text.Append(' ').Append(Sign).Append(' ');
        PrintWithin(text, Right, Precedence + 1);
    }

    /// <summary>Per span, whether it has the relation to at least one of these.</summary>
    private static bool[] Related(TraceSpans trace, IReadOnlyList<int> to, StructuralRelation relation)
    {
        var others = new bool[trace.Count];
        foreach (var index in to)
        {
            others[index] = true;
        }

        return relation switch
        {
            StructuralRelation.Child => [.. Enumerable.Range(0, trace.Count).Select(index => trace.ParentOf(index) is var parent and >= 0 && others[parent])],
            StructuralRelation.Parent => Parents(trace, to),
            StructuralRelation.Descendant => Descendants(trace, others),
            StructuralRelation.Ancestor => Ancestors(trace, to),
            _ => Siblings(trace, to, others),
        };
    }

    private static StructuralRelation Opposite(StructuralRelation relation) => relation switch
    {
        StructuralRelation.Child => StructuralRelation.Parent,
        StructuralRelation.Parent => StructuralRelation.Child,
        StructuralRelation.Descendant => StructuralRelation.Ancestor,
        StructuralRelation.Ancestor => StructuralRelation.Descendant,
        _ => StructuralRelation.Sibling,
    };

    private static bool[] Parents(TraceSpans trace, IReadOnlyList<int> of)
    {
        var parents = new bool[trace.Count];
        foreach (var index in of)
        {
            if (trace.ParentOf(index) is var parent and >= 0)
            {
                parents[parent] = true;
            }
        }

        return parents;
    }

    /// <summary>Goes up from every span until something known, and then marks the way. A way that leads in a circle ends where it began.</summary>
    private static bool[] Descendants(TraceSpans trace, bool[] others)
    {
        var below = new bool[trace.Count];
        var known = new bool[trace.Count];
        var way = new List<int>();
        var onWay = new HashSet<int>();
        for (var index = 0; index < trace.Count; index++)
        {
            way.Clear();
            onWay.Clear();
            var at = index;
            while (at >= 0 && !known[at] && onWay.Add(at))
            {
                way.Add(at);
                at = trace.ParentOf(at);
            }

            // In a circle everybody is above everybody.
            var isBelow = at >= 0 && (known[at] ? others[at] || below[at] : way.Skip(way.IndexOf(at)).Any(span => others[span]));
            for (var i = way.Count - 1; i >= 0; i--)
            {
                below[way[i]] = isBelow;
                known[way[i]] = true;
                isBelow |= others[way[i]];
            }
        }

        return below;
    }

    private static bool[] Ancestors(TraceSpans trace, IReadOnlyList<int> of)
    {
        var above = new bool[trace.Count];
        foreach (var index in of)
        {
            for (var at = trace.ParentOf(index); at >= 0 && !above[at]; at = trace.ParentOf(at))
            {
                above[at] = true;
            }
        }

        return above;
    }

    /// <summary>Spans whose parent has not arrived are siblings when they name the same one; roots have no siblings.</summary>
    private static bool[] Siblings(TraceSpans trace, IReadOnlyList<int> of, bool[] others)
    {
        var counts = new Dictionary<SpanId, int>();
        foreach (var index in of)
        {
            var parent = trace[index].View.ParentSpanId;
            counts[parent] = counts.GetValueOrDefault(parent) + 1;
        }

        return [.. Enumerable.Range(0, trace.Count).Select(index =>
            trace[index].View.ParentSpanId is { IsEmpty: false } parent && counts.GetValueOrDefault(parent) > (others[index] ? 1 : 0))];
    }
}
