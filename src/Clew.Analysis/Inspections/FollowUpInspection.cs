using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Work that used to follow requests in traces of its own (a message that is sent, a job that is run, a record that is written later) and no longer does, although as many requests are
/// accepted and none fails. From exact counts: a step that belonged to nearly every request is told from the ratio of the two, which holds over the baseline.
/// </summary>
internal sealed class FollowUpInspection : IInspection
{
    /// <summary>Follow-ups per request from which they belong together.</summary>
    private const double MinRatio = 0.5;

    /// <summary>How far the ratio may lie from its median in any stretch of the baseline.</summary>
    private const double MaxSwing = 0.35;

    /// <summary>Requests of a stretch below which its ratio says nothing.</summary>
    private const double MinRequests = 5;

    /// <summary>Share of the usual requests that must still be accepted; fewer are another's story.</summary>
    private const double MinAccepted = 0.5;

    /// <summary>Share of failing requests up to which nothing is said to fail.</summary>
    private const double MaxErrors = 0.05;

    public string Name => Rules.Of(FindingKind.FollowUpCeased).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.FollowUpCeased);
        var world = view.World;
        if (world.Red.Count == 0 || world.Baseline.Count < rule.MinBaseline)
        {
            findings.AddUnknown(Name, null, "There are no request counts to compare.");
            return;
        }

        var counts = world.Red.GroupBy(r => r.Operation).ToDictionary(g => g.Key, g => Counted.Of(world, g));
        var ofTheirOwn = OfTheirOwn(world);
        foreach (var (operation, followed) in counts.Where(c => world.Operations[c.Key].Kind is SpanKind.Consumer or SpanKind.Internal && ofTheirOwn[c.Key]).OrderBy(c => c.Key))
        {
            var service = world.Operations[operation].Service;
            var lead = counts.Where(c => world.Operations[c.Key] is { Kind: SpanKind.Server } o && o.Service == service).OrderByDescending(c => c.Value.Baseline.Sum()).ThenBy(c => c.Key).FirstOrDefault();
            if (lead.Value is null || Judge(view, rule, operation, followed, lead.Key, lead.Value) is not { } finding)
            {
                continue;
            }

            findings.Add(finding);
        }
    }

    private static Finding? Judge(WorldView view, Rule rule, int operation, Counted followed, int leading, Counted lead)
    {
        var world = view.World;
        var ratios = lead.Baseline.Zip(followed.Baseline).Where(c => c.First >= MinRequests).Select(c => c.Second / c.First).ToArray();
        if (ratios.Length < rule.MinBaseline)
        {
            return null;
        }

        var usual = Robust.Median(ratios);
        var seconds = (world.Window.End - world.Window.Start) / 1e9;
        var perSecond = Robust.Median(lead.Baseline.Zip(world.Baseline).Select(c => c.First / Math.Max(1e-9, (c.Second.End - c.Second.Start) / 1e9)));
        var expected = usual * lead.Window;
        var significance = (expected - followed.Window) / Math.Sqrt(expected + 1);
        if (usual < MinRatio || ratios.Any(r => Math.Abs(r - usual) > MaxSwing * usual) || lead.Window < MinAccepted * perSecond * seconds || lead.Errors > MaxErrors * lead.Window
            || expected < rule.Absolute || followed.Window > rule.Relative * expected || significance < rule.MinSignificance)
        {
            return null;
        }

        var (name, leader) = (world.Operations[operation], world.Operations[leading]);
        var service = view.ServiceName(name.Service);
        var last = world.Traces.Where(t => t.Stretch < 0).SelectMany(t => t.Spans.Where(s => s.Operation == operation).Select(s => t.Start + s.Offset)).DefaultIfEmpty(world.Window.Start).Max();
        return new Finding
        {
            Kind = FindingKind.FollowUpCeased,
            Entity = name.Service,
            Operation = name.Name,
            Strength = Strength.OfSignificance(significance) * (1 - (followed.Window / expected)),
            Significance = significance,
            Change = new Comparison(usual, followed.Window / lead.Window, "1"),
            Onset = last,
            Observations = (int)Math.Min(int.MaxValue, lead.Window),
            Statement = Phrase.Text($"{service} accepts '{leader.Name}' as ever and no longer does '{name.Name}' after it: {Phrase.Number(followed.Window)} times in the window, where {Phrase.Number(expected)} belong to as many requests. Nothing fails."),
            Query = EvidenceQueries.Traces(world, service, name.Name),
        };
    }

    /// <summary>Per operation, whether its spans stand for themselves, in traces that they begin.</summary>
    private static bool[] OfTheirOwn(World world)
    {
        var (roots, all) = (new int[world.Operations.Count], new int[world.Operations.Count]);
        foreach (var span in world.Traces.SelectMany(t => t.Spans))
        {
            all[span.Operation]++;
            roots[span.Operation] += span.Parent < 0 ? 1 : 0;
        }

        return [.. roots.Zip(all, (begun, seen) => seen > 0 && 2 * begun > seen)];
    }

    private sealed record Counted(double Window, double Errors, double[] Baseline)
    {
        public static Counted Of(World world, IEnumerable<WorldRed> rows)
        {
            var (window, errors, baseline) = (0.0, 0.0, new double[world.Baseline.Count]);
            foreach (var row in rows)
            {
                if (row.Stretch < 0)
                {
                    (window, errors) = (window + row.Count, errors + row.Errors);
                }
                else
                {
                    baseline[row.Stretch] += row.Count;
                }
            }

            return new Counted(window, errors, baseline);
        }
    }
}
