using Clew.Query.TraceQL;

namespace Clew.Tests.Query.TraceQL;

/// <summary>The tree of a query as text with every level in brackets, to compare trees without regard to places in the text.</summary>
internal static class TraceQlTree
{
    public static string Of(TraceQlNode node) => $"[{node.GetType().Name} {Content(node)}{string.Concat(node.Children.Select(Of))}]";

    private static string Content(TraceQlNode node) => node switch
    {
        Constant constant => constant.Value.ToString(),
        ScalarConstant constant => constant.Value.ToString(),
        AttributeReference attribute => $"{attribute.Scope} {attribute.OfParent} {attribute.Name}",
        IntrinsicReference intrinsic => intrinsic.ToString(),
        Comparison comparison => comparison.Sign.ToString(),
        ScalarFilter filter => filter.Sign.ToString(),
        Logical logical => logical.IsAnd.ToString(),
        SpansetCombination combination => combination.IsAnd.ToString(),
        StructuralOperation structure => structure.Sign.ToString(),
        Arithmetic arithmetic => arithmetic.Sign.ToString(),
        ScalarArithmetic arithmetic => arithmetic.Sign.ToString(),
        MetricsArithmetic arithmetic => arithmetic.Sign.ToString(),
        SpanAggregate aggregate => aggregate.Function.ToString(),
        SpanMetric metric => $"{metric.Function} {string.Join(' ', metric.Quantiles)} {metric.By.Count}",
        CompareMetric compare => $"{compare.Top} {compare.From} {compare.To}",
        TopK top => $"{top.IsBottom} {top.Count}",
        MetricThreshold threshold => $"{threshold.Sign} {threshold.Bound}",
        MetricsConstant constant => constant.Number!.Value.ToString("R"),
        Hints hints => string.Join(' ', hints.Values),
        _ => string.Empty,
    };
}
