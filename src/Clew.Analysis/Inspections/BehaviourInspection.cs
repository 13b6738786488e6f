using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections;

/// <summary>
/// What an operation does, invocation by invocation, compared with what it used to do: log statements, calls and steps that appeared or
/// vanished. Code that returns early or throws shows here even when nothing is slow and no status says error.
/// </summary>
internal sealed class BehaviourInspection : IInspection
{
    /// <summary>The window is also judged without its first sixths: a fault rarely starts with it. Each further try costs significance.</summary>
    private const int Onsets = 4;

    private const double OnsetPenalty = 0.5;

    /// <summary>Share of error-free invocations from which a stretch is called healthy, and of failing ones from which it is called sick.</summary>
    private const double Healthy = 0.1;

    private const double Sick = 0.5;

    public string Name => Rules.Of(FindingKind.StepVanished).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var chronic = ChronicErrors.Find(view);
        foreach (var name in chronic.Descriptions)
        {
            findings.AddUnknown(Name, null, name);
        }

        foreach (var set in view.Invocations.OrderBy(s => s.Service).ThenBy(s => s.Operation, StringComparer.Ordinal))
        {
            Judge(view, set, chronic, findings);
        }
    }

    private static void Judge(WorldView view, InvocationSet set, ChronicErrors chronic, Findings findings)
    {
        var rule = Rules.Of(FindingKind.StepVanished);
        var window = set.Window.Where(i => !chronic.Spoils(i.Trace)).OrderBy(i => i.Start).ToArray();
        var stretches = Reference([.. set.Baseline.Select(s => s.Where(i => !chronic.Spoils(i.Trace)).ToArray()).Where(s => s.Length > 0)]);
        var observations = stretches.Sum(s => s.Length);
        if (window.Length < rule.MinWindow || observations < rule.MinBaseline)
        {
            return;
        }

        var usualErrors = UsualRate.Of(stretches.Select(s => new Share(s.Count(i => i.LogsError), s.Length)));
        var hits = stretches.Select(Count).ToArray();
        var features = hits.SelectMany(h => h.Keys).Concat(window.SelectMany(i => i.Features)).Distinct().Order().ToArray();
        var usual = features.ToDictionary(f => f, f => UsualRate.Of(stretches.Select((s, i) => new Share(hits[i].GetValueOrDefault(f), s.Length))));
        var best = new Dictionary<int, Finding>();
        for (var onset = 0; onset < Onsets; onset++)
        {
            var from = view.World.Window.Start + (onset * ((view.World.Window.End - view.World.Window.Start) / 6));
            var part = window.Where(i => i.Start >= from).ToArray();
            if (part.Length < (onset == 0 ? rule.MinWindow : 2 * rule.MinWindow))
            {
                break;
            }

            var counts = Count(part);
            var errors = new Share(part.Count(i => i.LogsError), part.Length).Rate - usualErrors.Rate;
            foreach (var feature in features)
            {
                var finding = Judge(view, set, feature, new Share(counts.GetValueOrDefault(feature), part.Length), usual[feature], errors, onset, part);
                if (finding is not null && (!best.TryGetValue(feature, out var known) || finding.Strength > known.Strength * 1.05))
                {
                    best[feature] = finding;
                }
            }
        }

        foreach (var finding in best.Values)
        {
            findings.Add(finding);
        }
    }

    private static Finding? Judge(WorldView view, InvocationSet set, int number, Share window, UsualRate usual, double errorGrowth, int onset, Invocation[] part)
    {
        var feature = view.Feature(number);
        var appeared = window.Rate > usual.Rate;
        var isError = feature.Kind == FeatureKind.Log && view.World.Templates[feature.Template].IsError;
        if (isError && !appeared)
        {
            // Fewer errors are no fault.
            return null;
        }

        var kind = (feature.Kind, appeared, isError) switch
        {
            (FeatureKind.Log, _, true) => FindingKind.ErrorLogsAppeared,
            (FeatureKind.Log, true, _) => FindingKind.LogStatementAppeared,
            (FeatureKind.Log, false, _) => FindingKind.LogStatementVanished,
            (_, true, _) => FindingKind.StepAppeared,
            _ => FindingKind.StepVanished,
        };
        var rule = Rules.Of(kind);
        var significance = usual.Significance(window);
        var difference = Math.Abs(window.Rate - usual.Rate);
        if (difference < rule.Absolute || Math.Abs(significance) < rule.MinSignificance)
        {
            return null;
        }

        // Another wording for what failed before is not a new failure: the operation as a whole must fail more often.
        var effect = isError ? Math.Min(difference, Math.Max(0.1 * difference, errorGrowth)) : difference;
        var strength = Strength.OfSignificance(Math.Abs(significance) - (onset > 0 ? OnsetPenalty : 0)) * effect * Strength.OfCount(window.Of);
        var affected = part.Where(i => i.Features.Contains(number) == appeared).ToArray();
        var service = view.ServiceName(set.Service);
        return new Finding
        {
            Kind = kind,
            Entity = set.Service,
            Instance = InstanceOf(part, number, appeared),
            Operation = set.Operation,
            Peer = feature.Kind == FeatureKind.Call ? view.ServiceName(feature.Service) : feature.Kind == FeatureKind.Peer ? feature.Name : "",
            Strength = strength,
            Significance = significance,
            Change = new Comparison(usual.Rate, window.Rate, "1"),
            Onset = affected.Length == 0 ? 0 : affected.Min(i => i.Start),
            Observations = window.Of,
            Traces = affected.Select(i => i.Trace).ToHashSet(),
            Statement = $"{service} {Described(view, feature, appeared)} in {Phrase.Percent(window.Rate)} of its '{set.Operation}' requests{(onset > 0 ? $" since {Phrase.Time(part.Min(i => i.Start))}" : "")}; {Phrase.Percent(usual.Rate)} is usual{Phrase.Caution(Math.Min(window.Of, usual.Observations))}.",
            Query = feature.Kind == FeatureKind.Log
                ? EvidenceQueries.Logs(view.World, service)
                : EvidenceQueries.Traces(view.World, service, set.Operation),
        };
    }

    private static string Described(WorldView view, Feature feature, bool appeared) => (feature.Kind, appeared) switch
    {
        (FeatureKind.Log, _) => $"logs \"{Phrase.Template(view.World.Templates[feature.Template])}\"",
        (FeatureKind.Call, _) => $"calls {view.ServiceName(feature.Service)} '{feature.Name}'",
        (FeatureKind.Peer, _) => $"calls {feature.Name}",
        (FeatureKind.Event, _) => $"records the event '{feature.Name}'",
        _ => $"goes through the step '{feature.Name}'",
    };

    /// <summary>
    /// The stretches to compare with. When an operation failed in some stretches and not in others, its normal state is the one without errors:
    /// an earlier occurrence of the same fault must not become usual.
    /// </summary>
    private static Invocation[][] Reference(Invocation[][] stretches)
    {
        var rates = stretches.Select(s => s.Count(i => i.LogsError) / (double)s.Length).ToArray();
        var healthy = stretches.Where((_, i) => rates[i] <= Healthy).ToArray();
        return rates.Any(r => r >= Sick) && healthy.Length >= Math.Max(2, 0.25 * stretches.Length) && healthy.Sum(s => s.Length) >= 5
            ? [.. stretches.Where((_, i) => rates[i] < Sick)]
            : stretches;
    }

    private static Dictionary<int, int> Count(IEnumerable<Invocation> invocations)
    {
        var counts = new Dictionary<int, int>();
        foreach (var invocation in invocations)
        {
            foreach (var feature in invocation.Features)
            {
                counts[feature] = counts.GetValueOrDefault(feature) + 1;
            }
        }

        return counts;
    }

    private static int InstanceOf(Invocation[] part, int feature, bool appeared)
    {
        var instances = part.GroupBy(i => i.Instance)
            .Select(g => (g.Key, Rate: g.Count(i => i.Features.Contains(feature) == appeared) / (double)g.Count()))
            .OrderByDescending(g => g.Rate).ToArray();
        return instances.Length == 1 || (instances.Length > 1 && instances[0].Rate > 3 * instances[1].Rate) ? instances[0].Key : -1;
    }
}
