using System.Globalization;
using System.Text;
using Clew.Telemetry;

namespace Clew.Testing;

/// <summary>Batches as text, one line per record with every field, for comparing.</summary>
internal static class BatchText
{
    public static string[] Of(SpanBatch batch) => [.. Enumerable.Range(0, batch.Count).Select(row => Of(batch[row]))];

    public static string[] Of(LogBatch batch) => [.. Enumerable.Range(0, batch.Count).Select(row => Of(batch[row]))];

    public static string Of(SpanView span)
    {
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{span.TraceId} {span.SpanId} <- {span.ParentSpanId} '{span.Name}' {span.Kind} {span.Status} '{span.StatusMessage}' ")
            .Append(CultureInfo.InvariantCulture, $"{span.Start} +{span.DurationNanoseconds} state='{span.TraceState}' flags={span.Flags} ")
            .Append(CultureInfo.InvariantCulture, $"dropped={span.DroppedAttributes}/{span.DroppedEvents}/{span.DroppedLinks} ")
            .Append(Of(span.Resource)).Append(' ').Append(Of(span.Scope)).Append(' ').Append(Of(span.Attributes));
        for (var i = 0; i < span.EventCount; i++)
        {
            var e = span.Event(i);
            text.Append(CultureInfo.InvariantCulture, $" event {e.Time} '{e.Name}' dropped={e.DroppedAttributes} ").Append(Of(e.Attributes));
        }

        for (var i = 0; i < span.LinkCount; i++)
        {
            var link = span.Link(i);
            text.Append(CultureInfo.InvariantCulture, $" link {link.TraceId} {link.SpanId} state='{link.TraceState}' flags={link.Flags} dropped={link.DroppedAttributes} ")
                .Append(Of(link.Attributes));
        }

        return text.ToString();
    }

    public static string Of(LogView log) => string.Create(
        CultureInfo.InvariantCulture,
        $"{log.SourceTime} {log.ObservedTime} {log.TraceId} {log.SpanId} {log.Severity} '{log.SeverityText}' {(char)log.Body.Type}:{log.Body.Text} '{log.EventName}' flags={log.Flags} dropped={log.DroppedAttributes} {Of(log.Resource)} {Of(log.Scope)} {Of(log.Attributes)}");

    public static string[] Of(MetricBatch batch)
    {
        var lines = new List<string>();
        string Point(PointColumns points, int i) => string.Create(
            CultureInfo.InvariantCulture, $"{Of(batch.Series[points.SeriesIndexes[i]])} {points.StartTimes[i]}..{points.Times[i]} flags={points.Flags[i]}");
        static string Base(HistogramBaseColumns points, int i) => string.Create(
            CultureInfo.InvariantCulture, $"count={points.Counts[i]} {points.Parts[i]} sum={points.Sums[i]} min={points.Mins[i]} max={points.Maxes[i]}");
        for (var i = 0; i < batch.Numbers.Count; i++)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{Point(batch.Numbers, i)} {batch.Numbers.Types[i]} {batch.Numbers.Doubles[i]:R} {batch.Numbers.Ints[i]}"));
        }

        for (var i = 0; i < batch.Histograms.Count; i++)
        {
            lines.Add($"{Point(batch.Histograms, i)} {Base(batch.Histograms, i)} {List(batch.Histograms.Bounds[i])} {List(batch.Histograms.BucketCounts[i])}");
        }

        for (var i = 0; i < batch.ExponentialHistograms.Count; i++)
        {
            var points = batch.ExponentialHistograms;
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{Point(points, i)} {Base(points, i)} scale={points.Scales[i]} zero={points.ZeroCounts[i]}/{points.ZeroThresholds[i]} +{points.PositiveOffsets[i]}{List(points.PositiveCounts[i])} -{points.NegativeOffsets[i]}{List(points.NegativeCounts[i])}"));
        }

        for (var i = 0; i < batch.Summaries.Count; i++)
        {
            var points = batch.Summaries;
            lines.Add(string.Create(
                CultureInfo.InvariantCulture, $"{Point(points, i)} count={points.Counts[i]} sum={points.Sums[i]} {List(points.Quantiles[i])} {List(points.Values[i])}"));
        }

        for (var i = 0; i < batch.Exemplars.Count; i++)
        {
            var e = batch.Exemplars;
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"exemplar of {Of(batch.Series[e.SeriesIndexes[i]])} {e.PointTimes[i]} {e.Times[i]} {e.TraceIds[i]} {e.SpanIds[i]} {e.Types[i]} {e.Doubles[i]} {e.Ints[i]} {Of(batch.View(e.Attributes, i))}"));
        }

        lines.Sort(StringComparer.Ordinal);
        return [.. lines];
    }

    public static string Of(AttributeListView attributes)
    {
        var text = new StringBuilder("{");
        foreach (var (key, value) in attributes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{key}={(char)value.Type}:{value.Text};");
        }

        return text.Append('}').ToString();
    }

    private static string Of(MetricSeriesView series) =>
        $"{series.Fingerprint:x} {series.Name} [{series.Unit}] '{series.Description}' {series.Kind} {series.Temporality} monotonic={series.IsMonotonic} {Of(series.Resource)} {Of(series.Scope)} {Of(series.Attributes)} meta={Of(series.Metadata)}";

    private static string Of(ResourceView resource) => $"resource({resource.Service} {resource.SchemaUrl} {resource.DroppedAttributes} {Of(resource.Attributes)})";

    private static string Of(ScopeView scope) => $"scope({scope.Name} {scope.Version} {scope.SchemaUrl} {scope.DroppedAttributes} {Of(scope.Attributes)})";

    private static string List<T>(ReadOnlySpan<T> values) => "[" + string.Join(",", values.ToArray().Select(value => string.Format(CultureInfo.InvariantCulture, "{0}", value))) + "]";
}
