using Clew.Storage.Reading;

namespace Clew.Storage.Derivation;

/// <summary>A time range, cut into what roll-ups answer and what spans must.</summary>
/// <param name="Rolled">From one whole minute to another; null when nothing of the range is rolled up.</param>
/// <param name="Raw">The rest: the parts of minutes at both ends, and minutes within that have changed. Ascending, without overlap.</param>
internal sealed record RolledParts(TimeRange? Rolled, IReadOnlyList<TimeRange> Raw)
{
    /// <summary>More changed stretches than this are read as one: each is a condition that every granule is compared with.</summary>
    private const int MostStretches = 12;

    /// <summary>Fewer whole minutes than this are read from spans: nothing would be saved.</summary>
    private const int FewestMinutes = 3;

    public static RolledParts Of(TimeRange range, ChangedMinutes minutes)
    {
        var start = Math.Max(0, range.Start.UnixNanoseconds);
        var from = (start / ChangedMinutes.Nanoseconds) + (start % ChangedMinutes.Nanoseconds == 0 ? 0 : 1);
        var to = range.End.UnixNanoseconds / ChangedMinutes.Nanoseconds;
        if (to - from < FewestMinutes || minutes.Between(from, to) is not { } changed)
        {
            return new RolledParts(null, [range]);
        }

        // What lies at or after the last minute of a clock that reaches to the end of time is marked as any other.
        var raw = new List<TimeRange>();
        if (start < from * ChangedMinutes.Nanoseconds)
        {
            raw.Add(new TimeRange(range.Start, At(from)));
        }

        var stretches = Stretches(changed);
        raw.AddRange(stretches.Select(stretch => new TimeRange(At(stretch.From), At(stretch.To))));
        if (to * ChangedMinutes.Nanoseconds < range.End.UnixNanoseconds)
        {
            raw.Add(new TimeRange(At(to), range.End));
        }

        return stretches.Sum(stretch => stretch.To - stretch.From) >= to - from ? new RolledParts(null, [range]) : new RolledParts(new TimeRange(At(from), At(to)), raw);
    }

    /// <summary>Rows of the roll-up tables that count.</summary>
    public string RolledCondition => Rolled is not { } rolled
        ? "0"
        : $"{StoreReader.InRange(rolled, "minute")}{string.Concat(Raw.Where(range => range.Start >= rolled.Start && range.End <= rolled.End).Select(range => $" AND NOT ({StoreReader.InRange(range, "minute")})"))}";

    /// <summary>Spans that count, perhaps with those that started up to so long before.</summary>
    public string RawCondition(TimeSpan before = default) => Raw.Count == 0
        ? "0"
        : "(" + string.Join(" OR ", Raw.Select(range => $"({StoreReader.InRange(Earlier(range, before), "time")})")) + ")";

    private static TimeRange Earlier(TimeRange range, TimeSpan by) =>
        by == default ? range : range with { Start = new Timestamp(Math.Max(range.Start.UnixNanoseconds, long.MinValue + (by.Ticks * 100)) - (by.Ticks * 100)) };

    private static Timestamp At(long minute) => new(minute * ChangedMinutes.Nanoseconds);

    private static List<(long From, long To)> Stretches(IReadOnlyList<long> minutes)
    {
        var stretches = new List<(long From, long To)>();
        foreach (var minute in minutes)
        {
            if (stretches.Count > 0 && (stretches[^1].To == minute || stretches.Count == MostStretches))
            {
                stretches[^1] = (stretches[^1].From, minute + 1);
            }
            else
            {
                stretches.Add((minute, minute + 1));
            }
        }

        return stretches;
    }
}
