using Clew.Analysis.Errors;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;

namespace Clew.Analysis.Inspections.Resources;

/// <summary>File descriptors near their limit, and the complaint that there are none left ("too many open files").</summary>
internal sealed class DescriptorInspection : IInspection
{
    private const double Near = 0.9;

    public string Name => Rules.Of(FindingKind.DescriptorsExhausted).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.DescriptorsExhausted);
        var world = view.World;
        foreach (var series in world.Series.Where(s => s.Service >= 0 && ResourceVocabulary.Of(s) == ResourceMeasure.Descriptors))
        {
            var limit = world.Series.Where(s => ResourceVocabulary.Of(s) == ResourceMeasure.DescriptorLimit && s.Service == series.Service && s.Instance == series.Instance)
                .SelectMany(s => s.Points).Select(p => p.Value).Where(v => v > 0).DefaultIfEmpty(0).Min();
            if (limit <= 0 || SeriesComparison.Of(world, series, rule.MinWindow, rule.MinBaseline) is not { } c || c.Peak < Near * limit || c.Usual >= 0.7 * limit)
            {
                continue;
            }

            findings.Add(ResourceFinding.Make(
                view, FindingKind.DescriptorsExhausted, series, series.Service, Math.Min(1, c.Peak / limit), Math.Max(rule.MinSignificance, c.Rise(c.Peak)), c.Usual, c.Peak,
                SeriesComparison.Onset(world, series, c.Highest), c.Window,
                $"{ResourceFinding.Named(view, series, series.Service)} reached {Phrase.Number(c.Peak)} of {Phrase.Number(limit)}, {Phrase.Number(c.Usual)} is usual: soon it can open no file and no connection.",
                Fixes(view.ServiceName(series.Service))));
        }

        foreach (var rate in world.LogRates.Where(r => LogExcess.IsUnheard(r) && FailureText.Of(world.Templates[r.Template].Text) == FailureCause.Descriptors))
        {
            var name = view.ServiceName(rate.Service);
            findings.Add(LogExcess.Unheard(view, rate, FindingKind.DescriptorsExhausted, "has no file descriptors left, it says") with
            {
                Query = EvidenceQueries.Logs(world, name, text: "open files"),
                Fixes = Fixes(name),
            });
        }

        foreach (var edge in view.Calls.Edges)
        {
            if (Dependencies.Excess.Of(edge, c => c.Cause == FailureCause.Descriptors, rule with { Absolute = 0.05, Relative = 0.05, MinWindow = 3, MinBaseline = 4, MinSignificance = 2.5 }) is { } excess)
            {
                var name = view.ServiceName(edge.Caller);
                findings.Add(excess.Finding(view, FindingKind.DescriptorsExhausted, $"{name} has no file descriptors left to call {edge.Peer} with: {excess.Said} fail on it.") with { Peer = "", Fixes = Fixes(name) });
            }
        }
    }

    private static NextStep[] Fixes(string name) =>
    [
        new($"Restart instances of {name} one by one as mitigation, and raise its limit of open files."),
        new($"See what {name} keeps open: files, or connections that are not closed.", "ls -l /proc/PID/fd | awk '{print $NF}' | sort | uniq -c | sort -n | tail"),
    ];
}
