using System.Globalization;

namespace Clew.Telemetry;

/// <summary>A moment as nanoseconds since the Unix epoch, UTC. Not a duration, not milliseconds: those are other types.</summary>
public readonly record struct Timestamp(long UnixNanoseconds) : IComparable<Timestamp>
{
    /// <summary>The largest time OTLP's unsigned 64-bit field can carry that the store can hold (year 2262).</summary>
    public static readonly Timestamp MaxValue = new(long.MaxValue);

    public static readonly Timestamp MinValue = new(0);

    public static bool operator <(Timestamp left, Timestamp right) => left.UnixNanoseconds < right.UnixNanoseconds;

    public static bool operator >(Timestamp left, Timestamp right) => left.UnixNanoseconds > right.UnixNanoseconds;

    public static bool operator <=(Timestamp left, Timestamp right) => left.UnixNanoseconds <= right.UnixNanoseconds;

    public static bool operator >=(Timestamp left, Timestamp right) => left.UnixNanoseconds >= right.UnixNanoseconds;

    public static TimeSpan operator -(Timestamp left, Timestamp right) => TimeSpan.FromTicks((left.UnixNanoseconds - right.UnixNanoseconds) / 100);

    public static Timestamp operator +(Timestamp left, TimeSpan right) => new(left.UnixNanoseconds + (right.Ticks * 100));

    public static Timestamp operator -(Timestamp left, TimeSpan right) => new(left.UnixNanoseconds - (right.Ticks * 100));

    public static Timestamp FromDateTimeOffset(DateTimeOffset time) => new((time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100);

    public static Timestamp FromUnixMicroseconds(long microseconds) => new(microseconds * 1_000);

    public static Timestamp FromUnixMilliseconds(long milliseconds) => new(milliseconds * 1_000_000);

    public static Timestamp FromUnixSeconds(long seconds) => new(seconds * 1_000_000_000);

    /// <summary>Loses the last two digits: a tick is 100 ns.</summary>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.UnixEpoch.AddTicks(UnixNanoseconds / 100);

    public int CompareTo(Timestamp other) => UnixNanoseconds.CompareTo(other.UnixNanoseconds);

    /// <summary>RFC 3339 with nine decimals and Z.</summary>
    public override string ToString()
    {
        var seconds = Math.DivRem(UnixNanoseconds, 1_000_000_000, out var nanoseconds);
        if (nanoseconds < 0)
        {
            nanoseconds += 1_000_000_000;
            seconds--;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.FromUnixTimeSeconds(seconds):yyyy-MM-dd'T'HH:mm:ss}.{nanoseconds:D9}Z");
    }
}

/// <summary>From <paramref name="Start"/> (included) to <paramref name="End"/> (not included).</summary>
public readonly record struct TimeRange(Timestamp Start, Timestamp End)
{
    public static readonly TimeRange All = new(new Timestamp(long.MinValue), Timestamp.MaxValue);

    public TimeSpan Length => End - Start;

    public bool Contains(Timestamp time) => time >= Start && time < End;

    public bool Overlaps(TimeRange other) => Start < other.End && other.Start < End;

    public override string ToString() => $"{Start} .. {End}";
}
