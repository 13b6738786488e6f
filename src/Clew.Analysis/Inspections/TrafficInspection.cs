using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>Services that fell silent although they are still called for, and entry points that get much more than usual. From exact counts.</summary>
internal sealed class TrafficInspection : IInspection
{
    public string Name => Rules.Of(FindingKind.TrafficGrew).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var world = view.World;
        if (world.Red.Count == 0 || world.Baseline.Count == 0)
        {
            findings.AddUnknown(Name, null, "There are no request counts to compare.");
            return;
        }

        var rates = Enumerable.Range(0, world.Services.Count).ToDictionary(s => s, s => Rates(world, s));
        foreach (var (service, rate) in rates)
        {
            var seconds = (world.Window.End - world.Window.Start) / 1e9;
            var expected = rate.Usual * seconds;
            var silent = Rules.Of(FindingKind.InstanceSilent);
            var callers = view.Topology.Callers(service);
            if (expected >= 10 * silent.Absolute && rate.Window < silent.Relative * rate.Usual && callers.Count > 0
                && callers.Any(c => rates[c].Window > 0.5 * rates[c].Usual && rates[c].Usual > 0))
            {
                var significance = (expected - (rate.Window * seconds)) / Math.Sqrt(expected + 1);
                var said = $"{view.ServiceName(service)} sent {Phrase.Number(rate.Window * seconds)} spans in the window where {Phrase.Number(expected)} are usual, while its callers went on";
                findings.Add(view.Gone(service) is { } gone
                    ? Make(view, FindingKind.InstanceSilent, service, rate, significance, Strength.OfSignificance(significance), said + Phrase.Text($"; {Phrase.Percent(gone.Lost.Rate)} of the calls to it no longer arrive{(gone.IsRefused ? ", nobody listens there any more" : "")}{(gone.HasMetricsStopped ? ", and its own metrics have stopped" : "")}: it is down{(gone.IsRefused ? "" : " or hangs")}.")) with
                    {
                        Traces = gone.Traces,
                        Onset = gone.Onset,
                        Observations = gone.Lost.Of,
                    }
                    : Make(view, FindingKind.InstanceSilent, service, rate, significance, 0.3 * Strength.OfSignificance(significance), said + "."));
            }

            var grew = Rules.Of(FindingKind.TrafficGrew);
            if (callers.Count == 0 && rate.Window - rate.Usual > grew.Absolute && rate.Window > grew.Relative * rate.Usual && rate.Usual > 0 && expected >= grew.MinBaseline)
            {
                var significance = ((rate.Window * seconds) - expected) / Math.Sqrt(expected + Math.Pow(rate.Spread * seconds, 2) + 1);
                findings.Add(Make(view, FindingKind.TrafficGrew, service, rate, significance,
                    Strength.OfSignificance(significance) * Strength.OfRatio(rate.Usual, rate.Window, 0.01),
                    $"{view.ServiceName(service)} gets {Phrase.Number(rate.Window)} spans/s where {Phrase.Number(rate.Usual)} is usual."));
            }
        }
    }

    private static Rate Rates(World world, int service)
    {
        var counts = new long[world.Baseline.Count + 1];
        foreach (var red in world.Red.Where(r => world.Operations[r.Operation].Service == service))
        {
            counts[red.Stretch + 1] += red.Count;
        }

        var usual = world.Baseline.Select((b, i) => new Weighted(counts[i + 1] / Math.Max(1e-9, (b.End - b.Start) / 1e9), 1)).ToArray();
        var median = Robust.WeightedMedian(usual);
        return new Rate(median, Robust.WeightedHalfRange(usual), counts[0] / Math.Max(1e-9, (world.Window.End - world.Window.Start) / 1e9));
    }

    private static Finding Make(WorldView view, FindingKind kind, int service, Rate rate, double significance, double strength, string statement) => new()
    {
        Kind = kind,
        Entity = service,
        Strength = strength,
        Significance = significance,
        Change = new Comparison(rate.Usual, rate.Window, "{span}/s"),
        Observations = (int)Math.Min(int.MaxValue, rate.Window * ((view.World.Window.End - view.World.Window.Start) / 1e9)),
        Statement = statement,
    };

    private readonly record struct Rate(double Usual, double Spread, double Window);
}
