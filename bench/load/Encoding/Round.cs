using Clew.Load.Model;

namespace Clew.Load.Encoding;

/// <summary>How the spans of a round are put into requests.</summary>
internal enum Mix
{
    /// <summary>As a Collector's batch processor sends: everything that ended about then, grouped by resource and scope.</summary>
    Collector,

    /// <summary>As an SDK sends: the spans of one process.</summary>
    Service,
}

/// <summary>What a round is built from.</summary>
internal sealed record RoundOptions(ulong Seed, int Pods, int BatchSize, Mix Mix, IReadOnlyCollection<Signal> Signals, double TelemetryRate)
{
    public int Spans { get; init; } = Limits.SpansPerRound;

    /// <summary>Traces are cut to so many spans; at <see cref="Limits.SmallestTrace"/> all have that many.</summary>
    public int LargestTrace { get; init; } = Limits.LargestTrace;

    /// <summary>Nanoseconds of telemetry time from one trace's start to the next's.</summary>
    public double TraceSpacing => 1e9 * Limits.MeanTrace / TelemetryRate;
}

/// <summary>
/// A few thousand traces encoded into request templates. A run sends the round again and again; each pass is stamped with ids, times
/// and values of its own, so no two passes share a trace.
/// </summary>
internal sealed class Round
{
    private Round(RequestTemplate[] requests, Trace[] traces, int[][] requestsOfTrace, double traceSpacing)
    {
        Requests = requests;
        Traces = traces;
        RequestsOfTrace = requestsOfTrace;
        TraceSpacing = traceSpacing;
    }

    /// <summary>In the order of sending.</summary>
    public RequestTemplate[] Requests { get; }

    public Trace[] Traces { get; }

    /// <summary>For each trace the requests (by index) that hold spans of it.</summary>
    public int[][] RequestsOfTrace { get; }

    /// <summary>Nanoseconds from one trace's start to the next's.</summary>
    public double TraceSpacing { get; }

    public static Round Build(RoundOptions options)
    {
        var random = new SeededRandom(options.Seed);
        var traces = GrowTraces(options, random);
        var requests = new List<(double At, RequestTemplate Template)>();
        if (options.Signals.Contains(Signal.Traces))
        {
            var spans = traces.SelectMany((t, i) => t.Spans.Select(s => new Item<Span>(i, s, s, (i * options.TraceSpacing) + s.End)));
            requests.AddRange(Batches(spans, options).Select(batch => (batch[^1].At, EncodeSpans(batch))));
        }

        if (options.Signals.Contains(Signal.Logs))
        {
            var lines = traces.SelectMany((t, i) => t.Spans.Where(s => s.Fault is not null || random.Chance(Limits.LogsPerSpan))
                .Select(s => LogWriting.LineOf(s, random)).Select(l => new Item<LogLine>(i, l.Span, l, (i * options.TraceSpacing) + l.At)));
            requests.AddRange(Batches(lines, options).Select(batch => (batch[^1].At, EncodeLogs(batch))));
        }

        if (options.Signals.Contains(Signal.Metrics))
            requests.AddRange(EncodeMetrics(options).Select(template => (0.0, template)));

        var ordered = requests.OrderBy(r => r.At).Select(r => r.Template).ToArray();
        return new Round(ordered, traces, FindRequests(ordered, traces.Length), options.TraceSpacing);
    }

    private sealed record Item<T>(int Trace, Span Span, T Value, double At);

    private static Trace[] GrowTraces(RoundOptions options, SeededRandom random)
    {
        var model = new TraceModel(random, options.Pods);
        var traces = new List<Trace>();
        var spans = 0;
        while (spans < options.Spans)
        {
            traces.Add(model.Grow(Math.Min(model.DrawSize(), options.LargestTrace)));
            spans += traces[^1].Spans.Length;
        }

        for (var failed = 0; failed < spans * Limits.ErrorShare;)
            failed += model.Fail(random.Pick(traces));
        return [.. traces];
    }

    private static IEnumerable<Item<T>[]> Batches<T>(IEnumerable<Item<T>> items, RoundOptions options)
    {
        var ordered = items.OrderBy(i => i.At);
        return options.Mix == Mix.Collector
            ? ordered.Chunk(options.BatchSize)
            : ordered.GroupBy(i => (i.Span.Service, i.Span.Pod)).SelectMany(pod => pod.Chunk(options.BatchSize));
    }

    private static RequestTemplate EncodeSpans(Item<Span>[] batch) =>
        Encode(Signal.Traces, batch, SpanWriting.ScopeOf, static (writer, span, trace) => writer.Span(2, span, trace));

    private static RequestTemplate EncodeLogs(Item<LogLine>[] batch) =>
        Encode(Signal.Logs, batch, static span => ("shop." + Catalogue.Services[span.Service].Name, Catalogue.Services[span.Service].Version),
            static (writer, line, trace) => writer.Log(2, line, trace));

    private static RequestTemplate Encode<T>(Signal signal, Item<T>[] batch, Func<Span, (string Name, string Version)> scopeOf, Action<TemplateWriter, T, int> write)
    {
        var traces = batch.Select(i => i.Trace).Distinct().ToArray();
        var local = traces.Select((t, i) => (t, i)).ToDictionary(p => p.t, p => p.i);
        var writer = new TemplateWriter();
        foreach (var pod in batch.GroupBy(i => (i.Span.Service, i.Span.Pod)))
        {
            writer.Begin(1);
            writer.Resource(1, pod.Key.Service, pod.Key.Pod);
            foreach (var scope in pod.GroupBy(i => scopeOf(i.Span)))
            {
                writer.Begin(2);
                writer.Scope(1, scope.Key.Name, scope.Key.Version);
                foreach (var item in scope)
                    write(writer, item.Value, local[item.Trace]);
                writer.End();
            }

            writer.Text(3, "https://opentelemetry.io/schemas/1.44.0");
            writer.End();
        }

        var (bytes, slots) = writer.Take();
        return new RequestTemplate(signal, bytes, slots, traces, batch.Length);
    }

    private static IEnumerable<RequestTemplate> EncodeMetrics(RoundOptions options)
    {
        var writer = new TemplateWriter();
        var points = 0;
        for (var service = 0; service < Catalogue.Services.Length; service++)
        {
            for (var pod = 0; pod < options.Pods; pod++)
            {
                points += writer.PodMetrics(service, pod);
                if (points >= options.BatchSize || options.Mix == Mix.Service)
                    yield return Flush();
            }
        }

        if (points > 0)
            yield return Flush();

        RequestTemplate Flush()
        {
            var (bytes, slots) = writer.Take();
            var template = new RequestTemplate(Signal.Metrics, bytes, slots, [], points);
            points = 0;
            return template;
        }
    }

    private static int[][] FindRequests(RequestTemplate[] requests, int traces)
    {
        var found = new List<int>[traces];
        for (var i = 0; i < traces; i++)
            found[i] = [];
        for (var request = 0; request < requests.Length; request++)
        {
            if (requests[request].Signal != Signal.Traces)
                continue;
            foreach (var trace in requests[request].Traces)
                found[trace].Add(request);
        }

        return [.. found.Select(f => f.ToArray())];
    }
}
