using System.Globalization;
using System.Text;
using Clew.Telemetry;

namespace Clew.Server.Tests.Support;

/// <summary>Every field of every row as text, one field a line, so that tests can compare whole records.</summary>
internal static class TelemetryText
{
    public static IEnumerable<string> Of(SpanBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            var span = batch[row];
            var text = new Lines();
            text.Shared(span.Resource, span.Scope);
            text.Add("trace_id", span.TraceId);
            text.Add("span_id", span.SpanId);
            text.Add("parent_span_id", span.ParentSpanId);
            text.Add("trace_state", span.TraceState);
            text.Add("flags", span.Flags);
            text.Add("name", span.Name);
            text.Add("kind", span.Kind);
            text.Add("start", span.Start.UnixNanoseconds);
            text.Add("end", span.End.UnixNanoseconds);
            text.Add("status", span.Status);
            text.Add("status_message", span.StatusMessage);
            text.Add("attributes", span.Attributes);
            text.Add("dropped", $"{span.DroppedAttributes}/{span.DroppedEvents}/{span.DroppedLinks}");
            for (var i = 0; i < span.EventCount; i++)
            {
                var happened = span.Event(i);
                text.Add($"event[{i}]", $"{happened.Time.UnixNanoseconds} {happened.Name} dropped {happened.DroppedAttributes}");
                text.Add($"event[{i}].attributes", happened.Attributes);
            }

            for (var i = 0; i < span.LinkCount; i++)
            {
                var link = span.Link(i);
                text.Add($"link[{i}]", $"{link.TraceId} {link.SpanId} {link.TraceState} {link.Flags} dropped {link.DroppedAttributes}");
                text.Add($"link[{i}].attributes", link.Attributes);
            }

            yield return text.ToString();
        }
    }

    public static IEnumerable<string> Of(LogBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            var log = batch[row];
            var text = new Lines();
            text.Shared(log.Resource, log.Scope);
            text.Add("time", log.SourceTime.UnixNanoseconds);
            text.Add("observed_time", log.ObservedTime.UnixNanoseconds);
            text.Add("trace_id", log.TraceId);
            text.Add("span_id", log.SpanId);
            text.Add("flags", log.Flags);
            text.Add("severity", log.Severity);
            text.Add("severity_text", log.SeverityText);
            text.Add("event_name", log.EventName);
            text.Add("body", $"{log.Body.Type} {log.Body.Text}");
            text.Add("attributes", log.Attributes);
            text.Add("dropped", log.DroppedAttributes);
            yield return text.ToString();
        }
    }

    public static IEnumerable<string> Of(MetricBatch batch)
    {
        for (var i = 0; i < batch.Numbers.Count; i++)
        {
            var text = Point(batch, batch.Numbers, i);
            text.Add("value", batch.Numbers.Types[i] switch
            {
                NumberType.Int => $"int {batch.Numbers.Ints[i]}",
                NumberType.Double => string.Create(CultureInfo.InvariantCulture, $"double {batch.Numbers.Doubles[i]}"),
                _ => "none",
            });
            yield return text.ToString();
        }

        for (var i = 0; i < batch.Histograms.Count; i++)
        {
            var text = Point(batch, batch.Histograms, i);
            text.Histogram(batch.Histograms, i);
            text.Add("bounds", Join(batch.Histograms.Bounds[i]));
            text.Add("buckets", Join(batch.Histograms.BucketCounts[i]));
            yield return text.ToString();
        }

        for (var i = 0; i < batch.ExponentialHistograms.Count; i++)
        {
            var points = batch.ExponentialHistograms;
            var text = Point(batch, points, i);
            text.Histogram(points, i);
            text.Add("scale", points.Scales[i]);
            text.Add("zero", string.Create(CultureInfo.InvariantCulture, $"{points.ZeroCounts[i]} {points.ZeroThresholds[i]}"));
            text.Add("positive", $"{points.PositiveOffsets[i]}: {Join(points.PositiveCounts[i])}");
            text.Add("negative", $"{points.NegativeOffsets[i]}: {Join(points.NegativeCounts[i])}");
            yield return text.ToString();
        }

        for (var i = 0; i < batch.Summaries.Count; i++)
        {
            var text = Point(batch, batch.Summaries, i);
            text.Add("count", batch.Summaries.Counts[i]);
            text.Add("sum", batch.Summaries.Sums[i]);
            text.Add("quantiles", Join(batch.Summaries.Quantiles[i]));
            text.Add("values", Join(batch.Summaries.Values[i]));
            yield return text.ToString();
        }
    }

    private static Lines Point(MetricBatch batch, PointColumns points, int index)
    {
        var series = batch.Series[points.SeriesIndexes[index]];
        var text = new Lines();
        text.Shared(series.Resource, series.Scope);
        text.Add("metric", $"{series.Name} [{series.Unit}] {series.Kind} {series.Temporality}{(series.IsMonotonic ? " monotonic" : string.Empty)}");
        text.Add("description", series.Description);
        text.Add("attributes", series.Attributes);
        text.Add("start", points.StartTimes[index]);
        text.Add("time", points.Times[index]);
        text.Add("flags", points.Flags[index]);
        for (var i = 0; i < batch.Exemplars.Count; i++)
        {
            if (batch.Exemplars.SeriesIndexes[i] == points.SeriesIndexes[index])
            {
                text.Add("exemplar", string.Create(CultureInfo.InvariantCulture, $"{batch.Exemplars.TraceIds[i]} {batch.Exemplars.SpanIds[i]} {batch.Exemplars.Doubles[i]} {batch.Exemplars.Ints[i]}"));
            }
        }

        return text;
    }

    private static string Join<T>(ReadOnlySpan<T> values) => string.Join(' ', values.ToArray().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)));

    private sealed class Lines
    {
        private readonly StringBuilder _text = new();

        public void Add(string name, object value) => _text.Append(name).Append(": ").Append(Convert.ToString(value, CultureInfo.InvariantCulture)).Append('\n');

        public void Add(string name, AttributeListView attributes)
        {
            foreach (var attribute in attributes)
            {
                Add($"{name}.{attribute.Key}", $"{attribute.Value.Type} {attribute.Value.Text}");
            }
        }

        public void Shared(ResourceView resource, ScopeView scope)
        {
            Add("service", resource.Service);
            Add("resource.schema_url", resource.SchemaUrl);
            Add("resource", resource.Attributes);
            Add("scope", $"{scope.Name} {scope.Version}".Trim());
            Add("scope.schema_url", scope.SchemaUrl);
            Add("scope.attributes", scope.Attributes);
        }

        public void Histogram(HistogramBaseColumns points, int index)
        {
            Add("count", points.Counts[index]);
            Add("sum", points.Sums[index]);
            Add("parts", points.Parts[index]);
            Add("min", points.Mins[index]);
            Add("max", points.Maxes[index]);
        }

        public override string ToString() => _text.ToString();
    }
}
