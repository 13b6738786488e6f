using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Analysis.Errors;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;

namespace Clew.Analysis.Inspections.DataStores;

/// <summary>Full pools where no metric tells of them: calls that got no connection, and log lines that name how many are in use and how many there may be.</summary>
internal sealed partial class PoolSignsInspection : IInspection
{
    public string Name => Rules.Of(FindingKind.PoolRefused).Inspection;

    public void Inspect(WorldView view, Findings findings)
    {
        var rule = Rules.Of(FindingKind.PoolRefused);
        foreach (var edge in view.Calls.Edges)
        {
            if (Dependencies.Excess.Of(edge, c => c.Cause == FailureCause.Pool, rule) is not { } excess)
            {
                continue;
            }

            var name = view.ServiceName(edge.Caller);
            var statement = $"{name} gets no connection to {edge.Peer}: {excess.Said} fail on its pool (\"{excess.Message(view)}\").";
            findings.Add(excess.Finding(view, FindingKind.PoolRefused, statement) with { Operation = excess.Hits[0].Operation });
        }

        FromLogs(view, findings);
    }

    private static void FromLogs(WorldView view, Findings findings)
    {
        var world = view.World;
        foreach (var rate in world.LogRates.Where(r => r.Counts[0] > 0 && r.Counts[0] > 2 * r.Counts.Skip(1).DefaultIfEmpty(0).Max()))
        {
            // An example is kept of error lines only; the template of the others has mostly lost its numbers.
            var line = world.Templates[rate.Template] is { Example.Length: > 0 } template ? template.Example : world.Templates[rate.Template].Text;
            if (Active().Match(line) is not { Success: true } active || Size().Match(line) is not { Success: true } size
                || !int.TryParse(active.Groups["number"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var used)
                || !int.TryParse(size.Groups["number"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit <= 0 || used < limit)
            {
                continue;
            }

            var name = view.ServiceName(rate.Service);
            findings.Add(new Finding
            {
                Kind = FindingKind.PoolRefused,
                Entity = rate.Service,
                Strength = 0.9 * Strength.OfCount(rate.Counts[0] * 3),
                Significance = 6,
                Change = new Comparison(limit, used, "{connection}"),
                Onset = rate.FirstInWindow,
                Observations = rate.Counts[0],
                Statement = Phrase.Text($"{name} logs {used} connections in use where its pool holds {limit}: \"{Phrase.Template(world.Templates[rate.Template])}\"."),
                Query = EvidenceQueries.Logs(world, name, "error"),
            });
        }
    }

    [GeneratedRegex("""(?:active|busy|used|in[_ ]use)[_ ]?(?:connections?|conns?)?["']?\s*[:=]\s*["']?(?<number>\d{1,7})""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Active();

    [GeneratedRegex("""(?:pool[_ ]?size|max[_ ]?pool[_ ]?size|max(?:imum)?[_ ]?connections|total|pool[_ ]?limit)["']?\s*[:=]\s*["']?(?<number>\d{1,7})""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Size();
}
