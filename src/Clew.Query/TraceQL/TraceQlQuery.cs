using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>A whole query: one that finds traces and spans in them, or one that makes metrics of spans.</summary>
public sealed class TraceQlQuery : TraceQlNode
{
    internal TraceQlQuery(Pipeline? search, MetricsExpression? metrics, Hints hints, SourceSpan span)
        : base(span)
    {
        Search = search;
        Metrics = metrics;
        Hints = hints;
    }

    /// <summary>Null for a metrics query.</summary>
    public Pipeline? Search { get; }

    /// <summary>Null for a search.</summary>
    public MetricsExpression? Metrics { get; }

    public Hints Hints { get; }

    public override IEnumerable<TraceQlNode> Children => [Search is null ? Metrics! : Search, Hints];

    /// <summary>
    /// What a search shows of each span: the fields of its conditions and of <c>select()</c>, each once, in the order of the text, without the span's name
    /// and duration, which are always shown.
    /// </summary>
    public IReadOnlyList<FieldExpression> ShownFields() =>
    [
        .. (Search?.Descendants() ?? []).OfType<FieldExpression>().Where(part => part is AttributeReference or IntrinsicReference).DistinctBy(part => part.ToString())
            .Where(part => part is not IntrinsicReference { OfParent: false, Intrinsic: var intrinsic } || intrinsic != Intrinsic.Duration),
    ];

    /// <summary>Reads and checks a query.</summary>
    /// <exception cref="QuerySyntaxException">It does not follow the grammar, or its types do not fit; says where and what was expected.</exception>
    public static TraceQlQuery Parse(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var parsed = new TraceQlParser(query).ParseQuery();
        parsed.Check(new TypeCheck(query));
        return parsed;
    }

    public override void Print(StringBuilder text)
    {
        (Search ?? (TraceQlNode)Metrics!).Print(text);
        Hints.Print(text);
    }
}
