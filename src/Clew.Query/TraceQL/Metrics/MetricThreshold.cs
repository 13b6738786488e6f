using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary><c>rate() &gt; 10</c>: keeps the numbers of which the comparison is true; series that are left with none are gone.</summary>
public sealed class MetricThreshold(MetricsExpression series, ComparisonSign sign, TraceValue bound, SourceSpan span) : MetricsExpression(span)
{
    public MetricsExpression Series { get; } = series;

    public ComparisonSign Sign { get; } = sign;

    /// <summary>A duration is compared in seconds, as series of durations are.</summary>
    public TraceValue Bound { get; } = bound;

    public override IEnumerable<TraceQlNode> Children => [Series];

    public override int Precedence => 0;

    public override IReadOnlyList<MetricSeries> Evaluate(IReadOnlyDictionary<MetricsSource, IReadOnlyList<MetricSeries>> computed)
    {
        var bound = Bound.Type == TraceValueType.Duration ? Bound.Number / 1e9 : Bound.Number;
        return
        [
            .. Series.Evaluate(computed)
                .Select(one => one with { Values = [.. one.Values.Select(value => !double.IsNaN(value) && Sign.Of(value, bound) ? value : double.NaN)] })
                .Where(one => one.Values.Any(value => !double.IsNaN(value))),
        ];
    }

    public override void Print(StringBuilder text)
    {
        Series.Print(text);
        text.Append(' ').Append(Sign.Text()).Append(' ').Append(Bound);
    }
}
