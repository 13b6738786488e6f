using System.Globalization;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections.Kubernetes;

/// <summary>Requests that are slow only while their pod is young: what it answers in its first minutes against what it and its older siblings answer.</summary>
internal sealed class ColdStartInspection : IInspection
{
    /// <summary>Nanoseconds for which a pod is young.</summary>
    private const long Young = 120_000_000_000;

    public string Name => Rules.Of(FindingKind.ColdStarts).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var made = Made(view);
        if (made.Count == 0)
        {
            return;
        }

        var rule = Rules.Of(FindingKind.ColdStarts);
        var entries = new Dictionary<(int Service, string Operation), List<Entry>>();
        foreach (var t in view.WindowTraces)
        {
            var trace = view.World.Traces[t];
            for (var i = 0; i < trace.Spans.Count; i++)
            {
                var span = trace.Spans[i];
                if (view.Shapes[t].Entries[i] == i && made.TryGetValue(span.Instance, out var since))
                {
                    var operation = view.Operation(span);
                    var age = trace.Start + span.Offset - since;
                    (entries.TryGetValue((operation.Service, operation.Name), out var known) ? known : entries[(operation.Service, operation.Name)] = [])
                        .Add(new Entry(t, trace.Start + span.Offset, span.Duration, span.Instance, age >= 0 && age < Young));
                }
            }
        }

        foreach (var ((service, operation), all) in entries.OrderBy(e => e.Key.Service).ThenBy(e => e.Key.Operation, StringComparer.Ordinal))
        {
            var young = all.Where(e => e.IsYoung).ToArray();
            var old = all.Where(e => !e.IsYoung).ToArray();
            if (young.Length < rule.MinWindow || old.Length < rule.MinBaseline)
            {
                continue;
            }

            var (fresh, usual) = (Robust.Median(young.Select(e => (double)e.Duration)), Robust.Median(old.Select(e => (double)e.Duration)));
            var spread = Math.Max(0.05 * usual, Robust.MadToSigma * Robust.Median(old.Select(e => Math.Abs(e.Duration - usual))));
            var significance = (fresh - usual) / (spread * Math.Sqrt((1.0 / young.Length) + (1.0 / old.Length)) * 1.25);
            if (fresh - usual < rule.Absolute || fresh < rule.Relative * usual || significance < rule.MinSignificance)
            {
                continue;
            }

            var pods = young.Select(e => e.Instance).Distinct().ToArray();
            findings.Add(new Finding
            {
                Kind = FindingKind.ColdStarts,
                Entity = service,
                Operation = operation,
                Instance = pods.Length == 1 ? pods[0] : -1,
                Strength = Strength.OfSignificance(significance) * Strength.OfCount(young.Length) * Math.Max(0.5, Strength.OfRatio(usual, fresh, 1e6)),
                Significance = significance,
                Change = new Comparison(usual / 1e9, fresh / 1e9, "s"),
                Onset = young.Min(e => e.Time),
                Observations = young.Length,
                Traces = young.Where(e => e.Duration > usual * rule.Relative).Select(e => e.Trace).ToHashSet(),
                Statement = $"{view.ServiceName(service)} '{operation}' takes {Phrase.Nanoseconds(fresh)} in pods younger than {Phrase.Nanoseconds(Young)} and {Phrase.Nanoseconds(usual)} in older ones; {Phrase.Count(pods.Length, "pod")} of it began lately ({view.InstanceName(pods[0])}){Phrase.Caution(young.Length)}.",
                Query = EvidenceQueries.Traces(view.World, view.ServiceName(service), operation),
            });
        }
    }

    /// <summary>When each instance's pod was made, nanoseconds since the Unix epoch, by index into instances.</summary>
    private static Dictionary<int, long> Made(WorldView view)
    {
        var created = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var pod in view.Cluster.Of("Pod"))
        {
            if (DateTimeOffset.TryParse(pod.Last.Fields.GetValueOrDefault("created"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            {
                created[pod.Last.Name] = Timestamp.FromDateTimeOffset(time).UnixNanoseconds;
            }
        }

        return view.World.Instances.Select((instance, index) => (instance, index)).Where(i => created.ContainsKey(i.instance.Name)).ToDictionary(i => i.index, i => created[i.instance.Name]);
    }

    private sealed record Entry(int Trace, long Time, long Duration, int Instance, bool IsYoung);
}
