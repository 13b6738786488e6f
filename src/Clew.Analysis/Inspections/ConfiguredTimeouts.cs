using Clew.Analysis.Changes;
using Clew.Analysis.Observations;

namespace Clew.Analysis.Inspections;

/// <summary>Limits of time that a service is known to be configured with: by fields of its warnings and errors, and by what its changes say.</summary>
internal static class ConfiguredTimeouts
{
    /// <summary>A limit and the time after which calls are given up may differ by this share of it: timers fire late, and closing takes its time.</summary>
    private const double Tolerance = 0.1;

    /// <summary>Words of a field's name, or of a change, that mean a limit of time.</summary>
    private static readonly string[] Words = ["timeout", "deadline", "max_wait", "maxwait", "ttl"];

    /// <param name="nanoseconds">The time after which something is given up.</param>
    /// <returns>What is set to this time, in its own words: <c>timeout_ms=250</c>; null when nothing is known.</returns>
    public static string? Find(WorldView view, int service, double nanoseconds)
    {
        var world = view.World;
        foreach (var clue in world.LogRates.Where(r => r.Service == service && r.Counts[0] > 0).OrderBy(r => r.Template).SelectMany(r => world.Templates[r.Template].Clues))
        {
            var equals = clue.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && MeansLimit(clue[..equals]) && Quantities.Of(clue[(equals + 1)..]) is [var only] && Is(Seconds(clue[..equals], only), nanoseconds))
            {
                return clue;
            }
        }

        return world.Changes.Where(c => string.Equals(c.Service, view.ServiceName(service), StringComparison.OrdinalIgnoreCase) && MeansLimit(c.Summary))
            .Where(c => Quantities.Of(c.Summary).Any(q => q.IsDuration && Is(q.Value, nanoseconds)))
            .OrderByDescending(c => c.Time).Select(c => c.Summary).FirstOrDefault();
    }

    private static bool MeansLimit(string text) => Words.Any(w => text.Contains(w, StringComparison.OrdinalIgnoreCase));

    private static bool Is(double seconds, double nanoseconds) => seconds > 0 && Math.Abs((seconds * 1e9) - nanoseconds) <= Tolerance * seconds * 1e9;

    /// <summary>A bare number is in the unit that the field's name ends with, seconds where it has none.</summary>
    private static double Seconds(string name, Quantity quantity) => quantity.IsDuration ? quantity.Value
        : name.EndsWith("ms", StringComparison.OrdinalIgnoreCase) || name.EndsWith("millis", StringComparison.OrdinalIgnoreCase) ? quantity.Value / 1e3
        : quantity.Value;
}
