using Clew.Analysis.Inspections;
using Clew.Analysis.Observations;
using Clew.Analysis.Reports;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;
using Clew.Telemetry;

namespace Clew.Analysis.Ranking;

/// <summary>What users felt: the operations at which requests enter the system, before and during.</summary>
internal static class ImpactReader
{
    /// <summary>Entry points that are well and told of, busiest first.</summary>
    private const int MaxNotAffected = 20;

    private const double MinErrorGrowth = 0.02;
    private const double MinSlowdown = 1.3;
    private const double MinSlowdownNanoseconds = 20e6;

    /// <summary>Entry operations that got worse, worst first.</summary>
    public static List<Impact> Read(WorldView view)
    {
        var world = view.World;
        var roots = new Dictionary<(int Service, string Name), List<(int Stretch, WorldSpan Span)>>();
        foreach (var trace in world.Traces)
        {
            var root = trace.Spans[0];
            var operation = world.Operations[root.Operation];
            if (operation.Kind is SpanKind.Consumer)
            {
                continue;
            }

            (roots.TryGetValue((operation.Service, operation.Name), out var known) ? known : roots[(operation.Service, operation.Name)] = []).Add((trace.Stretch, root));
        }

        var found = new List<(double Badness, Impact Impact)>();
        foreach (var ((service, name), spans) in roots)
        {
            var window = spans.Where(s => s.Stretch < 0).Select(s => s.Span).ToArray();
            var before = spans.Where(s => s.Stretch >= 0).Select(s => s.Span).ToArray();
            if (window.Length < 3 || before.Length < 3)
            {
                continue;
            }

            var errors = (Share(before), Share(window));
            var p95 = (P95(before), P95(window));
            var rate = Rates(world, service, name);
            var isSlower = !view.Course.IsUsual(service, name) && p95.Item2 > MinSlowdown * p95.Item1 && p95.Item2 - p95.Item1 > MinSlowdownNanoseconds;
            if (errors.Item2 - errors.Item1 < MinErrorGrowth && !isSlower)
            {
                continue;
            }

            var statuses = window.Where(ErrorOriginInspection.IsFailure).Select(s => s.Facts?.Status ?? "").Where(s => s.Length > 0)
                .GroupBy(s => s).Select(g => new StatusCount(g.Key, g.Count())).OrderByDescending(s => s.Count).ThenBy(s => s.Status, StringComparer.Ordinal).ToArray();
            var failures = errors.Item2 - errors.Item1 >= MinErrorGrowth
                ? $"{Phrase.Percent(errors.Item2)} fail ({Phrase.Percent(errors.Item1)} before{(statuses.Length > 0 ? $"; {string.Join(", ", statuses.Take(3).Select(s => $"{s.Status}: {Phrase.Percent(s.Count / (double)statuses.Sum(x => x.Count))}"))}" : "")})"
                : "";
            var slow = isSlower ? $"p95 {Phrase.Nanoseconds(p95.Item2)} ({Phrase.Nanoseconds(p95.Item1)} before)" : "";
            found.Add((((errors.Item2 - errors.Item1) * window.Length) + (isSlower ? Math.Log(p95.Item2 / p95.Item1) * 0.05 * window.Length : 0), new Impact
            {
                Service = view.ServiceName(service),
                Operation = name,
                RequestRate = new Comparison(rate.Before, rate.Window, "{request}/s"),
                ErrorRatio = new Comparison(Math.Round(errors.Item1, 6), Math.Round(errors.Item2, 6), "1"),
                DurationP95 = new Comparison(p95.Item1 / 1e9, p95.Item2 / 1e9, "s"),
                ErrorStatuses = statuses,
                Summary = $"{view.ServiceName(service)} '{name}': {string.Join(", ", new[] { failures, slow }.Where(t => t.Length > 0))}",
            }));
        }

        return [.. found.OrderByDescending(f => f.Badness).ThenBy(f => f.Impact.Summary, StringComparer.Ordinal).Select(f => f.Impact)];
    }

    /// <summary>How many were hit. Counts come from the store where it has them for an entry operation, shares from the sample.</summary>
    public static ImpactTotals Totals(WorldView view, IReadOnlyList<Impact> impact)
    {
        var world = view.World;
        var entries = new Dictionary<(int Service, string Name), int>();
        foreach (var trace in view.WindowTraces)
        {
            var operation = view.Operation(world.Traces[trace].Spans[0]);
            if (world.Traces[trace].Spans[0].Parent < 0 && operation.Kind is not SpanKind.Consumer)
            {
                entries[(operation.Service, operation.Name)] = entries.GetValueOrDefault((operation.Service, operation.Name)) + 1;
            }
        }

        long requests = 0;
        foreach (var (entry, sampled) in entries)
        {
            var exact = world.Red.Where(r => r.Stretch < 0 && world.Operations[r.Operation].Service == entry.Service && world.Operations[r.Operation].Name == entry.Name).Sum(r => r.Count);
            requests += Math.Max(exact, sampled);
        }

        var users = view.Suffering.Window.Select(t => world.Traces[t].Spans.Select(s => s.Facts?.User ?? "").FirstOrDefault(u => u.Length > 0)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var knowsUsers = world.Traces.Any(t => t.Spans.Any(s => s.Facts is { User.Length: > 0 }));
        var affected = impact.Select(i => $"{i.Service} '{i.Operation}'").ToArray();
        return new ImpactTotals
        {
            Requests = requests,
            RequestsHit = (long)Math.Round(requests * view.Suffering.Excess),
            UsersHit = knowsUsers ? users.Count : null,
            Affected = affected,
            NotAffected = [.. entries.OrderByDescending(e => e.Value).ThenBy(e => e.Key.Name, StringComparer.Ordinal).Select(e => $"{view.ServiceName(e.Key.Service)} '{e.Key.Name}'").Where(e => !affected.Contains(e)).Take(MaxNotAffected)],
        };
    }

    private static double Share(WorldSpan[] spans) => spans.Count(ErrorOriginInspection.IsFailure) / (double)spans.Length;

    private static double P95(WorldSpan[] spans) => Robust.Quantile(spans.Select(s => s.Duration).Order().ToArray(), 0.95);

    private static (double? Before, double? Window) Rates(World world, int service, string name)
    {
        long window = 0, before = 0;
        foreach (var red in world.Red)
        {
            var operation = world.Operations[red.Operation];
            if (operation.Service == service && operation.Name == name)
            {
                window += red.Stretch < 0 ? red.Count : 0;
                before += red.Stretch < 0 ? 0 : red.Count;
            }
        }

        var seconds = world.Baseline.Sum(b => (b.End - b.Start) / 1e9);
        return world.Red.Count == 0
            ? (null, null)
            : (seconds > 0 ? Math.Round(before / seconds, 4) : null, Math.Round(window / Math.Max(1e-9, (world.Window.End - world.Window.Start) / 1e9), 4));
    }
}
