using Clew.Analysis.Timelines;
using Clew.Analysis.Traces;
using Clew.Telemetry;

namespace Clew.Server.Differences;

/// <summary>Gathers what happened: of a window, or within a trace.</summary>
internal sealed class TimelineReader(ITelemetryReader store, Tenant tenant, ComparisonLimits limits, CancellationToken cancellation)
{
    /// <summary>OTLP's first WARN number.</summary>
    private const int Warn = 13;

    /// <summary>Log records of a trace that are told.</summary>
    private const int Logs = 200;

    private static readonly Field Service = Field.Intrinsic(Intrinsics.Service);
    private static readonly Predicate Failed = Predicate.Equal(Field.Intrinsic(Intrinsics.Status), Literal.String("error"));

    /// <summary>Changes, alerts, warnings of clusters, and the first error of each service.</summary>
    /// <param name="services">Only what is about them; all when empty. What is about nothing in particular is told always.</param>
    public async Task<EventTimeline> WindowAsync(TimeRange range, IReadOnlyList<string> services)
    {
        var events = new List<TimelineEvent>();
        bool Wanted(string service) => services.Count == 0 || service.Length == 0 || services.Contains(service);
        foreach (var change in (await store.GetChangesAsync(tenant, range, cancellation)).Where(change => Wanted(change.Service)))
        {
            events.Add(new TimelineEvent(At(change.Time), "change", Known(change.Service), $"{change.Kind}: {change.Summary}{(change.Version.Length > 0 ? $" ({change.Version})" : "")}"));
        }

        foreach (var alert in (await store.FindAlertsAsync(new AlertQuery(tenant, range, limits.Records), cancellation)).Where(alert => Wanted(alert.Service)))
        {
            if (range.Contains(alert.Start))
            {
                events.Add(new TimelineEvent(At(alert.Start), "alert", Known(alert.Service), $"{alert.Name} fires ({alert.Source}{(alert.Severity.Length > 0 ? ", " + alert.Severity : "")}){(alert.Summary.Length > 0 ? ": " + alert.Summary : "")}"));
            }

            if (alert.End is { } end && range.Contains(end))
            {
                events.Add(new TimelineEvent(At(end), "resolved", Known(alert.Service), $"{alert.Name} is resolved ({alert.Source})"));
            }
        }

        var warnings = new KubernetesEventQuery(tenant, range, limits.Records) { Types = ["Warning"] };
        foreach (var one in (await store.FindKubernetesEventsAsync(warnings, cancellation)).Where(one => Wanted(one.Service)))
        {
            var first = range.Contains(one.FirstTime) ? one.FirstTime : one.Time;
            events.Add(new TimelineEvent(At(first), "kubernetes", Known(one.Service), $"{one.Kind} {one.Namespace}/{one.Name} {one.Reason}: {one.Message}{(one.Count > 1 ? $" ({one.Count} times)" : "")}"));
        }

        events.AddRange(await FirstErrorsAsync(range, services));
        return TimelineWriter.Assemble(At(range.Start), At(range.End), events);
    }

    /// <summary>A trace from its first span to its last: entries of services, errors, exceptions, warnings in its logs. Null when it is not stored.</summary>
    public async Task<EventTimeline?> TraceAsync(TraceId id)
    {
        var spans = await store.GetSpansAsync(tenant, [id], null, cancellation);
        if (spans.Count == 0)
        {
            return null;
        }

        var tree = TraceTree.FromBatch(spans);
        var events = new List<TimelineEvent>();
        foreach (var row in tree.Order)
        {
            var (span, parent) = (spans[row], tree.ParentOf(row));
            if (tree.IsCopy(row))
            {
                continue;
            }

            // Where the request comes into a service; within one its spans are the trace's own business.
            if (parent == TraceTree.None || spans[parent].Service != span.Service)
            {
                events.Add(new TimelineEvent(At(new Timestamp(tree.StartOf(row))), "span", span.Service, $"'{span.Name}' begins", id.ToString()));
                events.Add(new TimelineEvent(At(new Timestamp(tree.EndOf(row))), span.Status == SpanStatus.Error ? "error" : "span", span.Service, $"'{span.Name}' {(span.Status == SpanStatus.Error ? $"fails{(span.StatusMessage.Length > 0 ? ": " + span.StatusMessage : "")}" : "ends")}", id.ToString()));
            }
            else if (tree.IsErrorOrigin(row))
            {
                events.Add(new TimelineEvent(At(new Timestamp(tree.EndOf(row))), "error", span.Service, $"'{span.Name}' fails{(span.StatusMessage.Length > 0 ? ": " + span.StatusMessage : "")}", id.ToString()));
            }

            for (var i = 0; i < span.EventCount; i++)
            {
                var one = span.Event(i);
                var message = one.Attributes.Find("exception.message")?.Text ?? one.Attributes.Find("exception.type")?.Text;
                events.Add(new TimelineEvent(At(new Timestamp(one.Time.UnixNanoseconds + tree.SkewOf(row))), one.Name == "exception" ? "error" : "span", span.Service, message is null ? one.Name : $"{one.Name}: {message}", id.ToString()));
            }
        }

        var ofTrace = Predicate.AllOf(Predicate.Equal(Field.Intrinsic(Intrinsics.TraceId), Literal.String(id.ToString())), Predicate.Compare(Field.Intrinsic(Intrinsics.Severity), ComparisonOperator.GreaterOrEqual, Literal.Int(Warn)));
        var logs = await store.FindLogsAsync(new RecordQuery(tenant, TimeRange.All, ofTrace, Logs, TimeOrder.OldestFirst) { Parts = RecordParts.Core }, cancellation);
        for (var row = 0; row < logs.Count; row++)
        {
            events.Add(new TimelineEvent(At(logs[row].Time), "log", logs[row].Service, logs[row].Body.Text, id.ToString()));
        }

        return TimelineWriter.Assemble(events.Min(one => one.Time), events.Max(one => one.Time), events);
    }

    private async Task<List<TimelineEvent>> FirstErrorsAsync(TimeRange range, IReadOnlyList<string> services)
    {
        var failing = await store.ReadAsync(
            new ReadPlan(tenant, Dataset.Spans, range)
            {
                Where = services.Count == 0 ? Failed : Predicate.AllOf(Failed, new InPredicate(Service, [.. services.Select(Literal.String)])),
                GroupBy = [Service],
                Aggregates = [Aggregate.Count()],
                Limit = limits.Services,
            },
            cancellation);
        var events = new List<TimelineEvent>();
        for (var row = 0; row < failing.RowCount; row++)
        {
            var name = failing.Texts(Service.ToString())[row];
            var where = Predicate.AllOf(Failed, Predicate.Equal(Service, Literal.String(name)));
            var first = await store.FindSpansAsync(new RecordQuery(tenant, range, where, 1, TimeOrder.OldestFirst) { Parts = RecordParts.Core }, cancellation);
            if (first.Count > 0)
            {
                var span = first[0];
                events.Add(new TimelineEvent(
                    At(span.Start), "first-error", name, $"'{span.Name}' fails{(span.StatusMessage.Length > 0 ? $" ({span.StatusMessage})" : "")}; the first of {failing.Longs("count")[row]} failed spans in the window", span.TraceId.ToString()));
            }
        }

        return events;
    }

    private static DateTimeOffset At(Timestamp time) => time.ToDateTimeOffset();

    private static string? Known(string text) => text.Length > 0 ? text : null;
}
