using Clew.Telemetry;

namespace Clew.Protocols.LogLines;

/// <summary>What is needed to place a time that does not say everything: the zone of times without an offset, and a moment near which a date without a year lies.</summary>
/// <remarks>Not safe for concurrent use: remembers the offset of the last hour.</remarks>
internal sealed class LogTimeContext(TimeZoneInfo zone)
{
    private const long SecondsPerHour = 3_600;

    /// <summary>How far after the reference a date without a year may lie: clocks differ, and so do zones.</summary>
    private const long Slack = 86_400 * CalendarTime.NanosecondsPerSecond;

    private readonly bool _isUtc = zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime;
    private long _hour = long.MinValue;
    private long _offset;

    /// <summary>When the line was written or seen, at the latest; nanoseconds since 1970.</summary>
    public long Reference { get; set; }

    /// <summary>Seconds since 1970 of a wall clock in the zone → seconds since 1970, UTC.</summary>
    public long ToUtc(long localSeconds)
    {
        if (_isUtc)
        {
            return localSeconds;
        }

        var hour = Math.DivRem(localSeconds, SecondsPerHour, out _);
        if (hour != _hour)
        {
            _offset = (long)zone.GetUtcOffset(DateTime.UnixEpoch.AddSeconds(localSeconds) is var utc ? DateTime.SpecifyKind(utc, DateTimeKind.Unspecified) : default).TotalSeconds;
            _hour = hour;
        }

        return localSeconds - _offset;
    }

    /// <summary>The latest year in which this date is not after the reference; a 29 February that year does not have moves on to the one before.</summary>
    /// <returns>Seconds of the wall clock since 1970; null when no year near fits.</returns>
    public long? WithYear(int month, int day, int secondOfDay)
    {
        var year = CalendarTime.YearOf(Reference) + 1;
        for (var tries = 0; tries < 10; tries++, year--)
        {
            if (CalendarTime.TrySeconds(year, month, day, secondOfDay, out var local) && ToUtc(local) * CalendarTime.NanosecondsPerSecond <= Reference + Slack)
            {
                return local;
            }
        }

        return null;
    }

    /// <summary>The day near the reference on which this time of day is not after it, give or take half a day.</summary>
    public long WithDate(int secondOfDay)
    {
        const long Day = 86_400;
        var reference = Math.DivRem(Reference, CalendarTime.NanosecondsPerSecond, out _);
        var local = reference + (reference - ToUtc(reference));
        var candidate = local - (local % Day) + secondOfDay;
        return candidate > local + (Day / 2) ? candidate - Day : candidate;
    }
}

/// <summary>The proleptic Gregorian calendar over seconds since 1970, without a zone.</summary>
internal static class CalendarTime
{
    public const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Years that nanoseconds since 1970 can hold.</summary>
    private const int FirstYear = 1970;
    private const int LastYear = 2261;

    public static bool TrySeconds(int year, int month, int day, int secondOfDay, out long seconds)
    {
        seconds = 0;
        if (year is < FirstYear or > LastYear || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        seconds = ((new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond) + secondOfDay;
        return true;
    }

    public static int YearOf(long unixNanoseconds) => new Timestamp(unixNanoseconds).ToDateTimeOffset().Year;
}
