using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Where inside a span time passes unseen: before its first step (a queue, a thread, a connection, a lock is waited for), between steps (I/O or work without a span), or
/// after the last. It refines what <see cref="ExclusiveTimeInspection"/> finds about the same time, so it hardly weighs by itself.
/// </summary>
internal sealed class GapInspection : IInspection
{
    private static readonly string[] Places = ["before its first step", "between its steps", "after its last step"];

    private static readonly string[] Meanings = ["requests wait for a thread, a connection or a lock, or sit in a queue", "it waits for I/O or works where no span tells", "it finishes something where no span tells"];

    public string Name => Rules.Of(FindingKind.GapsGrew).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var gaps = new Dictionary<int, Samples[]>();
        for (var t = 0; t < view.World.Traces.Count; t++)
        {
            Observe(view, t, gaps);
        }

        if (gaps.Count == 0)
        {
            findings.AddUnknown(Name, null, "No span has steps below it, so it cannot be told where inside time passes.");
            return;
        }

        foreach (var (operation, places) in gaps.OrderBy(g => g.Key))
        {
            for (var place = 0; place < places.Length; place++)
            {
                Judge(view, findings, operation, place, places[place]);
            }
        }
    }

    private static void Judge(WorldView view, Findings findings, int operation, int place, Samples samples)
    {
        var rule = Rules.Of(FindingKind.GapsGrew);
        if (samples.Window.Count < rule.MinWindow || samples.Baseline.Count < rule.MinBaseline)
        {
            return;
        }

        var (usual, now) = (Robust.Median(samples.Baseline), Robust.Median(samples.Window.Select(w => w.Length)));
        var test = RankTest.Of([.. samples.Window.Select(w => w.Length)], samples.Baseline);
        if (now - usual < rule.Absolute || now < rule.Relative * usual || test.Sigmas < rule.MinSignificance)
        {
            return;
        }

        var description = view.World.Operations[operation];
        var bar = usual + ((now - usual) / 2);
        var shown = samples.Window.Where(w => w.Length > bar).ToArray();
        findings.Add(new Finding
        {
            Kind = FindingKind.GapsGrew,
            Entity = description.Service,
            Operation = description.Name,
            Strength = Strength.OfSignificance(test.Sigmas) * Strength.OfRatio(usual, now, 1e6) * Strength.OfCount(samples.Window.Count),
            Significance = test.Sigmas,
            Change = new Comparison(usual / 1e9, now / 1e9, "s"),
            Onset = shown.Min(w => view.World.Traces[w.Trace].Start),
            Observations = samples.Window.Count,
            Traces = shown.Select(w => w.Trace).ToHashSet(),
            Statement = $"In '{description.Name}' of {view.ServiceName(description.Service)} {Phrase.Nanoseconds(now)} pass {Places[place]} ({Phrase.Nanoseconds(usual)} is usual): {Meanings[place]}.",
            Query = EvidenceQueries.Traces(view.World, view.ServiceName(description.Service), description.Name),
        });
    }

    private static void Observe(WorldView view, int index, Dictionary<int, Samples[]> gaps)
    {
        var trace = view.World.Traces[index];
        var children = new List<(long From, long To)>?[trace.Spans.Count];
        for (var i = 0; i < trace.Spans.Count; i++)
        {
            var span = trace.Spans[i];
            if (span.Parent >= 0)
            {
                var parent = trace.Spans[span.Parent];
                var from = Math.Clamp(span.Offset, parent.Offset, parent.Offset + parent.Duration);
                (children[span.Parent] ??= []).Add((from, Math.Clamp(span.Offset + span.Duration, from, parent.Offset + parent.Duration)));
            }
        }

        for (var i = 0; i < trace.Spans.Count; i++)
        {
            // A call's own gaps are the network's: another inspection's.
            if (children[i] is not { } below || view.Shapes[index].RemoteChild[i] >= 0)
            {
                continue;
            }

            var span = trace.Spans[i];
            below.Sort();
            long between = 0, until = below[0].From;
            foreach (var (from, to) in below)
            {
                between += Math.Max(0, from - until);
                until = Math.Max(until, to);
            }

            var places = gaps.TryGetValue(span.Operation, out var known) ? known : gaps[span.Operation] = [new(), new(), new()];
            places[0].Add(index, trace.Stretch, below[0].From - span.Offset);
            places[1].Add(index, trace.Stretch, between);
            places[2].Add(index, trace.Stretch, Math.Max(0, span.Offset + span.Duration - until));
        }
    }

    private sealed class Samples
    {
        public List<(double Length, int Trace)> Window { get; } = [];

        public List<double> Baseline { get; } = [];

        public void Add(int trace, int stretch, long nanoseconds)
        {
            if (stretch < 0)
            {
                Window.Add((nanoseconds, trace));
            }
            else
            {
                Baseline.Add(nanoseconds);
            }
        }
    }
}
