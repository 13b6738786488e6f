using System.Globalization;
using Clew.Server.Api.Contracts;
using Clew.Telemetry;

namespace Clew.Cli.Commands;

/// <summary>Reads moments and lengths of time as people write them on a command line.</summary>
public static class TimeArguments
{
    /// <summary>What a message says was expected.</summary>
    public const string Expected = "a time such as 2026-08-21T10:00:00Z, 14:05, -15m, now, or a Unix time in s, ms, us or ns";

    /// <summary>
    /// <c>now</c>; <c>-15m</c> or <c>now-15m</c> (before now), <c>+5m</c>; a Unix time whose size tells its unit; RFC 3339, with a space for the T if need be;
    /// a date; a time of day, which means the latest such moment that has passed. Without an offset they are read in <paramref name="zone"/>.
    /// </summary>
    public static bool TryParse(string text, TimeZoneInfo zone, DateTimeOffset now, out Timestamp time)
    {
        time = default;
        var rest = text.Trim();
        if (rest.StartsWith("now", StringComparison.OrdinalIgnoreCase))
        {
            rest = rest[3..];
            if (rest.Length == 0)
            {
                time = Timestamp.FromDateTimeOffset(now);
                return true;
            }
        }

        if (rest.Length > 1 && rest[0] is '-' or '+' && DurationText.TryParse(rest[1..], out var nanoseconds))
        {
            var from = Timestamp.FromDateTimeOffset(now).UnixNanoseconds;
            time = new Timestamp(rest[0] == '-' ? from - nanoseconds : from + nanoseconds);
            return true;
        }

        return rest.Length == text.Trim().Length && (TryTimeOfDay(rest, zone, now, out time) || TryApi(rest, zone, out time));
    }

    /// <summary>As <see cref="TryParse"/>; what is wrong goes to <paramref name="addError"/> as a sentence naming <paramref name="option"/>.</summary>
    public static Timestamp? Parse(string text, string option, TimeZoneInfo zone, DateTimeOffset now, Action<string> addError)
    {
        if (TryParse(text, zone, now, out var time))
        {
            return time;
        }

        addError($"{option} is '{text}'; expected {Expected}.");
        return null;
    }

    /// <summary>A length such as <c>15m</c> or <c>1h30m</c>.</summary>
    public static TimeSpan ParseLength(string text, string option, Action<string> addError)
    {
        if (DurationText.TryParse(text, out var nanoseconds))
        {
            return TimeSpan.FromTicks(nanoseconds / 100);
        }

        addError($"{option} is '{text}'; expected {DurationText.Expected}.");
        return TimeSpan.Zero;
    }

    private static bool TryTimeOfDay(string text, TimeZoneInfo zone, DateTimeOffset now, out Timestamp time)
    {
        time = default;
        if (!TimeOnly.TryParseExact(text, ["H:mm", "H:mm:ss", "H:mm:ss.FFFFFFF"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
        {
            return false;
        }

        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var moment = InZone(today.ToDateTime(clock), zone);
        time = Timestamp.FromDateTimeOffset(moment > now ? InZone(today.AddDays(-1).ToDateTime(clock), zone) : moment);
        return true;
    }

    /// <summary>What the API takes too; where it would assume UTC the zone counts.</summary>
    private static bool TryApi(string text, TimeZoneInfo zone, out Timestamp time)
    {
        if (!TimestampText.TryParse(text, out time))
        {
            return false;
        }

        if (text.Contains('-', StringComparison.Ordinal) && !HasOffset(text))
        {
            var assumed = time.ToDateTimeOffset();
            time -= zone.GetUtcOffset(assumed.DateTime);
        }

        return true;
    }

    private static bool HasOffset(string text) => text.Length > 10 && (text[^1] is 'Z' or 'z' || text.AsSpan(10).IndexOfAny('+', '-') >= 0);

    private static DateTimeOffset InZone(DateTime local, TimeZoneInfo zone) => new(local, zone.GetUtcOffset(local));
}
