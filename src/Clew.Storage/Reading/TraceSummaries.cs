using Clew.Storage.Native;

namespace Clew.Storage.Reading;

/// <summary>Summaries of traces from the narrow columns of all their spans.</summary>
internal static class TraceSummaries
{
    public static IReadOnlyList<TraceSummary> Of(IReadOnlyList<TraceId> order, IReadOnlyList<NativeBlock> blocks)
    {
        var traces = new Dictionary<TraceId, List<Span>>();
        foreach (var block in blocks)
        {
            var traceIds = block.Fixed("trace_id").As<TraceId>();
            var spanIds = block.Fixed("span_id").As<SpanId>();
            var parents = block.Fixed("parent_span_id").As<SpanId>();
            var times = block.Fixed("time").As<long>();
            var durations = block.Fixed("duration").As<long>();
            var statuses = block.Fixed("status").As<SpanStatus>();
            var services = Texts(block.LowCardinality("service"));
            var names = Texts(block.LowCardinality("name"));
            for (var row = 0; row < block.Rows; row++)
            {
                if (!traces.TryGetValue(traceIds[row], out var spans))
                {
                    traces.Add(traceIds[row], spans = []);
                }

                spans.Add(new Span(spanIds[row], parents[row], times[row], durations[row], services[row], names[row], statuses[row] == SpanStatus.Error));
            }
        }

        return [.. order.Where(traces.ContainsKey).Select(id => Summarize(id, traces[id]))];
    }

    private static TraceSummary Summarize(TraceId id, List<Span> spans)
    {
        var ids = spans.Select(span => span.Id).ToHashSet();
        var root = spans.Where(span => span.Parent.IsEmpty).DefaultIfEmpty(null).MinBy(span => span?.Time) ?? spans.MinBy(span => span.Time)!;
        var services = spans
            .GroupBy(span => span.Service, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new TraceServiceSummary(group.Key, group.Count(), group.Count(span => span.IsError)));
        return new TraceSummary(
            id,
            new Timestamp(spans.Min(span => span.Time)),
            new Timestamp(spans.Max(span => span.Time + Math.Max(0, span.Duration))),
            root.Service,
            root.Name,
            spans.Count,
            spans.Count(span => span.IsError),
            spans.Count(span => !span.Parent.IsEmpty && !ids.Contains(span.Parent)),
            [.. services]);
    }

    private static string[] Texts(LowCardinalityColumn column)
    {
        var keys = (StringColumn)column.Keys;
        var texts = new string[keys.Rows];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = keys.GetString(i);
        }

        return [.. column.Indexes.Select(index => texts[index])];
    }

    private sealed record Span(SpanId Id, SpanId Parent, long Time, long Duration, string Service, string Name, bool IsError);
}
