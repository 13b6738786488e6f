using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>
/// Metrics that a store can compute by itself: a filter that it tests exactly, counts or sums of durations, by service, name, kind or status.
/// </summary>
public static class StoreCount
{
    private const string Value = "value";
    private const string Bucket = "bucket";
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>Null for what the store cannot do.</summary>
    public static ReadPlan? Plan(SpanMetric metric, StepGrid grid, MetricsLimits limits)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(limits);
        if (!SpanLocality.IsLocal(metric, out var filter) || Narrowing.Of(filter.Condition) is not { IsExact: true } narrowing || Aggregate(metric) is not { } aggregate)
        {
            return null;
        }

        var keys = new List<Field>();
        foreach (var by in metric.By)
        {
            if (Key(by) is not { } key)
            {
                return null;
            }

            keys.Add(key);
        }

        // Rows are groups of a step; one more than there may be tells that there are more.
        var rows = Math.Min(int.MaxValue - 1, (long)limits.Series * grid.Count) + 1;
        return new ReadPlan(Tenant.Default, Dataset.Spans, new TimeRange(new Timestamp(grid.Start), new Timestamp(grid.End)))
        {
            Where = narrowing.Where,
            GroupBy = keys,
            Step = grid.Count == 1 ? null : TimeSpan.FromTicks(grid.Step / 100),
            Aggregates = [aggregate],
            Limit = (int)rows,
        };
    }

    internal static void Read(SpanMetric metric, ResultTable counted, StepGrid grid, SpanMetricCollector collector)
    {
        var buckets = grid.Count == 1 ? null : counted.Longs(Bucket);
        for (var row = 0; row < counted.RowCount; row++)
        {
            var value = counted[Value] switch
            {
                LongColumn whole => whole.Values[row],
                DoubleColumn number => number.Values[row] / NanosecondsPerSecond,
                _ => double.NaN,
            };
            var step = buckets is null ? 0 : grid.IndexOf(buckets[row]);
            if (!double.IsNaN(value) && step >= 0 && (buckets is not null || value != 0 || metric.By.Count > 0))
            {
                collector.AddCounted([.. metric.By.Select((by, i) => Label(by, ((TextColumn)counted.Columns[i]).Values[row]))], step, value);
            }
        }
    }

    private static Aggregate? Aggregate(SpanMetric metric)
    {
        var isOfDuration = metric.Of is IntrinsicReference { Intrinsic: var intrinsic } && intrinsic == Intrinsic.Duration;
        return metric.Function switch
        {
            SpanMetricFunction.Rate or SpanMetricFunction.CountOverTime => Telemetry.Aggregate.Count(Value),
            SpanMetricFunction.MinOverTime when isOfDuration => new Aggregate(AggregateFunction.Min, Value, Field.Intrinsic(Intrinsics.Duration)),
            SpanMetricFunction.MaxOverTime when isOfDuration => new Aggregate(AggregateFunction.Max, Value, Field.Intrinsic(Intrinsics.Duration)),
            SpanMetricFunction.AvgOverTime when isOfDuration => new Aggregate(AggregateFunction.Average, Value, Field.Intrinsic(Intrinsics.Duration)),
            SpanMetricFunction.SumOverTime when isOfDuration => new Aggregate(AggregateFunction.Sum, Value, Field.Intrinsic(Intrinsics.Duration)),
            _ => null,
        };
    }

    private static Field? Key(FieldExpression by) => StoreFields.IsService(by) ? Field.Intrinsic(Intrinsics.Service)
        : StoreFields.Of(by) is { Source: FieldSource.Intrinsic, Name: Intrinsics.Name or Intrinsics.Kind or Intrinsics.Status } named ? named
        : null;

    /// <summary>The store groups by text, a kind's or status's being its OTLP number.</summary>
    private static TraceValue Label(FieldExpression by, string text) => by switch
    {
        IntrinsicReference { Intrinsic: var intrinsic } when intrinsic == Intrinsic.Kind => TraceValue.Of((SpanKind)byte.Parse(text, System.Globalization.CultureInfo.InvariantCulture)),
        IntrinsicReference { Intrinsic: var intrinsic } when intrinsic == Intrinsic.Status => TraceValue.Of((SpanStatus)byte.Parse(text, System.Globalization.CultureInfo.InvariantCulture)),
        AttributeReference when text == ResourceView.UnknownService => TraceValue.Nil,
        _ => TraceValue.Of(text),
    };
}
