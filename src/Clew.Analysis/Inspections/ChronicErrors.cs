using Clew.Analysis.Observations;
using Clew.Analysis.Worlds;

namespace Clew.Analysis.Inspections;

/// <summary>
/// Errors that are always about: one statement that writes ERROR lines in several services, in most stretches of the baseline, no more in the
/// window than at other times. Which service it hits changes by the minute, so it looks new wherever it is; requests it spoils cannot be
/// compared with others.
/// </summary>
internal sealed class ChronicErrors
{
    private const int MinServices = 3;
    private const int MinStretches = 3;

    /// <summary>More often than not.</summary>
    private const double MinShareOfStretches = 0.5;

    /// <summary>How far the window may exceed the worst stretch of the baseline.</summary>
    private const double MaxExcess = 1.5;

    /// <summary>When less than this share of the window's requests remains, nothing is left out.</summary>
    private const double MinRemaining = 0.2;

    private readonly HashSet<int> _spoilt;

    private ChronicErrors(HashSet<int> spoilt, IReadOnlyList<string> descriptions)
    {
        _spoilt = spoilt;
        Descriptions = descriptions;
    }

    /// <summary>What was left out, as sentences.</summary>
    public IReadOnlyList<string> Descriptions { get; }

    public bool Spoils(int trace) => _spoilt.Contains(trace);

    public static ChronicErrors Find(WorldView view)
    {
        var world = view.World;
        var window = new Dictionary<int, int>();
        var stretches = world.Baseline.Select(_ => new Dictionary<int, int>()).ToArray();
        var sizes = new int[world.Baseline.Count];
        var services = new Dictionary<int, HashSet<int>>();
        foreach (var trace in world.Traces)
        {
            var counts = trace.Stretch < 0 ? window : stretches[trace.Stretch];
            if (trace.Stretch >= 0)
            {
                sizes[trace.Stretch]++;
            }

            foreach (var template in Errors(world, trace).Distinct())
            {
                counts[template] = counts.GetValueOrDefault(template) + 1;
            }

            if (trace.Stretch >= 0)
            {
                foreach (var log in trace.Logs.Where(l => world.Templates[l.Template].IsError))
                {
                    (services.TryGetValue(log.Template, out var known) ? known : services[log.Template] = []).Add(log.Service);
                }
            }
        }

        var measured = Enumerable.Range(0, sizes.Length).Where(i => sizes[i] > 0).ToArray();
        var chronic = services.Where(s => s.Value.Count >= MinServices && measured.Length >= MinStretches && IsChronic(s.Key)).Select(s => s.Key).ToHashSet();
        var spoilt = Enumerable.Range(0, world.Traces.Count).Where(i => Errors(world, world.Traces[i]).Any(chronic.Contains)).ToHashSet();
        var remaining = view.WindowTraces.Count(t => !spoilt.Contains(t));
        return remaining < MinRemaining * view.WindowTraces.Length
            ? new ChronicErrors([], [])
            : new ChronicErrors(spoilt, [.. chronic.Order().Select(t =>
                $"Requests with the everyday error \"{Phrase.Template(world.Templates[t])}\" ({services[t].Count} services write it, no more than usual) were left out of the comparison.")]);

        bool IsChronic(int template)
        {
            var rates = measured.Select(i => stretches[i].GetValueOrDefault(template) / (double)sizes[i]).ToArray();
            return rates.Count(r => r > 0) >= MinShareOfStretches * rates.Length
                && window.GetValueOrDefault(template) / (double)Math.Max(1, view.WindowTraces.Length) <= MaxExcess * Math.Max(rates.Max(), 0.02);
        }
    }

    private static IEnumerable<int> Errors(World world, WorldTrace trace) => trace.Logs.Where(l => world.Templates[l.Template].IsError).Select(l => l.Template);
}
