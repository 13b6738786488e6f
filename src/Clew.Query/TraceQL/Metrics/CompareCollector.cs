namespace Clew.Query.TraceQL;

/// <summary>Counts the values of every attribute in selection and baseline.</summary>
internal sealed class CompareCollector(CompareMetric metric, StepGrid grid, MetricsLimits limits) : MetricsCollector
{
    private const string TypeLabel = "__meta_type";
    private const string ErrorLabel = "__meta_error";
    private const string TooManyValues = "__too_many_values__";

    private static readonly Intrinsic[] Intrinsics = [Intrinsic.SpanName, Intrinsic.Kind, Intrinsic.Status, Intrinsic.StatusMessage, Intrinsic.RootName, Intrinsic.RootService];

    private readonly Side _baseline = new("baseline");
    private readonly Side _selection = new("selection");

    public override void Add(TraceSpan span, int step)
    {
        var view = span.View;
        var time = view.Start.UnixNanoseconds;
        var isSelected = (metric.From is null || (time >= metric.From && time < metric.To)) && metric.Selection.Holds(span);
        var side = isSelected ? _selection : _baseline;
        foreach (var intrinsic in Intrinsics)
        {
            var value = intrinsic.Read(span);
            if (value.Type != TraceValueType.String || value.Text.Length > 0)
            {
                Count(side, intrinsic.Name, value, step, 1, 1);
            }
        }

        foreach (var (key, value) in view.Resource.Attributes)
        {
            Count(side, "resource." + key, TraceValue.Of(value), step, 1, 1);
        }

        foreach (var (key, value) in view.Attributes)
        {
            Count(side, "span." + key, TraceValue.Of(value), step, 1, 1);
        }
    }

    /// <summary>Takes what the store has counted already: so many spans of a side that have this value.</summary>
    public void AddCounted(bool isSelected, string name, TraceValue value, int step, double spans) => Count(SideOf(isSelected), name, value, step, spans, spans);

    /// <summary>As the other, of an attribute of which the store tells of some values only: how many spans have it with any.</summary>
    public void AddTotal(bool isSelected, string name, int step, double spans) => CountsOf(SideOf(isSelected), name).Total[step] += spans;

    /// <summary>As the other, one of those values.</summary>
    public void AddValue(bool isSelected, string name, TraceValue value, int step, double spans) => Count(SideOf(isSelected), name, value, step, spans, total: 0);

    public override IReadOnlyList<MetricSeries> Finish() => [.. new[] { _baseline, _selection }.SelectMany(Series)];

    private IEnumerable<MetricSeries> Series(Side side)
    {
        foreach (var (name, counts) in side.Attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            foreach (var (value, values) in counts.Values.OrderByDescending(value => value.Value.Sum()).ThenBy(value => value.Key.Show(), StringComparer.Ordinal).Take(metric.Top))
            {
                yield return new MetricSeries([new(TypeLabel, TraceValue.Of(side.Name)), new(name, value)], values);
            }

            if (counts.IsCut)
            {
                yield return new MetricSeries([new(TypeLabel, TraceValue.Of(side.Name)), new(ErrorLabel, TraceValue.Of(TooManyValues)), new(name, TraceValue.Nil)], new double[grid.Count]);
            }

            yield return new MetricSeries([new(TypeLabel, TraceValue.Of(side.Name + "_total")), new(name, TraceValue.Nil)], counts.Total);
        }
    }

    private void Count(Side side, string name, TraceValue value, int step, double spans, double total)
    {
        if (value.IsNil)
        {
            return;
        }

        var counts = CountsOf(side, name);
        counts.Total[step] += total;
        if (!counts.Values.TryGetValue(value, out var values))
        {
            if (counts.Values.Count >= limits.ComparedValues)
            {
                counts.IsCut = true;
                return;
            }

            counts.Values.Add(value, values = new double[grid.Count]);
        }

        values[step] += spans;
    }

    private Side SideOf(bool isSelected) => isSelected ? _selection : _baseline;

    private Counts CountsOf(Side side, string name)
    {
        if (!side.Attributes.TryGetValue(name, out var counts))
        {
            side.Attributes.Add(name, counts = new Counts(grid.Count));
        }

        return counts;
    }

    private sealed record Side(string Name)
    {
        public Dictionary<string, Counts> Attributes { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Counts(int steps)
    {
        public double[] Total { get; } = new double[steps];

        public Dictionary<TraceValue, double[]> Values { get; } = [];

        public bool IsCut { get; set; }
    }
}
