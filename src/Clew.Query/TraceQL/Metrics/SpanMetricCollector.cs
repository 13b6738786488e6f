using System.Globalization;
using Clew.Telemetry;

namespace Clew.Query.TraceQL;

/// <summary>Counts and adds up spans by group and step.</summary>
internal sealed class SpanMetricCollector(SpanMetric metric, StepGrid grid, MetricsLimits limits) : MetricsCollector
{
    private const string NameLabel = "__name__";
    private const string BucketLabel = "__bucket";
    private const string QuantileLabel = "p";
    private const double NanosecondsPerSecond = 1e9;

    private readonly Dictionary<GroupKey, Group> _groups = [];
    private int _exemplars;

    public override void Add(TraceSpan span, int step)
    {
        if (metric.Of is null)
        {
            Add(GroupOf(span), span, step, 1, double.NaN);
            return;
        }

        var value = metric.Of.Evaluate(span);
        foreach (var item in value.Type == TraceValueType.Many ? value.Items : [value])
        {
            if (item.Type.IsNumber())
            {
                var number = item.Type == TraceValueType.Duration ? item.Number / NanosecondsPerSecond : item.Number;
                var group = GroupOf(span);
                if (group.Histograms is { } histograms)
                {
                    (histograms[step] ??= new PowerHistogram(item.Type == TraceValueType.Duration ? NanosecondsPerSecond : 1)).Add(item.Number);
                }

                Add(group, span, step, number, number);
            }
        }
    }

    /// <summary>Takes what the store has counted already; of one group and step it may come in parts.</summary>
    /// <param name="key">Values of the fields that the metric groups by.</param>
    /// <param name="value">Of these spans what the function computes; for averages the sum.</param>
    /// <param name="spans">How many they are.</param>
    public void AddCounted(TraceValue[] key, int step, double value, long spans)
    {
        var group = GroupOf(new GroupKey(key));
        group.Sums[step] = Combine(group.Counts[step] == 0, group.Sums[step], value);
        group.Counts[step] += spans;
    }

    /// <summary>As the other, of functions that count by powers of two.</summary>
    /// <param name="exponent">See <see cref="PowerHistogram"/>; null for durations that are not above 0.</param>
    public void AddCounted(TraceValue[] key, int step, int? exponent, long spans)
    {
        var group = GroupOf(new GroupKey(key));
        group.Counts[step] += spans;
        (group.Histograms![step] ??= new PowerHistogram(NanosecondsPerSecond)).Add(exponent, spans);
    }

    /// <summary>Takes an exemplar of spans that were counted already.</summary>
    public void AddExemplar(TraceSpan span, int step)
    {
        if (_groups.TryGetValue(new GroupKey([.. metric.By.Select(key => key.Evaluate(span))]), out var group) && group.Exemplars.All(exemplar => grid.IndexOf(exemplar.Time) != step))
        {
            var value = metric.Of?.Evaluate(span) ?? TraceValue.Nil;
            AddExemplar(group, span, value.Type == TraceValueType.Duration ? value.Number / NanosecondsPerSecond : double.NaN);
        }
    }

    public override IReadOnlyList<MetricSeries> Finish()
    {
        var series = new List<MetricSeries>();
        foreach (var (key, group) in _groups)
        {
            var labels = metric.By.Select((field, i) => KeyValuePair.Create(field.ToString(), key.Values[i])).ToArray();
            IEnumerable<MetricSeries> made = metric.Function switch
            {
                SpanMetricFunction.QuantileOverTime => metric.Quantiles.Select(quantile => new MetricSeries(
                    [.. labels, new(QuantileLabel, TraceValue.Of(quantile))], [.. group.Histograms!.Select(histogram => histogram?.Quantile(quantile) ?? double.NaN)])),
                SpanMetricFunction.HistogramOverTime => group.Histograms!.SelectMany(histogram => histogram?.Bounds ?? []).Distinct().Order().Select(bound => new MetricSeries(
                    [.. labels, new(BucketLabel, TraceValue.Of(bound))], [.. group.Histograms!.Select(histogram => (double)(histogram?.CountAt(bound) ?? 0))])),
                _ => [new MetricSeries(labels.Length > 0 ? labels : [new(NameLabel, TraceValue.Of(SpanMetric.Word(metric.Function)))], Values(group))],
            };
            series.AddRange(made.Select(one => one with { Exemplars = WithValues(group.Exemplars, one) }));
        }

        CheckCount(series.Count);
        return [.. series.OrderBy(one => one.Key, StringComparer.Ordinal)];
    }

    private void Add(Group group, TraceSpan span, int step, double number, double shown)
    {
        var isFirst = group.Counts[step]++ == 0;
        group.Sums[step] = Combine(isFirst, group.Sums[step], number);

        // One of each step and group, so that they spread over the whole answer.
        if (isFirst)
        {
            AddExemplar(group, span, shown);
        }
    }

    private double Combine(bool isFirst, double before, double number) => metric.Function switch
    {
        SpanMetricFunction.MinOverTime => isFirst ? number : Math.Min(before, number),
        SpanMetricFunction.MaxOverTime => isFirst ? number : Math.Max(before, number),
        _ => before + number,
    };

    private void AddExemplar(Group group, TraceSpan span, double shown)
    {
        if (_exemplars < limits.Exemplars)
        {
            _exemplars++;
            group.Exemplars.Add(new MetricExemplar(span.Trace.Id, span.View.SpanId, span.View.Start.UnixNanoseconds, shown));
        }
    }

    private double[] Values(Group group)
    {
        var values = new double[grid.Count];
        for (var step = 0; step < values.Length; step++)
        {
            values[step] = metric.Function switch
            {
                SpanMetricFunction.Rate => group.Sums[step] / (grid.Step / NanosecondsPerSecond),
                SpanMetricFunction.CountOverTime => group.Sums[step],
                _ when group.Counts[step] == 0 => double.NaN,
                SpanMetricFunction.AvgOverTime => group.Sums[step] / group.Counts[step],
                _ => group.Sums[step],
            };
        }

        return values;
    }

    /// <summary>Where the function only counts, an exemplar stands at the height of its series.</summary>
    private MetricExemplar[] WithValues(List<MetricExemplar> exemplars, MetricSeries series) =>
        [.. exemplars.Select(exemplar => double.IsNaN(exemplar.Value) ? exemplar with { Value = series.Values[grid.IndexOf(exemplar.Time)] } : exemplar)];

    private Group GroupOf(TraceSpan span) => GroupOf(new GroupKey([.. metric.By.Select(key => key.Evaluate(span))]));

    private Group GroupOf(GroupKey key)
    {
        if (!_groups.TryGetValue(key, out var group))
        {
            CheckCount(_groups.Count + 1);
            _groups.Add(key, group = new Group(grid.Count, metric.Function is SpanMetricFunction.QuantileOverTime or SpanMetricFunction.HistogramOverTime));
        }

        return group;
    }

    private void CheckCount(int series)
    {
        if (series > limits.Series)
        {
            throw new QueryLimitException(
                "query.series", string.Create(CultureInfo.InvariantCulture, $"the query makes more than {limits.Series} series (limit query.series); group by fewer or other attributes, or select fewer spans"));
        }
    }

    private sealed class Group(int steps, bool hasHistograms)
    {
        public double[] Sums { get; } = new double[steps];

        public long[] Counts { get; } = new long[steps];

        public PowerHistogram?[]? Histograms { get; } = hasHistograms ? new PowerHistogram?[steps] : null;

        public List<MetricExemplar> Exemplars { get; } = [];
    }
}
