using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Server.Tests.Storage;

internal static class LogSamples
{
    public static LogBatch EveryField()
    {
        var batch = new LogBatch();
        SpanBatchBuilder.Attributes(batch, batch.Resources.Attributes, [("service.name", "cart"), ("k8s.pod.name", "cart-1")]);
        batch.Resources.End(batch.Arena.Add("https://schema/1"), 4);
        SpanBatchBuilder.Attributes(batch, batch.Scopes.Attributes, [("x", 1)]);
        batch.Scopes.End(batch.Dictionary.Add("logger"), batch.Dictionary.Add("3"), batch.Arena.Add("https://schema/2"), 5);
        Add(batch, 100, 200, AttributeType.String, "plain text", [("order.id", "o-1"), ("n", 7)]);
        Add(batch, 0, 300, AttributeType.Map, "{\"a\":[1,2.5]}", []);
        Add(batch, 400, 0, AttributeType.Empty, "", [("k", "v")]);
        return batch;
    }

    /// <summary>A line of each trace 1 to <paramref name="count"/>, and as many without a trace, all at different times.</summary>
    public static LogBatch TracedAndLoose(int count)
    {
        var batch = new LogBatch();
        SpanBatchBuilder.Attributes(batch, batch.Resources.Attributes, [("service.name", "cart")]);
        batch.Resources.End(default, 0);
        SpanBatchBuilder.Attributes(batch, batch.Scopes.Attributes, []);
        batch.Scopes.End(batch.Dictionary.Add("logger"), batch.Dictionary.Add(""), default, 0);
        for (var i = 1; i <= count; i++)
        {
            Add(batch, 1_000_000L * i, 0, AttributeType.String, "traced", [], SpanBatchBuilder.Trace(i));
            Add(batch, (1_000_000L * i) + 7, 0, AttributeType.String, "loose", [], default);
        }

        return batch;
    }

    private static void Add(LogBatch batch, long time, long observed, AttributeType bodyType, string body, (string, object?)[] attributes) =>
        Add(batch, time, observed, bodyType, body, attributes, SpanBatchBuilder.Trace(3));

    private static void Add(LogBatch batch, long time, long observed, AttributeType bodyType, string body, (string, object?)[] attributes, TraceId trace)
    {
        batch.Times.Add(time);
        batch.ObservedTimes.Add(observed);
        batch.TraceIds.Add(trace);
        batch.SpanIds.Add(SpanBatchBuilder.Id(4));
        batch.Severities.Add(17);
        batch.SeverityTexts.Add(batch.Dictionary.Add("ERROR"));
        batch.BodyTypes.Add(bodyType);
        batch.Bodies.Add(batch.Arena.Add(body));
        batch.EventNames.Add(batch.Dictionary.Add("cart.failed"));
        batch.Flags.Add(1);
        batch.DroppedAttributes.Add(2);
        batch.ResourceIndexes.Add(0);
        batch.ScopeIndexes.Add(0);
        SpanBatchBuilder.AttributeList(batch, batch.Attributes, attributes);
    }
}

internal static class MetricSamples
{
    public static MetricBatch EveryKind()
    {
        var batch = Empty();
        var gauge = Series(batch, "sample.gauge", MetricKind.Gauge, Temporality.Unspecified, false, ("cpu", 0));
        Number(batch, gauge, 10, NumberType.Double, 0.25, 0, 0);
        Number(batch, gauge, 20, NumberType.Int, long.MaxValue, long.MaxValue, 0);
        Number(batch, gauge, 30, NumberType.None, 0, 0, 1);
        var sum = Series(batch, "sample.sum", MetricKind.Sum, Temporality.Delta, true);
        Number(batch, sum, 10, NumberType.Int, 5, 5, 0);
        AddExemplar(batch, sum);
        AddHistogram(batch, Series(batch, "sample.histogram", MetricKind.Histogram, Temporality.Cumulative, false, ("route", "/")));
        AddExponential(batch, Series(batch, "sample.exponential", MetricKind.ExponentialHistogram, Temporality.Delta, false));
        AddSummary(batch, Series(batch, "sample.summary", MetricKind.Summary, Temporality.Unspecified, false));
        return batch;
    }

    public static MetricBatch Gauge(string name, double value)
    {
        var batch = Empty();
        Number(batch, Series(batch, name, MetricKind.Gauge, Temporality.Unspecified, false), 10, NumberType.Double, value, 0, 0);
        return batch;
    }

    private static MetricBatch Empty()
    {
        var batch = new MetricBatch();
        SpanBatchBuilder.Attributes(batch, batch.Resources.Attributes, [("service.name", "cart")]);
        batch.Resources.End(TextRef.Empty, 0);
        SpanBatchBuilder.Attributes(batch, batch.Scopes.Attributes, []);
        batch.Scopes.End(batch.Dictionary.Add("meter"), batch.Dictionary.Add("1"), TextRef.Empty, 0);
        return batch;
    }

    private static int Series(MetricBatch batch, string name, MetricKind kind, Temporality temporality, bool monotonic, params (string, object?)[] attributes)
    {
        var series = batch.Series;
        series.Names.Add(batch.Dictionary.Add(name));
        series.Units.Add(batch.Dictionary.Add("ms"));
        series.Descriptions.Add(batch.Dictionary.Add($"about {name}"));
        series.Kinds.Add(kind);
        series.Temporalities.Add(temporality);
        series.Monotonic.Add(monotonic ? (byte)1 : (byte)0);
        series.ResourceIndexes.Add(0);
        series.ScopeIndexes.Add(0);
        foreach (var (key, value) in attributes)
        {
            series.Attributes.Add(batch.Dictionary.Add(key), value is int ? AttributeType.Int : AttributeType.String, batch.Arena.Add(value!.ToString()!));
        }

        series.Metadata.Add(batch.Dictionary.Add("origin"), AttributeType.String, batch.Arena.Add("test"));
        return series.End();
    }

    private static void Point(PointColumns points, int series, long time, uint flags)
    {
        points.SeriesIndexes.Add(series);
        points.StartTimes.Add(1);
        points.Times.Add(time);
        points.Flags.Add(flags);
        points.EndPoint();
    }

    private static void Number(MetricBatch batch, int series, long time, NumberType type, double value, long whole, uint flags)
    {
        Point(batch.Numbers, series, time, flags);
        batch.Numbers.Types.Add(type);
        batch.Numbers.Doubles.Add(value);
        batch.Numbers.Ints.Add(whole);
    }

    private static void Base(HistogramBaseColumns points, HistogramParts parts)
    {
        points.Counts.Add(6);
        points.Parts.Add(parts);
        points.Sums.Add(12.5);
        points.Mins.Add(-1);
        points.Maxes.Add(9);
    }

    private static void AddHistogram(MetricBatch batch, int series)
    {
        Point(batch.Histograms, series, 10, 0);
        Base(batch.Histograms, HistogramParts.Sum | HistogramParts.Min | HistogramParts.Max);
        batch.Histograms.Bounds.AddList([1.0, 5.0]);
        batch.Histograms.BucketCounts.AddList([1UL, 2UL, 3UL]);
        Point(batch.Histograms, series, 20, 0);
        Base(batch.Histograms, HistogramParts.None);
        batch.Histograms.Bounds.AddList([]);
        batch.Histograms.BucketCounts.AddList([]);
    }

    private static void AddExponential(MetricBatch batch, int series)
    {
        var points = batch.ExponentialHistograms;
        Point(points, series, 10, 0);
        Base(points, HistogramParts.Sum);
        points.Scales.Add(-3);
        points.ZeroCounts.Add(1);
        points.ZeroThresholds.Add(0.001);
        points.PositiveOffsets.Add(-7);
        points.PositiveCounts.AddList([1UL, 0UL, 4UL]);
        points.NegativeOffsets.Add(2);
        points.NegativeCounts.AddList([9UL]);
    }

    private static void AddSummary(MetricBatch batch, int series)
    {
        var points = batch.Summaries;
        Point(points, series, 10, 0);
        points.Counts.Add(4);
        points.Sums.Add(10);
        points.Quantiles.AddList([0.5, 0.99]);
        points.Values.AddList([1.5, 7.0]);
    }

    private static void AddExemplar(MetricBatch batch, int series)
    {
        var exemplars = batch.Exemplars;
        exemplars.SeriesIndexes.Add(series);
        exemplars.PointTimes.Add(10);
        exemplars.Times.Add(9);
        exemplars.TraceIds.Add(SpanBatchBuilder.Trace(8));
        exemplars.SpanIds.Add(SpanBatchBuilder.Id(9));
        exemplars.Types.Add(NumberType.Int);
        exemplars.Doubles.Add(3);
        exemplars.Ints.Add(3);
        SpanBatchBuilder.AttributeList(batch, exemplars.Attributes, [("user", "u-1")]);
    }
}
