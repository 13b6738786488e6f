using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Where more time is spent than before: in an operation itself, or between a caller and a callee. Looks at shares of requests beyond a bar
/// rather than at means, so that one cold start does not make a fault and a fault of a tenth of the requests is not averaged away.
/// </summary>
internal sealed class ExclusiveTimeInspection : IInspection
{
    /// <summary>Bars as multiples of the usual median and 90th percentile; the one that separates best counts.</summary>
    private static readonly (double Level, double Factor)[] Bars = [(0.5, 1.5), (0.9, 1.3), (0.9, 2), (0.9, 4), (0.9, 10), (0.9, 30)];

    /// <summary>Below this, nanoseconds, ratios are noise of clocks and schedulers.</summary>
    private const double RatioFloor = 200_000;

    public string Name => Rules.Of(FindingKind.ExclusiveTimeGrew).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        if (view.WindowTraces.Length == 0)
        {
            findings.AddUnknown(Name, null, "There are no traces in the window.");
            return;
        }

        if (double.IsNaN(view.TypicalTrace))
        {
            findings.AddUnknown(Name, null, "There are no traces to compare with.");
            return;
        }

        var grown = new List<Growth>();
        foreach (var (key, samples) in view.Times.OrderBy(t => t.Key.Service).ThenBy(t => t.Key.Callee).ThenBy(t => t.Key.Operation, StringComparer.Ordinal))
        {
            if (Judge(view, key, samples) is { } growth)
            {
                grown.Add(growth);
            }
        }

        var total = grown.Where(g => g.Strength > 0.02).Sum(g => g.Extra);
        foreach (var growth in grown)
        {
            // What explains more of the lost time weighs more.
            Report(view, findings, growth with { Strength = growth.Strength * (0.3 + (0.7 * Math.Sqrt(Math.Min(1, growth.Extra / Math.Max(total, 1))))) }, grown);
        }
    }

    private static Growth? Judge(WorldView view, TimeKey key, TimeSamples samples)
    {
        var rule = Rules.Of(key.IsEdge ? FindingKind.NetworkTimeGrew : FindingKind.ExclusiveTimeGrew);
        var stretches = samples.Baseline.Where(s => s.Count >= 2).Select(s => s.Order().ToArray()).ToArray();
        var observations = stretches.Sum(s => s.Length);
        if (samples.Window.Count < rule.MinWindow)
        {
            return null;
        }

        if (observations < rule.MinBaseline)
        {
            return IsNew(view, key) ? Appeared(view, key, samples) : null;
        }

        var window = samples.Window.Select(s => s.Nanoseconds).Order().ToArray();
        var median = Usual(stretches, 0.5);
        Growth? best = null;
        foreach (var (level, factor) in Bars)
        {
            var bar = Math.Max(Usual(stretches, level) * factor, Math.Max(median + rule.Absolute, median * rule.Relative));
            var beyond = window.AsSpan(FirstAbove(window, bar));
            if (beyond.IsEmpty)
            {
                continue;
            }

            var share = new Share(beyond.Length, window.Length);
            var usual = Unusual(stretches, bar, observations);
            var significance = usual.Significance(share);
            if (share.Rate <= usual.Rate || significance < rule.MinSignificance)
            {
                continue;
            }

            var typical = Robust.Quantile(beyond, 0.5);
            var growth = typical - median;
            var strength = Strength.OfSignificance(significance) * Strength.OfRatio(median, typical, RatioFloor)
                * (growth / (growth + (0.2 * view.TypicalTrace))) * Strength.OfCount(window.Length) * Math.Sqrt(share.Rate - usual.Rate);
            if (best is null || strength > best.Strength)
            {
                double extra = 0;
                foreach (var value in beyond)
                {
                    extra += value - median;
                }

                best = new Growth(key, samples, strength, significance, extra, median, typical, bar, share, observations);
            }
        }

        return best;
    }

    /// <summary>A call that had no such time at all before, of a service that was busy before: a client span that used to have a server side.</summary>
    private static bool IsNew(WorldView view, TimeKey key) =>
        !key.IsEdge && view.Times.Any(t => t.Key.Service == key.Service && t.Value.Baseline.Sum(s => s.Count) >= 20)
        && view.Times[key].Baseline.All(s => s.Count == 0);

    private static Growth? Appeared(WorldView view, TimeKey key, TimeSamples samples)
    {
        var values = samples.Window.Select(s => s.Nanoseconds).Order().ToArray();
        var typical = Robust.Quantile(values, 0.5);
        if (typical < Rules.Of(FindingKind.ExclusiveTimeGrew).Absolute)
        {
            return null;
        }

        var observations = view.Times.Where(t => t.Key.Service == key.Service).Max(t => t.Value.Baseline.Sum(s => s.Count));
        var significance = new UsualRate(0, 0, observations).Significance(new Share(values.Length, Math.Max(values.Length, observations / 4)));
        var strength = 0.5 * Strength.OfSignificance(significance) * Strength.OfRatio(0, typical, RatioFloor)
            * (typical / (typical + (0.2 * view.TypicalTrace))) * Strength.OfCount(values.Length);
        return new Growth(key, samples, strength, significance, values.Sum(v => (double)v), 0, typical, 0, new Share(values.Length, values.Length), observations);
    }

    private static double Usual(long[][] stretches, double level) =>
        Robust.WeightedMedian([.. stretches.Select(s => new Weighted(Robust.Quantile(s, level), s.Length))]);

    private static UsualRate Unusual(long[][] stretches, double bar, int observations)
    {
        var usual = UsualRate.Of(stretches.Select(s => new Share(s.Length - FirstAbove(s, bar), s.Length)));
        return usual with { Rate = Math.Max(usual.Rate, 1.0 / (observations + 2)) };
    }

    private static int FirstAbove(long[] ascending, double bar)
    {
        var low = 0;
        var high = ascending.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ascending[middle] > bar)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    private static void Report(WorldView view, Findings findings, Growth growth, List<Growth> all)
    {
        var key = growth.Key;
        var slow = growth.Samples.Window.Where(s => s.Nanoseconds > growth.Bar).ToArray();
        var traces = slow.Select(s => s.Trace).ToHashSet();
        var onset = slow.Length == 0 ? 0 : slow.Min(s => view.World.Traces[s.Trace].Start);
        var peer = slow.GroupBy(s => s.Peer).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).First().Key;
        var before = Phrase.Nanoseconds(growth.Median);
        var after = Phrase.Nanoseconds(growth.Typical);
        var share = Phrase.Percent(growth.Share.Rate);
        var caution = Phrase.Caution(Math.Min(growth.Share.Of, growth.Observations));
        var finding = new Finding
        {
            Kind = FindingKind.ExclusiveTimeGrew,
            Entity = key.Service,
            Instance = InstanceOf(growth.Samples, growth.Bar),
            Operation = key.Operation,
            Peer = peer,
            Strength = growth.Strength,
            Significance = growth.Significance,
            Change = new Comparison(growth.Median / 1e9, growth.Typical / 1e9, "s"),
            Onset = onset,
            Observations = growth.Share.Of,
            Traces = traces,
            Statement = growth.Median == 0 && growth.Bar == 0
                ? $"{view.ServiceName(key.Service)} spends {after} in '{key.Operation}'{(peer.Length > 0 ? $" calling {peer}" : "")}, which had no such time before{caution}."
                : $"{view.ServiceName(key.Service)} itself takes {after} in '{key.Operation}'{(peer.Length > 0 ? $" calling {peer}" : "")} where {before} is usual, in {share} of the calls{caution}.",
            Query = EvidenceQueries.Traces(view.World, view.ServiceName(key.Service), key.Operation),
        };
        if (!key.IsEdge)
        {
            findings.Add(finding);
            return;
        }

        var toCallee = ShareOfCallee(key, all, view);
        var statement = $"Between {view.ServiceName(key.Service)} and {view.ServiceName(key.Callee)} ('{key.Operation}') {after} pass in neither's work where {before} is usual, in {share} of the calls{caution}.";
        findings.Add(finding with
        {
            Kind = FindingKind.NetworkTimeGrew,
            Entity = key.Callee,
            Peer = view.ServiceName(key.Service),
            Strength = growth.Strength * toCallee,
            Statement = statement,
            Query = EvidenceQueries.Traces(view.World, view.ServiceName(key.Callee), key.Operation),
        });
        findings.Add(finding with
        {
            Kind = FindingKind.NetworkTimeGrew,
            Instance = -1,
            Peer = view.ServiceName(key.Callee),
            Strength = growth.Strength * (1 - toCallee),
            Statement = statement,
        });
    }

    /// <summary>
    /// Whose side of a slow connection is at fault: the end whose other connections (and own work) are slow too. An end with many healthy
    /// connections is hardly to blame.
    /// </summary>
    private static double ShareOfCallee(TimeKey key, List<Growth> all, WorldView view)
    {
        var caller = Blame(key.Service, view.Times.Keys.Where(k => (k.Service == key.Service && (!k.IsEdge || k.Callee != key.Callee)) || k.Callee == key.Service));
        var callee = Blame(key.Callee, view.Times.Keys.Where(k => (k.Callee == key.Callee && k.Service != key.Service) || (k.Service == key.Callee && k.IsEdge)));
        return callee / (callee + caller);

        double Blame(int service, IEnumerable<TimeKey> others)
        {
            double slow = 0;
            var measured = 0;
            foreach (var other in others)
            {
                if (view.Times[other].Window.Count < 3)
                {
                    continue;
                }

                measured++;
                slow += all.Find(g => g.Key == other)?.Strength ?? 0;
            }

            // One imagined half-slow connection, so that no evidence means no opinion.
            return (0.1 + slow) / (0.5 + measured);
        }
    }

    /// <summary>The one instance that is slow while others of the service are not, or the only one there is; -1 otherwise.</summary>
    private static int InstanceOf(TimeSamples samples, double bar)
    {
        var instances = samples.Window.GroupBy(s => s.Instance).Select(g => (g.Key, Rate: g.Count(s => s.Nanoseconds > bar) / (double)g.Count())).OrderByDescending(g => g.Rate).ToArray();
        return instances.Length == 1 || (instances.Length > 1 && instances[0].Rate > 3 * instances[1].Rate) ? instances[0].Key : -1;
    }

    private sealed record Growth(
        TimeKey Key, TimeSamples Samples, double Strength, double Significance, double Extra, double Median, double Typical, double Bar, Share Share, int Observations);
}
