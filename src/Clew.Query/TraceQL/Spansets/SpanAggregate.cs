using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>Aggregates over the spans of a set.</summary>
public enum SpanAggregateFunction
{
    Count,
    Min,
    Max,
    Average,
    Sum,
}

/// <summary><c>count()</c>, and <c>min(…)</c> <c>max(…)</c> <c>avg(…)</c> <c>sum(…)</c> of a number of each span; spans that have none are left out.</summary>
public sealed class SpanAggregate(SpanAggregateFunction function, FieldExpression? of, SourceSpan span) : ScalarExpression(span)
{
    public SpanAggregateFunction Function { get; } = function;

    /// <summary>Null for <c>count()</c>.</summary>
    public FieldExpression? Of { get; } = of;

    public override IEnumerable<TraceQlNode> Children => Of is null ? [] : [Of];

    public override TraceValueType? Type => Function switch
    {
        SpanAggregateFunction.Count => TraceValueType.Int,
        SpanAggregateFunction.Average when Of!.Type == TraceValueType.Int => TraceValueType.Float,
        _ => Of!.Type,
    };

    public override void Check(TypeCheck check)
    {
        base.Check(check);
        if (Of is not null)
        {
            check.Require(Of.MayBeNumber, Of, $"{Word(Function)}() computes with numbers and durations, and {Of} is of type {Of.TypeWord}");
            check.Require(Of.RefersToSpan, Of, $"{Word(Function)}() computes with something of each span, and {Of} is the same for all");
        }
    }

    public override TraceValue Evaluate(Spanset set)
    {
        if (Of is null)
        {
            return TraceValue.Of((long)set.Spans.Count);
        }

        var (result, count) = (TraceValue.Nil, 0L);
        foreach (var index in set.Spans)
        {
            var value = Of.Evaluate(set.Trace[index]);
            foreach (var item in value.Type == TraceValueType.Many ? value.Items : [value])
            {
                if (item.Type.IsNumber())
                {
                    result = count++ == 0 ? item : Next(result, item);
                }
            }
        }

        return Function != SpanAggregateFunction.Average || count == 0 ? result
            : result.Type == TraceValueType.Duration ? TraceValue.OfDuration(result.Whole / count)
            : TraceValue.Of(result.Number / count);
    }

    public override void Print(StringBuilder text)
    {
        text.Append(Word(Function)).Append('(');
        Of?.Print(text);
        text.Append(')');
    }

    internal static string Word(SpanAggregateFunction function) => function == SpanAggregateFunction.Average ? "avg" : function.ToString().ToLowerInvariant();

    private TraceValue Next(TraceValue sofar, TraceValue item) => Function switch
    {
        SpanAggregateFunction.Min => item.Number < sofar.Number ? item : sofar,
        SpanAggregateFunction.Max => item.Number > sofar.Number ? item : sofar,
        _ => ArithmeticSign.Add.Of(sofar, item),
    };
}
