using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Whose share of the critical path grew: of the chain of spans that a request really waited for, walked back from its end. It says how much of what users wait is a
/// service's doing, which its own time alone does not when it works beside others. The same time as <see cref="ExclusiveTimeInspection"/>'s, so it hardly weighs by itself.
/// </summary>
internal sealed class CriticalPathInspection : IInspection
{
    public string Name => Rules.Of(FindingKind.CriticalPathShifted).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.CriticalPathShifted);

        // Per operation of a first span and service on the path: share of the request, and nanoseconds.
        var shares = new Dictionary<(int Entry, int Service), Dictionary<int, (double Share, double Own)>>();
        var requests = new Dictionary<int, List<int>>();
        for (var t = 0; t < view.World.Traces.Count; t++)
        {
            var trace = view.World.Traces[t];
            var root = trace.Spans[0];
            if (root.Duration > 0)
            {
                (requests.TryGetValue(root.Operation, out var known) ? known : requests[root.Operation] = []).Add(t);
                foreach (var (service, own) in Path(view, trace))
                {
                    (shares.TryGetValue((root.Operation, service), out var list) ? list : shares[(root.Operation, service)] = [])[t] = (own / (double)root.Duration, own);
                }
            }
        }

        if (requests.Count == 0)
        {
            findings.AddUnknown(Name, null, "There are no traces with a duration.");
            return;
        }

        foreach (var ((entry, service), onPath) in shares.OrderBy(s => s.Key.Entry).ThenBy(s => s.Key.Service))
        {
            // A request whose path does not touch the service gives it no share.
            var list = requests[entry].Select(t => (Trace: t, onPath.GetValueOrDefault(t).Share, onPath.GetValueOrDefault(t).Own)).ToArray();
            var (window, baseline) = (list.Where(s => view.World.Traces[s.Trace].Stretch < 0).ToArray(), list.Where(s => view.World.Traces[s.Trace].Stretch >= 0).ToArray());
            if (window.Length < rule.MinWindow || baseline.Length < rule.MinBaseline)
            {
                continue;
            }

            var (usual, now) = (Robust.Median(baseline.Select(s => s.Share)), Robust.Median(window.Select(s => s.Share)));
            var test = RankTest.Of([.. window.Select(s => s.Share)], [.. baseline.Select(s => s.Share)]);

            // A larger share of a shorter request is nobody's fault.
            if (now - usual < rule.Absolute || now < rule.Relative * usual || test.Sigmas < rule.MinSignificance || Robust.Median(window.Select(s => s.Own)) < rule.Relative * Robust.Median(baseline.Select(s => s.Own)))
            {
                continue;
            }

            var operation = view.World.Operations[entry];
            findings.Add(new Finding
            {
                Kind = FindingKind.CriticalPathShifted,
                Entity = service,
                Strength = Strength.OfSignificance(test.Sigmas) * Math.Min(1, now - usual) * Strength.OfCount(window.Length),
                Significance = test.Sigmas,
                Change = new Comparison(usual, now, "1"),
                Onset = window.Where(s => s.Share > (usual + now) / 2).Select(s => view.World.Traces[s.Trace].Start).DefaultIfEmpty(0).Min(),
                Observations = window.Length,
                Traces = window.Where(s => s.Share > (usual + now) / 2).Select(s => s.Trace).ToHashSet(),
                Statement = $"{view.ServiceName(service)} is {Phrase.Percent(now)} of the critical path of {view.ServiceName(operation.Service)} '{operation.Name}'; {Phrase.Percent(usual)} is usual.",
                Query = EvidenceQueries.Traces(view.World, view.ServiceName(operation.Service), operation.Name),
            });
        }
    }

    /// <summary>Nanoseconds of the critical path per service: back from the end of the first span, always into the child that ended last before.</summary>
    private static Dictionary<int, long> Path(WorldView view, WorldTrace trace)
    {
        var children = new List<int>?[trace.Spans.Count];
        for (var i = 1; i < trace.Spans.Count; i++)
        {
            if (trace.Spans[i].Parent >= 0)
            {
                (children[trace.Spans[i].Parent] ??= []).Add(i);
            }
        }

        var own = new Dictionary<int, long>();
        var open = new Stack<(int Span, long Until)>([(0, trace.Spans[0].Offset + trace.Spans[0].Duration)]);
        while (open.TryPop(out var next))
        {
            var span = trace.Spans[next.Span];
            var (at, until) = (span.Offset, next.Until);
            long self = 0;
            foreach (var child in (children[next.Span] ?? []).OrderByDescending(c => trace.Spans[c].Offset + trace.Spans[c].Duration))
            {
                var from = Math.Max(at, trace.Spans[child].Offset);
                var to = trace.Spans[child].Offset + trace.Spans[child].Duration;

                // One that goes on after the parent or beside a later one was not waited for.
                if (to <= until && to > from)
                {
                    self += until - to;
                    open.Push((child, to));
                    until = from;
                }
            }

            self += Math.Max(0, until - at);
            var service = view.Operation(span).Service;
            own[service] = own.GetValueOrDefault(service) + self;
        }

        return own;
    }
}
