using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Success without effect: requests in which nothing fails or complains although what they were for does not happen any more. An effect is a message sent or a call made in nearly every
/// successful invocation of the baseline; steps inside and log lines are what <see cref="BehaviourInspection"/> looks at, over failing invocations too.
/// </summary>
internal sealed class EffectInspection : IInspection
{
    /// <summary>Share of the successful invocations that usually have the effect.</summary>
    private const double UsuallyThere = 0.9;

    public string Name => Rules.Of(FindingKind.EffectMissing).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.EffectMissing);
        var effects = new Dictionary<(int Entry, string Effect), int[]>();
        var entries = new Dictionary<int, Entry>();
        for (var t = 0; t < view.World.Traces.Count; t++)
        {
            Observe(view, t, entries, effects);
        }

        if (entries.Count == 0)
        {
            findings.AddUnknown(Name, null, "There are no successful requests to compare.");
            return;
        }

        foreach (var ((entry, effect), counts) in effects.OrderBy(e => e.Key.Entry).ThenBy(e => e.Key.Effect, StringComparer.Ordinal))
        {
            var of = entries[entry];
            var usual = UsualRate.Of(Enumerable.Range(1, view.World.Baseline.Count).Select(i => new Share(counts[i], of.Counts[i])));
            var window = new Share(counts[0], of.Counts[0]);
            var significance = -usual.Significance(window);
            if (window.Of < rule.MinWindow || usual.Observations < rule.MinBaseline || !(usual.Rate >= UsuallyThere) || usual.Rate - window.Rate < rule.Absolute || significance < rule.MinSignificance)
            {
                continue;
            }

            var operation = view.World.Operations[entry];
            var without = of.Traces.Where(t => !t.Effects.Contains(effect)).Select(t => t.Trace).ToHashSet();
            findings.Add(new Finding
            {
                Kind = FindingKind.EffectMissing,
                Entity = operation.Service,
                Operation = operation.Name,
                Strength = Strength.OfSignificance(significance) * (usual.Rate - window.Rate) * Strength.OfCount(window.Of),
                Significance = significance,
                Change = new Comparison(usual.Rate, window.Rate, "1"),
                Onset = without.Count == 0 ? 0 : without.Min(t => view.World.Traces[t].Start),
                Observations = window.Of,
                Traces = without,
                Statement = $"{view.ServiceName(operation.Service)} answers '{operation.Name}' with success and {effect} in {Phrase.Percent(window.Rate)} of them only; {Phrase.Percent(usual.Rate)} is usual{Phrase.Caution(window.Of)}.",
                Query = EvidenceQueries.Traces(view.World, view.ServiceName(operation.Service), operation.Name),
            });
        }
    }

    /// <summary>Nothing in it fails or complains: otherwise what is missing is missing for a reason that others tell.</summary>
    private static bool IsSilent(WorldView view, WorldTrace trace) =>
        !trace.Spans.Any(ErrorOriginInspection.IsFailure) && !trace.Logs.Any(l => view.World.Templates[l.Template].IsError);

    private static void Observe(WorldView view, int index, Dictionary<int, Entry> entries, Dictionary<(int, string), int[]> effects)
    {
        var trace = view.World.Traces[index];
        if (!IsSilent(view, trace))
        {
            return;
        }

        var shape = view.Shapes[index];
        var column = trace.Stretch + 1;
        var seen = new Dictionary<int, HashSet<string>>();
        for (var i = 0; i < trace.Spans.Count; i++)
        {
            var span = trace.Spans[i];
            var entry = shape.Entries[i];
            if (i == entry)
            {
                if (!ErrorOriginInspection.IsFailure(span) && !(span.Facts is { Status: { Length: 3 } status } && status[0] == '4'))
                {
                    seen[i] = [];
                }

                if (span.Parent >= 0 && seen.TryGetValue(shape.Entries[span.Parent], out var callers))
                {
                    callers.Add($"calls {view.ServiceName(view.Operation(span).Service)}");
                }
            }
            else if (seen.TryGetValue(entry, out var own) && shape.RemoteChild[i] < 0 && view.Operation(span).Kind is SpanKind.Client or SpanKind.Producer)
            {
                var operation = view.Operation(span);
                own.Add(operation.Kind == SpanKind.Producer ? $"sends '{operation.Name}'" : $"calls '{operation.Name}'{(span.Facts is { Peer.Length: > 0 } facts ? $" of {facts.Peer}" : "")}");
            }
        }

        foreach (var (entry, done) in seen)
        {
            var operation = trace.Spans[entry].Operation;
            var counted = entries.TryGetValue(operation, out var known) ? known : entries[operation] = new Entry(view.World.Baseline.Count + 1);
            counted.Counts[column]++;
            if (trace.Stretch < 0)
            {
                counted.Traces.Add((index, done));
            }

            foreach (var effect in done)
            {
                (effects.TryGetValue((operation, effect), out var counts) ? counts : effects[(operation, effect)] = new int[view.World.Baseline.Count + 1])[column]++;
            }
        }
    }

    private sealed class Entry(int columns)
    {
        public int[] Counts { get; } = new int[columns];

        public List<(int Trace, HashSet<string> Effects)> Traces { get; } = [];
    }
}
