using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections.Resources;

/// <summary>A pod that takes more of a machine while another on the same machine is held back or slows down.</summary>
internal sealed class NoisyNeighbourInspection : IInspection
{
    /// <summary>Nanoseconds by which the neighbour may seem to begin after its victim: metrics come at intervals.</summary>
    private const long Tolerance = 60_000_000_000;

    public string Name => Rules.Of(FindingKind.NeighbourTakes).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.NeighbourTakes);
        var world = view.World;
        var risen = new List<(WorldSeries Series, SeriesComparison Comparison, string Node)>();
        foreach (var series in world.Series.Where(s => s.Service >= 0 && s.Instance >= 0 && ResourceVocabulary.Of(s) == ResourceMeasure.ProcessorUsed))
        {
            var node = Node(view, series.Instance);
            if (node.Length > 0 && SeriesComparison.Of(world, series, rule.MinWindow, rule.MinBaseline) is { } c && c.Sustained > c.Highest && c.Sustained >= rule.Relative * c.Usual
                && c.Sustained - c.Usual >= rule.Absolute && c.Rise(c.Sustained) >= rule.MinSignificance)
            {
                risen.Add((series, c, node));
            }
        }

        // Victims: throttled, or waiting, on the same machine, and not taking more themselves.
        var held = findings.All.Where(f => f.Kind is FindingKind.Throttled or FindingKind.ExclusiveTimeGrew && f.Entity < world.Services.Count && f.Onset > 0).ToArray();
        foreach (var (series, c, node) in risen)
        {
            // Who is slower itself wants the processor for its own requests: that is its own saturation, not a neighbour's greed.
            if (findings.All.Any(f => f.Kind == FindingKind.ExclusiveTimeGrew && f.Entity == series.Service))
            {
                continue;
            }

            var onset = SeriesComparison.Onset(world, series, c.Highest);
            var victims = held.Where(f => f.Entity != series.Service && f.Onset >= onset - Tolerance && InstancesOf(view, f).Any(i => Node(view, i) == node) && risen.All(r => r.Series.Service != f.Entity || r.Node != node))
                .DistinctBy(f => f.Entity).ToArray();
            if (victims.Length == 0)
            {
                continue;
            }

            var name = view.InstanceName(series.Instance);
            findings.Add(ResourceFinding.Make(
                view, FindingKind.NeighbourTakes, series, series.Service, Strength.OfSignificance(c.Rise(c.Sustained)) * Math.Max(0.5, Strength.OfRatio(c.Usual, c.Sustained, 0.01)), c.Rise(c.Sustained),
                c.Usual, c.Sustained, onset, c.Window,
                $"{name} of {view.ServiceName(series.Service)} takes {Phrase.Number(c.Sustained)} of the processor of {node} where {Phrase.Number(c.Usual)} is usual; {string.Join(", ", victims.Select(v => view.ServiceName(v.Entity)).Take(3))} on the same machine {(victims.Length == 1 ? "suffers" : "suffer")} since.",
                new NextStep($"Move {name} to another machine, or limit its processor."),
                new NextStep($"Keep new pods away from {node} meanwhile.", $"kubectl cordon {Phrase.Quoted(node)}")));
            foreach (var victim in victims)
            {
                view.Topology.Add(victim.Entity, series.Service);
            }
        }
    }

    private static IEnumerable<int> InstancesOf(WorldView view, Finding finding) => finding.Instance >= 0
        ? [finding.Instance]
        : Enumerable.Range(0, view.World.Instances.Count).Where(i => view.World.Instances[i].Service == finding.Entity);

    private static string Node(WorldView view, int instance) => view.World.Instances[instance].Node is { Length: > 0 } told ? told : view.Cluster.Pod(view.World.Instances[instance].Name)?.Last.Node ?? "";
}
