using System.Globalization;
using Clew.Analysis.Statistics;
using Clew.Analysis.Worlds;
using Clew.Server.Configuration;

namespace Clew.Server.Investigations;

/// <summary>What the store holds in one step of time before the window.</summary>
/// <param name="Start">Nanoseconds since the Unix epoch.</param>
/// <param name="ErrorShare">Share of spans with status error, 0 to 1.</param>
/// <param name="P95">95th percentile of span durations, nanoseconds.</param>
internal readonly record struct Step(long Start, long Spans, long Traces, double ErrorShare, double P95);

/// <summary>The stretches to compare with, and why these.</summary>
internal sealed record PickedBaseline(IReadOnlyList<WorldStretch> Stretches, string Reason);

/// <summary>
/// Picks what is taken for normal: the stretches with data that are nearest before the window, leaving a gap to it (pages come late, faults
/// creep in), without those that were in trouble themselves.
/// </summary>
internal static class BaselinePicker
{
    /// <summary>Traces in a stretch below which it says nothing.</summary>
    private const int MinTraces = 5;

    /// <summary>A stretch counts as in trouble when its share of errors exceeds the usual one by this much and by six spreads.</summary>
    private const double MinErrorExcess = 0.05;

    /// <summary>… or when its spans take this many times longer than usual.</summary>
    private const double MaxSlowdown = 4;

    /// <summary>Never leave out more than this share of the stretches: then trouble is what is normal.</summary>
    private const double MaxTroubled = 0.4;

    /// <param name="steps">Steps with data before the window, in any order; none overlaps the window.</param>
    /// <param name="stepLength">Nanoseconds.</param>
    /// <param name="windowStart">Nanoseconds since the Unix epoch.</param>
    /// <param name="gap">Nanoseconds to leave before the window if there is data before the gap.</param>
    /// <param name="most">Stretches that are looked at.</param>
    public static PickedBaseline Pick(IReadOnlyList<Step> steps, long stepLength, long windowStart, long gap, int most)
    {
        var usable = steps.Where(s => s.Traces >= MinTraces && s.Start < windowStart).OrderByDescending(s => s.Start).ToArray();
        if (usable.Length == 0)
        {
            return new PickedBaseline([], steps.Count == 0
                ? "The store holds no spans before the window."
                : $"No stretch before the window has {MinTraces} traces.");
        }

        var beforeGap = usable.Where(s => s.Start + stepLength <= windowStart - gap).ToArray();
        var withGap = beforeGap.Length > 0;
        var nearest = (withGap ? beforeGap : usable).Take(most).ToArray();
        var troubled = Troubled(nearest);
        var picked = nearest.Where(s => !troubled.Contains(s.Start)).OrderBy(s => s.Start)
            .Select(s => new WorldStretch(s.Start, Math.Min(s.Start + stepLength, windowStart), s.Spans, s.Traces)).ToArray();
        var skipped = nearest.Length > 1 ? ((nearest[0].Start - nearest[^1].Start) / stepLength) + 1 - nearest.Length : 0;
        var reason = string.Create(CultureInfo.InvariantCulture,
            $"The {picked.Length} stretches of {Length(stepLength)} with data that are nearest before the window{(withGap ? $", leaving a gap of {Length(gap)}" : ", without a gap because there is no data further back")}");
        return new PickedBaseline(picked, reason
            + (skipped > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {skipped} stretches between them hold no or too little data") : "")
            + (troubled.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {troubled.Count} were left out because they were in trouble themselves") : "") + ".");
    }

    /// <summary>Cuts a baseline that the asker chose into stretches.</summary>
    public static PickedBaseline Cut(long start, long end, long stepLength, IReadOnlyList<Step> steps, InvestigationLimits limits)
    {
        var length = Math.Max(stepLength, (end - start) / limits.Stretches);
        var stretches = new List<WorldStretch>();
        for (var from = start; from < end && stretches.Count < limits.Stretches; from += length)
        {
            var to = from + length > end - (length / 2) ? end : from + length;
            var within = steps.Where(s => s.Start >= from && s.Start < to).ToArray();
            stretches.Add(new WorldStretch(from, to, within.Sum(s => s.Spans), within.Sum(s => s.Traces)));
            if (to == end)
            {
                break;
            }
        }

        return new PickedBaseline(stretches, "As asked for.");
    }

    private static HashSet<long> Troubled(Step[] steps)
    {
        if (steps.Length < 4)
        {
            return [];
        }

        var errors = steps.Select(s => new Weighted(s.ErrorShare, 1)).ToArray();
        var usualErrors = Robust.WeightedMedian(errors);
        var spread = Robust.WeightedDeviation(errors, usualErrors);
        var usualP95 = Robust.Median(steps.Select(s => s.P95));
        var troubled = steps
            .Where(s => s.ErrorShare > usualErrors + Math.Max(MinErrorExcess, 6 * spread) || s.P95 > MaxSlowdown * usualP95)
            .Select(s => s.Start).ToHashSet();
        return troubled.Count <= MaxTroubled * steps.Length ? troubled : [];
    }

    private static string Length(long nanoseconds) => nanoseconds >= 120_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 60e9:0.#} min")
        : string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.#} s");
}
