using System.Globalization;
using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary><c>topk(n)</c> and <c>bottomk(n)</c>: of each step the n largest or smallest numbers; series that are left with none are gone. Among equal ones the first by labels stay.</summary>
public sealed class TopK(MetricsExpression series, bool isBottom, int count, SourceSpan span) : MetricsExpression(span)
{
    public MetricsExpression Series { get; } = series;

    public bool IsBottom { get; } = isBottom;

    public int Count { get; } = count;

    public override IEnumerable<TraceQlNode> Children => [Series];

    public override int Precedence => 0;

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        check.Require(Count > 0, this, $"{(IsBottom ? "bottomk" : "topk")}() keeps at least one series");
    }

    public override IReadOnlyList<MetricSeries> Evaluate(IReadOnlyDictionary<MetricsSource, IReadOnlyList<MetricSeries>> computed)
    {
        var input = Series.Evaluate(computed);
        var kept = input.Select(one => Enumerable.Repeat(double.NaN, one.Values.Length).ToArray()).ToArray();
        for (var step = 0; step < (input.Count == 0 ? 0 : input[0].Values.Length); step++)
        {
            var candidates = Enumerable.Range(0, input.Count).Where(index => !double.IsNaN(input[index].Values[step]));
            var ordered = IsBottom ? candidates.OrderBy(index => input[index].Values[step]) : candidates.OrderByDescending(index => input[index].Values[step]);
            foreach (var index in ordered.ThenBy(index => input[index].Key, StringComparer.Ordinal).Take(Count))
            {
                kept[index][step] = input[index].Values[step];
            }
        }

        return [.. input.Select((one, index) => one with { Values = kept[index] }).Where(one => one.Values.Any(value => !double.IsNaN(value)))];
    }

    public override void Print(StringBuilder text)
    {
        Series.Print(text);
        text.Append(IsBottom ? " | bottomk(" : " | topk(").Append(CultureInfo.InvariantCulture, $"{Count})");
    }
}
