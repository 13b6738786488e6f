using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>
/// Metrics that a store can compute by itself: a filter that it tests exactly; counts, or sums, extremes, quantiles and histograms of durations; by service, name, kind, status, and attributes
/// of spans and resources.
/// </summary>
public static class StoreCount
{
    private const string Spans = "spans";
    private const string Value = "value";
    private const string Bucket = "bucket";
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>Null for what the store cannot do.</summary>
    public static ReadPlan? Plan(SpanMetric metric, StepGrid grid, MetricsLimits limits)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(limits);
        if (!SpanLocality.IsLocal(metric, out var filter) || Narrowing.Of(filter.Condition) is not { IsExact: true } narrowing || !IsKnown(metric) || !metric.By.All(IsKey))
        {
            return null;
        }

        // Rows are groups of a step; one more than there may be tells that there are more.
        var rows = Math.Min(int.MaxValue - 1, (long)limits.Series * grid.Count) + 1;
        return new ReadPlan(Tenant.Default, Dataset.Spans, new TimeRange(new Timestamp(grid.Start), new Timestamp(grid.End)))
        {
            Where = narrowing.Where,
            GroupBy = [.. metric.By.SelectMany(Keys).Concat(IsHistogram(metric) ? [Field.Intrinsic(Intrinsics.DurationExponent)] : []).Distinct()],
            Step = grid.Count == 1 ? null : TimeSpan.FromTicks(grid.Step / 100),
            Aggregates = [Aggregate.Count(Spans), .. Function(metric.Function) is { } function ? [new Aggregate(function, Value, Field.Intrinsic(Intrinsics.Duration))] : Array.Empty<Aggregate>()],
            Limit = (int)rows,
        };
    }

    internal static void Read(SpanMetric metric, ResultTable counted, StepGrid grid, SpanMetricCollector collector)
    {
        var buckets = grid.Count == 1 ? null : counted.Longs(Bucket);
        var spans = counted.Longs(Spans);
        var values = Function(metric.Function) is null ? null : counted.Doubles(Value);
        var exponents = IsHistogram(metric) ? counted.Texts(Intrinsics.DurationExponent) : null;
        Func<int, TraceValue>[] labels = [.. metric.By.Select(by => Label(by, counted))];
        for (var row = 0; row < counted.RowCount; row++)
        {
            var step = buckets is null ? 0 : grid.IndexOf(buckets[row]);
            if (step < 0 || spans[row] == 0)
            {
                continue;
            }

            TraceValue[] key = [.. labels.Select(label => label(row))];
            if (exponents is not null)
            {
                var exponent = int.Parse(exponents[row], System.Globalization.CultureInfo.InvariantCulture);
                collector.AddCounted(key, step, exponent < 0 ? null : exponent, spans[row]);
            }
            else
            {
                collector.AddCounted(key, step, values is null ? spans[row] : values[row] / NanosecondsPerSecond, spans[row]);
            }
        }
    }

    private static bool IsHistogram(SpanMetric metric) => metric.Function is SpanMetricFunction.QuantileOverTime or SpanMetricFunction.HistogramOverTime;

    private static bool IsKnown(SpanMetric metric) => metric.Of is null || (metric.Of is IntrinsicReference { OfParent: false, Intrinsic: var intrinsic } && intrinsic == Intrinsic.Duration);

    /// <summary>What the store computes of durations beside counting; null when counting is all. Averages are made of sums, so that groups can be joined.</summary>
    private static AggregateFunction? Function(SpanMetricFunction function) => function switch
    {
        SpanMetricFunction.MinOverTime => AggregateFunction.Min,
        SpanMetricFunction.MaxOverTime => AggregateFunction.Max,
        SpanMetricFunction.AvgOverTime or SpanMetricFunction.SumOverTime => AggregateFunction.Sum,
        _ => null,
    };

    private static bool IsKey(FieldExpression by) => by switch
    {
        AttributeReference { OfParent: false, Scope: AttributeScope.Span or AttributeScope.Resource } => true,
        IntrinsicReference { OfParent: false } => StoreFields.Of(by) is { Name: Intrinsics.Name or Intrinsics.Kind or Intrinsics.Status },
        _ => false,
    };

    /// <summary>What the store groups by: an attribute's value is a text, which needs its type beside it; attributes of resources are read from the resource.</summary>
    private static IEnumerable<Field> Keys(FieldExpression by) => by switch
    {
        _ when StoreFields.IsService(by) => [Field.Intrinsic(Intrinsics.Service)],
        AttributeReference { Scope: AttributeScope.Resource } => [Field.Intrinsic(Intrinsics.ResourceFingerprint)],
        AttributeReference attribute => [new Field(FieldSource.Attribute, attribute.Name), new Field(FieldSource.AttributeType, attribute.Name)],
        _ => [StoreFields.Of(by)!.Value],
    };

    /// <summary>Reads a label from a row. A kind or status comes as its OTLP number.</summary>
    private static Func<int, TraceValue> Label(FieldExpression by, ResultTable counted)
    {
        if (by is AttributeReference { Scope: AttributeScope.Resource, Name: var name } && !StoreFields.IsService(by))
        {
            var names = RenamedAttributes.Names(name);
            return row => names.Select(one => counted.Resources![counted.ResourceIndexes![row]].Attributes.Find(one) is { } found ? TraceValue.Of(found) : TraceValue.Nil)
                .FirstOrDefault(value => !value.IsNil, TraceValue.Nil);
        }

        var texts = counted.Texts(Keys(by).First().ToString());
        if (StoreFields.IsService(by))
        {
            return row => texts[row] == ResourceView.UnknownService ? TraceValue.Nil : TraceValue.Of(texts[row]);
        }

        if (by is AttributeReference)
        {
            var types = counted.Texts(Keys(by).Last().ToString());
            return row => types[row].Length == 0 ? TraceValue.Nil : TraceValue.Of(new AttributeValue((AttributeType)types[row][0], texts[row]));
        }

        return StoreFields.Of(by)!.Value.Name switch
        {
            Intrinsics.Kind => row => TraceValue.Of((SpanKind)byte.Parse(texts[row], System.Globalization.CultureInfo.InvariantCulture)),
            Intrinsics.Status => row => TraceValue.Of((SpanStatus)byte.Parse(texts[row], System.Globalization.CultureInfo.InvariantCulture)),
            _ => row => TraceValue.Of(texts[row]),
        };
    }
}
