using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections.Changes;

/// <summary>
/// Two revisions of a service side by side in the window: an experiment somebody made without meaning to. What only the new one shows came with it; what both show did not.
/// </summary>
internal sealed class RevisionInspection : IInspection
{
    public string Name => Rules.Of(FindingKind.RevisionWorse).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var entries = new Dictionary<(int Service, string Operation), List<Entry>>();
        for (var t = 0; t < view.World.Traces.Count; t++)
        {
            var trace = view.World.Traces[t];
            for (var i = 0; i < trace.Spans.Count; i++)
            {
                var span = trace.Spans[i];
                if (view.Shapes[t].Entries[i] == i && span.Instance >= 0 && Revision(view, span.Instance) is { Length: > 0 } revision)
                {
                    var operation = view.Operation(span);
                    (entries.TryGetValue((operation.Service, operation.Name), out var known) ? known : entries[(operation.Service, operation.Name)] = [])
                        .Add(new Entry(t, trace.Stretch, trace.Start + span.Offset, span.Duration, ErrorOriginInspection.IsFailure(span), revision));
                }
            }
        }

        foreach (var ((service, operation), all) in entries.OrderBy(e => e.Key.Service).ThenBy(e => e.Key.Operation, StringComparer.Ordinal))
        {
            Judge(view, findings, service, operation, all);
        }
    }

    private static void Judge(WorldView view, Findings findings, int service, string operation, List<Entry> all)
    {
        var rule = Rules.Of(FindingKind.RevisionWorse);
        var before = all.Where(e => e.Stretch >= 0).Select(e => e.Revision).ToHashSet();
        var window = all.Where(e => e.Stretch < 0).ToArray();

        // The new revision is the one that the baseline did not know, or the one seen first last.
        var revisions = window.GroupBy(e => e.Revision).Where(g => g.Count() >= rule.MinWindow)
            .OrderBy(g => before.Contains(g.Key) ? 0 : 1).ThenBy(g => all.Where(e => e.Revision == g.Key).Min(e => e.Time)).ToArray();
        if (revisions.Length < 2 || before.Contains(revisions[^1].Key))
        {
            return;
        }

        var (oldName, newName) = (revisions[0].Key, revisions[^1].Key);
        Entry[] older = [.. revisions[0]], newer = [.. revisions[^1]];

        // Side by side: requests that the old one served after the new one had begun.
        var began = newer.Min(e => e.Time);
        older = [.. older.Where(e => e.Time >= began)];
        if (older.Length < rule.MinWindow)
        {
            return;
        }

        var (failing, well) = (new Share(newer.Count(e => e.Failed), newer.Length), new Share(older.Count(e => e.Failed), older.Length));
        var pooled = Math.Clamp((failing.Hits + well.Hits + 0.5) / (failing.Of + well.Of + 1.0), 0, 1);
        var bySigma = (failing.Rate - well.Rate) / Math.Sqrt(pooled * (1 - pooled) * ((1.0 / failing.Of) + (1.0 / well.Of)));
        var (slow, quick) = (Robust.Median(newer.Select(e => (double)e.Duration)), Robust.Median(older.Select(e => (double)e.Duration)));
        var spread = Math.Max(0.1 * quick, Robust.MadToSigma * Robust.Median(older.Select(e => Math.Abs(e.Duration - quick))));
        var byTime = (slow - quick) / (spread * 1.25 * Math.Sqrt((1.0 / newer.Length) + (1.0 / older.Length)));
        var fails = failing.Rate - well.Rate >= rule.Absolute && bySigma >= rule.MinSignificance;
        var slower = slow >= rule.Relative * quick && slow - quick >= 20e6 && byTime >= rule.MinSignificance;
        var name = view.ServiceName(service);
        if (!fails && !slower)
        {
            return;
        }

        var hits = newer.Where(e => fails ? e.Failed : e.Duration > 1.2 * quick).ToArray();
        findings.Add(new Finding
        {
            Kind = FindingKind.RevisionWorse,
            Entity = service,
            Operation = operation,
            Peer = "",
            Strength = Strength.OfSignificance(fails ? bySigma : byTime) * Strength.OfCount(newer.Length) * (fails ? Math.Sqrt(failing.Rate - well.Rate) : Math.Max(0.5, Strength.OfRatio(quick, slow, 1e6))),
            Significance = fails ? bySigma : byTime,
            Change = fails ? new Comparison(well.Rate, failing.Rate, "1") : new Comparison(quick / 1e9, slow / 1e9, "s"),
            Onset = hits.Min(e => e.Time),
            Observations = newer.Length,
            Traces = hits.Select(e => e.Trace).ToHashSet(),
            Statement = fails
                ? $"{name} '{operation}' fails in {Phrase.Percent(failing.Rate)} of {failing.Of} requests to revision {newName} and in {Phrase.Percent(well.Rate)} of {well.Of} to revision {oldName} at the same time: the new revision shows it, the old one does not."
                : $"{name} '{operation}' takes {Phrase.Nanoseconds(slow)} in revision {newName} and {Phrase.Nanoseconds(quick)} in revision {oldName} at the same time: the new revision shows it, the old one does not.",
            Query = EvidenceQueries.Traces(view.World, name, operation, onlyErrors: fails),
            Fixes = [new NextStep($"Send no traffic to revision {newName} of {name}; go back to {oldName}.")],
        });
    }

    /// <summary>service.version, or the hash of the pod's template.</summary>
    private static string Revision(WorldView view, int instance)
    {
        var known = view.World.Instances[instance];
        if (known.Version.Length > 0)
        {
            return known.Version;
        }

        return view.Cluster.Pod(known.Name)?.Last.Fields.GetValueOrDefault("label.pod-template-hash", "") ?? "";
    }

    private sealed record Entry(int Trace, int Stretch, long Time, long Duration, bool Failed, string Revision);
}
