using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Ranking;

/// <summary>The one request to look at: it shows most of what speaks against the suspect, preferably from a failing root down.</summary>
internal static class ExemplarPicker
{
    public static ExemplarTrace? Pick(WorldView view, Suspect suspect)
    {
        if (suspect.Entity < 0)
        {
            return null;
        }

        var votes = new Dictionary<int, double>();
        foreach (var finding in suspect.Findings.Where(f => f.Weight > 0))
        {
            foreach (var trace in finding.Traces ?? new HashSet<int>())
            {
                votes[trace] = votes.GetValueOrDefault(trace) + finding.Weight;
            }
        }

        var candidates = votes.Keys.Where(t => view.World.Traces[t].Spans.Any(s => view.Operation(s).Service == suspect.Entity)).ToArray();
        if (candidates.Length == 0)
        {
            return null;
        }

        var picked = candidates
            .OrderByDescending(t => suspect.Findings[0].Traces?.Contains(t) ?? false)
            .ThenByDescending(t => (ErrorOriginInspection.IsFailure(view.World.Traces[t].Spans[0]) ? 1 : 0) + votes[t])
            .ThenByDescending(t => WorldView.Duration(view.World.Traces[t]))
            .ThenBy(t => view.World.Traces[t].TraceId, StringComparer.Ordinal).First();
        return Describe(view, picked, suspect);
    }

    private static ExemplarTrace Describe(WorldView view, int index, Suspect suspect)
    {
        var trace = view.World.Traces[index];
        var shape = view.Shapes[index];
        var operations = suspect.Findings.Where(f => f.Weight > 0).Select(f => f.Operation).ToHashSet();

        // Down to where most time or the failure sits in the accused service; where time passes on the way to it, to the call that waited longest.
        var isBetween = Rules.Of(suspect.Findings[0].Kind).Group == FindingGroup.BetweenTime;
        long Waited(int i) => trace.Spans[i].Parent is >= 0 and var p && view.Operation(trace.Spans[p]).Service != suspect.Entity ? trace.Spans[p].Duration - trace.Spans[i].Duration : 0;
        var target = Enumerable.Range(0, trace.Spans.Count)
            .Where(i => view.Operation(trace.Spans[i]).Service == suspect.Entity)
            .OrderByDescending(i => isBetween ? Waited(i) : 0)
            .ThenByDescending(i => ErrorOriginInspection.IsFailure(trace.Spans[i]))
            .ThenByDescending(i => shape.Exclusive[i])
            .ThenByDescending(i => operations.Contains(view.Operation(trace.Spans[i]).Name))
            .ThenBy(i => i).First();
        var path = new List<int>();
        for (var i = target; i >= 0; i = trace.Spans[i].Parent)
        {
            path.Add(i);
        }

        path.Reverse();
        var hops = path.Select((i, depth) =>
        {
            var span = trace.Spans[i];
            var operation = view.Operation(span);
            var error = ErrorOriginInspection.IsFailure(span) ? span.Facts is { } f ? (f.Error.Length > 0 ? f.Error : f.Status.Length > 0 ? $"status {f.Status}" : "error") : "error" : null;
            return new TraceHop(depth, view.ServiceName(operation.Service), operation.Name, span.SpanId, span.Duration / 1e9, shape.Exclusive[i] / 1e9, error);
        }).ToArray();
        var root = trace.Spans[0];
        var last = hops[^1];
        var duration = WorldView.Duration(trace);
        return new ExemplarTrace(
            trace.TraceId, DateTimeOffset.UnixEpoch.AddTicks(trace.Start / 100), duration / 1e9,
            $"{view.ServiceName(view.Operation(root).Service)} '{view.Operation(root).Name}' took {Phrase.Nanoseconds(root.Duration)}{(ErrorOriginInspection.IsFailure(root) ? " and failed" : "")}; {last.Service} '{last.Operation}' {(isBetween && Waited(target) > 0
                ? $"was called by {hops[^2].Service}, which waited {Phrase.Seconds(hops[^2].DurationSeconds)} for {Phrase.Seconds(last.DurationSeconds)} of work"
                : last.Error is null ? $"held it {Phrase.Seconds(last.ExclusiveSeconds)}" : $"failed ({last.Error})")}.",
            hops);
    }
}
