using System.Globalization;

namespace Clew.Query.LogQL.Templates;

/// <summary>A moment with a zone to show it in, as Go's <c>time.Time</c>. Years 1 to 9999.</summary>
/// <param name="Seconds">Since 1970 UTC.</param>
/// <param name="Nanoseconds">Of the second, 0 to 999,999,999.</param>
/// <param name="OffsetSeconds">East of UTC.</param>
/// <param name="Zone">The zone's abbreviation; empty when only its offset is known.</param>
internal sealed record GoTime(long Seconds, int Nanoseconds, int OffsetSeconds, string Zone)
{
    private static readonly long SecondsToFirstYear = (DateTime.MinValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
    private static readonly long SecondsToLastYear = (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;

    /// <summary>What Go gives for a time that could not be read: the first moment of the year 1.</summary>
    public static GoTime Zero { get; } = new(SecondsToFirstYear, 0, 0, "UTC");

    /// <summary>The calendar in the zone; the part below a second is <see cref="Nanoseconds"/>.</summary>
    public DateTime Calendar => DateTime.UnixEpoch.AddSeconds(Math.Clamp(Seconds + OffsetSeconds, SecondsToFirstYear, SecondsToLastYear));

    /// <summary>Since 1970 UTC; wraps beyond the years 1678 and 2262, as in Go.</summary>
    public long UnixNanoseconds => unchecked((Seconds * 1_000_000_000) + Nanoseconds);

    public static GoTime FromNanoseconds(long nanoseconds)
    {
        var (seconds, rest) = Math.DivRem(nanoseconds, 1_000_000_000);
        return rest < 0 ? new(seconds - 1, (int)(rest + 1_000_000_000), 0, "UTC") : new(seconds, (int)rest, 0, "UTC");
    }

    public static GoTime FromSeconds(long seconds) => new(Math.Clamp(seconds, SecondsToFirstYear, SecondsToLastYear), 0, 0, "UTC");

    /// <summary>Go's <c>Time.String</c>: <c>2021-11-02 09:30:00.5 +0000 UTC</c>.</summary>
    public override string ToString() => GoTimeLayout.Format(this, "2006-01-02 15:04:05.999999999 -0700 MST");

    /// <summary>The offset as digits: <c>+hh</c> and as much more as asked for.</summary>
    public string OffsetText(bool minutes, bool seconds, bool colons)
    {
        var absolute = Math.Abs(OffsetSeconds);
        var between = colons ? ":" : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(OffsetSeconds < 0 ? '-' : '+')}{absolute / 3600:00}{(minutes ? $"{between}{absolute / 60 % 60:00}" : string.Empty)}{(seconds ? $"{between}{absolute % 60:00}" : string.Empty)}");
    }
}
