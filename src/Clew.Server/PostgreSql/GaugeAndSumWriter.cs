using Clew.Telemetry;

namespace Clew.Server.PostgreSql;

/// <summary>Adds number points of one resource, scope and moment to a batch, each with a series of its own.</summary>
/// <param name="start">When sums began to count.</param>
internal readonly struct GaugeAndSumWriter(MetricBatch batch, int resource, int scope, Timestamp time, Timestamp start)
{
    public void Gauge(string name, string unit, string description, double value, params ReadOnlySpan<(string Key, string Value)> attributes) =>
        Add(name, unit, description, MetricKind.Gauge, Temporality.Unspecified, 0, value, attributes);

    /// <summary>A cumulative, monotonic sum.</summary>
    public void Sum(string name, string unit, string description, long value, params ReadOnlySpan<(string Key, string Value)> attributes) =>
        Add(name, unit, description, MetricKind.Sum, Temporality.Cumulative, start.UnixNanoseconds, value, attributes);

    private void Add(
        string name, string unit, string description, MetricKind kind, Temporality temporality, long startTime, double value, ReadOnlySpan<(string Key, string Value)> attributes)
    {
        var series = batch.Series;
        series.Names.Add(batch.Dictionary.Add(name));
        series.Units.Add(batch.Dictionary.Add(unit));
        series.Descriptions.Add(batch.Dictionary.Add(description));
        series.Kinds.Add(kind);
        series.Temporalities.Add(temporality);
        series.Monotonic.Add(kind == MetricKind.Sum ? (byte)1 : (byte)0);
        series.ResourceIndexes.Add(resource);
        series.ScopeIndexes.Add(scope);
        foreach (var (key, text) in attributes)
        {
            if (text.Length > 0)
            {
                series.Attributes.Add(batch.Dictionary.Add(key), AttributeType.String, batch.Arena.Add(text));
            }
        }

        var points = batch.Numbers;
        points.SeriesIndexes.Add(series.End());
        points.StartTimes.Add(startTime);
        points.Times.Add(time.UnixNanoseconds);
        points.Flags.Add(0);
        points.Types.Add(NumberType.Double);
        points.Doubles.Add(value);
        points.Ints.Add(0);
        points.EndPoint();
    }
}
