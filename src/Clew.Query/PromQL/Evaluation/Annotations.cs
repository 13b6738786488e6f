using Clew.Query.Language;

namespace Clew.Query.PromQL.Evaluation;

public enum AnnotationKind
{
    /// <summary>The answer may be wrong.</summary>
    Warning,

    /// <summary>The answer may not be what was meant.</summary>
    Info,
}

/// <summary>A remark about an answer that goes with it.</summary>
public sealed record Annotation(AnnotationKind Kind, string Message, SourceSpan Span)
{
    /// <summary>As Prometheus words it, without the position.</summary>
    public string Text => $"PromQL {(Kind == AnnotationKind.Warning ? "warning" : "info")}: {Message}";

    /// <summary>With line and column in the query, as the API gives it.</summary>
    public string TextIn(string query) => $"{Text} ({Span.PositionIn(query)})";
}

/// <summary>The remarks on one evaluation, each once, in the order they were first made.</summary>
public sealed class Annotations
{
    private const int Most = 1_000;
    private readonly Dictionary<(AnnotationKind, string), Annotation> _all = [];

    public IReadOnlyCollection<Annotation> All => _all.Values;

    public void Warn(string message, SourceSpan span) => Add(new(AnnotationKind.Warning, message, span));

    public void Inform(string message, SourceSpan span) => Add(new(AnnotationKind.Info, message, span));

    public void MixedFloatsAndHistograms(string metric, SourceSpan span) => Warn($"encountered a mix of histograms and floats for metric name {QuotedText.Quote(metric)}", span);

    public void MixedFloatsAndHistogramsAggregated(SourceSpan span) => Warn("encountered a mix of histograms and floats for aggregation", span);

    public void MixedSchemas(string metric, SourceSpan span) =>
        Warn($"vector contains a mix of histograms with exponential and custom buckets schemas for metric name {QuotedText.Quote(metric)}", span);

    public void NotCounter(string metric, SourceSpan span) => Warn($"this native histogram metric is not a counter: {QuotedText.Quote(metric)}", span);

    public void NotGauge(string metric, SourceSpan span) => Warn($"this native histogram metric is not a gauge: {QuotedText.Quote(metric)}", span);

    public void QuantileOutOfRange(double quantile, SourceSpan span) => Warn($"quantile value should be between 0 and 1, got {GoNumber.FormatGeneral(quantile)}", span);

    public void BoundsReconciled(string operation, SourceSpan span) => Inform($"mismatched custom buckets were reconciled during {operation}", span);

    public void HintsConflict(string operation, SourceSpan span) => Warn($"conflicting counter resets during histogram {operation}", span);

    public void HistogramsIgnored(string where, SourceSpan span) => Inform($"ignored histograms in {where}", span);

    public void HistogramsIgnoredInRange(string metric, SourceSpan span) =>
        Inform($"ignored histograms in a range containing both floats and histograms for metric name {QuotedText.Quote(metric)}", span);

    public void Overlap(string metric, SourceSpan span) => Warn($"sample has start time that overlaps with previous sample timestamp for metric {QuotedText.Quote(metric)}", span);

    private void Add(Annotation annotation)
    {
        if (_all.Count < Most)
        {
            _all.TryAdd((annotation.Kind, annotation.Message), annotation);
        }
    }
}
