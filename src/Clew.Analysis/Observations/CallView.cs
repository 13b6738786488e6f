using Clew.Analysis.Errors;
using Clew.Analysis.Inspections;
using Clew.Analysis.Statistics;
using Clew.Telemetry;

namespace Clew.Analysis.Observations;

/// <summary>One outgoing call.</summary>
/// <param name="Trace">Index into the world's traces.</param>
/// <param name="Stretch">Index into the baseline; -1 for the window.</param>
/// <param name="Time">Nanoseconds since the Unix epoch.</param>
/// <param name="Span">Index into the trace's spans.</param>
/// <param name="Entry">The span through which the caller was entered; calls of one entry belong to one request.</param>
/// <param name="HasArrived">The other side's own span is below it.</param>
/// <param name="Waited">Nanoseconds without what was seen to happen below it: the other side's answer where that sends no telemetry.</param>
/// <param name="Status">What was answered; empty when nothing was.</param>
internal sealed record Call(int Trace, int Stretch, long Time, int Span, int Entry, long Duration, long Waited, bool HasArrived, bool Failed, FailureCause Cause, string Status, string Operation);

/// <summary>Calls of one service to one other end.</summary>
/// <param name="Caller">Index into services.</param>
/// <param name="Callee">Index into services; -1 when the other end sends no telemetry.</param>
/// <param name="Peer">The other end's name.</param>
/// <param name="Store">What kind of data store it is; empty when it is none.</param>
internal sealed record CallEdge(int Caller, int Callee, string Peer, string Store, IReadOnlyList<Call> Calls)
{
    public IEnumerable<Call> Window => Calls.Where(c => c.Stretch < 0);

    public IEnumerable<Call> Before => Calls.Where(c => c.Stretch >= 0);

    /// <summary>How usual it is that a call is like this.</summary>
    public UsualRate Usual(Func<Call, bool> isHit) => UsualRate.Of(Before.GroupBy(c => c.Stretch).Select(g => new Share(g.Count(isHit), g.Count())), 0.25);
}

/// <summary>Every outgoing call of the traces, by caller and other end. A call that did not arrive belongs to whom calls of its kind reach when they arrive.</summary>
internal sealed class CallView
{
    public CallView(WorldView view)
    {
        var world = view.World;
        var causes = new Dictionary<(string, string), FailureCause>();
        var made = new List<(int Caller, int Arrived, string Host, string Store, Call Call)>();
        for (var t = 0; t < world.Traces.Count; t++)
        {
            var trace = world.Traces[t];
            var resolving = trace.Spans.Where(s => s is { Parent: >= 0, Facts.Question.Length: > 0 }).GroupBy(s => s.Parent)
                .ToDictionary(g => g.Key, g => (Duration: g.Sum(s => s.Duration), Failed: g.Any(s => s.IsError)));
            for (var i = 0; i < trace.Spans.Count; i++)
            {
                var span = trace.Spans[i];
                var operation = view.Operation(span);
                if (view.Shapes[t].Entries[i] == i)
                {
                    Entered[(operation.Service, trace.Stretch)] = Entered.GetValueOrDefault((operation.Service, trace.Stretch)) + 1;
                }

                if (operation.Kind is not (SpanKind.Client or SpanKind.Producer) || (span.Facts?.Question ?? "").Length > 0)
                {
                    continue;
                }

                // A call that ends in looking for the name says nothing of the other side.
                var asked = resolving.GetValueOrDefault(i);
                var failed = ErrorOriginInspection.IsFailure(span);
                var key = (span.Facts?.Error ?? "", span.Facts?.Message ?? "");
                if (!causes.TryGetValue(key, out var cause))
                {
                    causes[key] = cause = FailureText.Of($"{key.Item1} {key.Item2}");
                }

                var child = view.Shapes[t].RemoteChild[i];
                var arrived = child >= 0 && (trace.Spans[child].Facts?.Question ?? "").Length == 0 ? view.Operation(trace.Spans[child]).Service : -1;
                made.Add((operation.Service, arrived, span.Facts?.Peer ?? "", span.Facts?.Store ?? "", new Call(
                    t, trace.Stretch, trace.Start + span.Offset, i, view.Shapes[t].Entries[i], span.Duration, arrived >= 0 ? span.Duration : view.Shapes[t].Exclusive[i], arrived >= 0, failed,
                    !failed ? FailureCause.Unknown : asked.Failed || asked.Duration > span.Duration / 2 ? FailureCause.Name : cause,
                    span.Facts?.Status ?? "", operation.Name)));
            }
        }

        var byHost = made.Where(c => c.Arrived >= 0 && c.Host.Length > 0).GroupBy(c => (c.Caller, c.Host)).ToDictionary(g => g.Key, g => Most(g.Select(c => c.Arrived)));
        var byOperation = made.Where(c => c.Arrived >= 0 && c.Host.Length == 0).GroupBy(c => (c.Caller, c.Call.Operation)).ToDictionary(g => g.Key, g => Most(g.Select(c => c.Arrived)));
        WatchedHosts = byHost.Keys.Select(k => k.Host).Where(h => h.Contains('.', StringComparison.Ordinal)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Edges =
        [
            .. made.Select(c => (Call: c, Callee: c.Arrived >= 0 ? c.Arrived : Callee(c.Caller, c.Host, c.Call.Operation)))
                .GroupBy(c => (c.Call.Caller, c.Callee, Peer: c.Callee >= 0 ? view.ServiceName(c.Callee) : c.Call.Host))
                .Where(g => g.Key.Peer.Length > 0)
                .OrderBy(g => g.Key.Caller).ThenBy(g => g.Key.Peer, StringComparer.Ordinal)
                .Select(g => new CallEdge(g.Key.Caller, g.Key.Callee, g.Key.Peer, g.Select(c => c.Call.Store).FirstOrDefault(s => s.Length > 0, ""), [.. g.Select(c => c.Call.Call)])),
        ];

        int Callee(int caller, string host, string operation) => host.Length > 0
            ? byHost.TryGetValue((caller, host), out var callee) ? callee : view.FindService(FirstLabel(host))
            : byOperation.GetValueOrDefault((caller, operation), -1);
    }

    /// <summary>By caller, then by the other end's name.</summary>
    public IReadOnlyList<CallEdge> Edges { get; }

    /// <summary>Addresses at which calls arrive at services that send telemetry of their own.</summary>
    public IReadOnlySet<string> WatchedHosts { get; }

    /// <summary>How often a service was entered, by service and stretch (-1 for the window).</summary>
    public Dictionary<(int Service, int Stretch), int> Entered { get; } = [];

    private static int Most(IEnumerable<int> services) => services.GroupBy(s => s).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;

    private static string FirstLabel(string host)
    {
        var end = host.AsSpan().IndexOfAny('.', ':');
        return end > 0 ? host[..end] : host;
    }
}
