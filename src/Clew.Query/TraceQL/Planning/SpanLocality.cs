using System.Diagnostics.CodeAnalysis;

namespace Clew.Query.TraceQL;

/// <summary>Finds out whether a metric can be made of single spans, without the rest of their traces.</summary>
internal static class SpanLocality
{
    /// <param name="filter">The filter that is the whole pipeline.</param>
    public static bool IsLocal(MetricsSource metric, [NotNullWhen(true)] out SpansetFilter? filter)
    {
        filter = metric.Spans.Stages is [SpansetFilter only, ..] && metric.Spans.Stages.Skip(1).All(stage => stage is SelectFields) ? only : null;
        return filter is not null && metric is not CompareMetric && metric.Descendants().All(node => node switch
        {
            IntrinsicReference intrinsic => !intrinsic.OfParent && !intrinsic.Intrinsic.IsOfTrace,
            AttributeReference attribute => !attribute.OfParent,
            _ => true,
        });
    }
}
