using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>Functions over the spans that start within a step.</summary>
public enum SpanMetricFunction
{
    /// <summary>Spans per second.</summary>
    Rate,
    CountOverTime,
    MinOverTime,
    MaxOverTime,
    AvgOverTime,
    SumOverTime,

    /// <summary>Estimated from counts by powers of two, see <see cref="PowerHistogram"/>; a series per quantile, with label <c>p</c>.</summary>
    QuantileOverTime,

    /// <summary>Counts by powers of two; a series per bucket, with label <c>__bucket</c>.</summary>
    HistogramOverTime,
}

/// <summary><c>{ … } | rate() by(name)</c> and its like. Durations come out in seconds.</summary>
/// <param name="of">What the function takes of each span; null for those that count.</param>
/// <param name="quantiles">For quantile_over_time, from 0 to 1.</param>
public sealed class SpanMetric(SpanMetricFunction function, Pipeline spans, FieldExpression? of, IReadOnlyList<double> quantiles, IReadOnlyList<FieldExpression> by, SourceSpan span)
    : MetricsSource(spans, span)
{
    public SpanMetricFunction Function { get; } = function;

    public FieldExpression? Of { get; } = of;

    public IReadOnlyList<double> Quantiles { get; } = quantiles;

    public IReadOnlyList<FieldExpression> By { get; } = by;

    public override IEnumerable<TraceQlNode> Children => Of is null ? [Spans, .. By] : [Spans, Of, .. By];

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        check.Require(Of is null || Of.MayBeNumber, this, $"{Word(Function)}() computes with numbers and durations, and {Of} is of type {Of?.TypeWord}");
        check.Require(Of is null || Of.RefersToSpan, this, $"{Word(Function)}() computes with something of each span, and {Of} is the same for all");
        check.Require(Quantiles.All(quantile => quantile is >= 0 and <= 1), this, "a quantile is a number from 0 to 1");
        foreach (var key in By)
        {
            check.Require(key.RefersToSpan, key, $"by() groups by something of the span, and {key} is the same for all");
        }
    }

    public override MetricsCollector Collect(StepGrid grid, MetricsLimits limits) => new SpanMetricCollector(this, grid, limits);

    public override void Print(StringBuilder text)
    {
        Spans.Print(text);
        text.Append(" | ").Append(Word(Function)).Append('(');
        Of?.Print(text);
        foreach (var quantile in Quantiles)
        {
            text.Append(", ").Append(GoNumber.FormatPlain(quantile));
        }

        text.Append(')');
        if (By.Count > 0)
        {
            text.Append(" by(");
            PrintList(text, By);
            text.Append(')');
        }
    }

    /// <summary>The function's name in the language.</summary>
    public static string Word(SpanMetricFunction function) => function switch
    {
        SpanMetricFunction.Rate => "rate",
        SpanMetricFunction.CountOverTime => "count_over_time",
        SpanMetricFunction.MinOverTime => "min_over_time",
        SpanMetricFunction.MaxOverTime => "max_over_time",
        SpanMetricFunction.AvgOverTime => "avg_over_time",
        SpanMetricFunction.SumOverTime => "sum_over_time",
        SpanMetricFunction.QuantileOverTime => "quantile_over_time",
        _ => "histogram_over_time",
    };
}
