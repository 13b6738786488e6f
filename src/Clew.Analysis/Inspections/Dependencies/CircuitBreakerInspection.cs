using Clew.Analysis.Errors;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections.Dependencies;

/// <summary>
/// Circuit breakers that opened: from refused calls, from span events and log lines that name them, and from the metrics of resilience4j, Polly, Envoy and Istio.
/// They show whom the caller has given up.
/// </summary>
internal sealed class CircuitBreakerInspection : IInspection
{
    public string Name => Rules.Of(FindingKind.CircuitOpened).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.CircuitOpened);
        var refusals = view.Calls.Edges.Select(e => Excess.Of(e, c => c.Cause == FailureCause.CircuitOpen, rule)).OfType<Excess>().ToArray();
        foreach (var excess in refusals)
        {
            var edge = excess.Edge;
            var statement = $"A circuit breaker of {view.ServiceName(edge.Caller)} towards {edge.Peer} opened: it refuses {excess.Said} without trying{Later(view, edge)}.";
            findings.Add(excess.Finding(view, FindingKind.CircuitOpened, statement) with { Operation = excess.Hits[0].Operation });
        }

        var told = refusals.Select(r => r.Edge.Caller).ToHashSet();
        FromLogs(view, findings, told);
        FromMetrics(view, findings, told);
    }

    /// <summary>Whether it lets calls through again at the window's end.</summary>
    private static string Later(WorldView view, CallEdge edge)
    {
        var last = edge.Window.Where(c => c.Time > view.World.Window.End - ((view.World.Window.End - view.World.Window.Start) / 5)).ToArray();
        var refused = last.Count(c => c.Cause == FailureCause.CircuitOpen);
        return last.Length == 0 ? "" : refused == 0 ? "; it had closed again at the end of the window" : refused < last.Length && last.Any(c => !c.Failed) ? "; it was half open at the end of the window" : "; it was still open at the end of the window";
    }

    private static void FromLogs(WorldView view, Findings findings, HashSet<int> told)
    {
        var rule = Rules.Of(FindingKind.CircuitOpened);
        var world = view.World;
        foreach (var rate in world.LogRates.Where(r => r.Counts[0] >= 1 && IsOpening(world.Templates[r.Template])))
        {
            var usual = world.Baseline.Select((_, i) => (double)rate.Counts[i + 1]).DefaultIfEmpty(0).Average() * ((world.Window.End - world.Window.Start) / Math.Max(1.0, world.Baseline.Select(b => b.End - b.Start).DefaultIfEmpty(1).Average()));
            var significance = (rate.Counts[0] - usual) / Math.Sqrt(usual + 0.25);
            if (world.Baseline.Count < 2 || significance < Math.Min(2, rule.MinSignificance) || !told.Add(rate.Service))
            {
                continue;
            }

            var name = view.ServiceName(rate.Service);
            findings.Add(new Finding
            {
                Kind = FindingKind.CircuitOpened,
                Entity = rate.Service,
                Strength = 0.8 * Strength.OfSignificance(Math.Max(4, significance)),
                Significance = significance,
                Change = new Comparison(usual, rate.Counts[0], "{line}"),
                Onset = rate.FirstInWindow,
                Observations = rate.Counts[0],
                Statement = $"{name} logs that a circuit breaker opened, {Phrase.Count(rate.Counts[0], "time")}: \"{Phrase.Template(world.Templates[rate.Template])}\"; {Phrase.Number(usual)} is usual.",
                Query = EvidenceQueries.Logs(world, name, text: "circuit"),
            });
        }
    }

    private static bool IsOpening(WorldTemplate template)
    {
        var text = template.Text;
        return text.Contains("circuit", StringComparison.OrdinalIgnoreCase)
            && (text.Contains("open", StringComparison.OrdinalIgnoreCase) || text.Contains("trip", StringComparison.OrdinalIgnoreCase))
            && !text.Contains("to CLOSED", StringComparison.OrdinalIgnoreCase);
    }

    private static void FromMetrics(WorldView view, Findings findings, HashSet<int> told)
    {
        foreach (var series in view.World.Series.Where(s => s.Service >= 0 && IsState(s)))
        {
            if (SeriesComparison.Of(view.World, series, 1, 3) is not { } c || c.Peak <= 0 || c.Highest > 0 || !told.Add(series.Service))
            {
                continue;
            }

            var name = view.ServiceName(series.Service);
            findings.Add(new Finding
            {
                Kind = FindingKind.CircuitOpened,
                Entity = series.Service,
                Instance = series.Instance,
                Peer = series.Name,
                Strength = 0.8 * Strength.OfCount(6),
                Significance = 6,
                Change = new Comparison(c.Usual, c.Peak, series.Unit),
                Onset = SeriesComparison.Onset(view.World, series, c.Highest),
                Observations = c.Window,
                Statement = $"{series.Name}{(series.Attributes.Length > 0 ? $" ({series.Attributes})" : "")} of {name} went from 0 to {Phrase.Number(c.Peak)}: a circuit breaker is open.",
            });
        }
    }

    /// <summary>resilience4j_circuitbreaker_state{state="open"}, envoy_cluster_circuit_breakers_default_rq_open, polly's and others' *circuit*open*.</summary>
    private static bool IsState(WorldSeries series) =>
        series.Kind == WorldSeriesKind.Gauge && (series.Name.Contains("circuitbreaker", StringComparison.OrdinalIgnoreCase) || series.Name.Contains("circuit_breaker", StringComparison.OrdinalIgnoreCase) || series.Name.Contains("circuit.breaker", StringComparison.OrdinalIgnoreCase))
        && (series.Attributes.Contains("state=open", StringComparison.OrdinalIgnoreCase) || series.Name.EndsWith("_open", StringComparison.OrdinalIgnoreCase) || series.Name.EndsWith(".open", StringComparison.OrdinalIgnoreCase));
}
