using System.Globalization;
using System.Text.RegularExpressions;
using Clew.Telemetry;

namespace Clew.Server.Api.Contracts;

/// <summary>
/// Reads moments as people and programs write them: RFC 3339 (<c>2026-08-21T10:00:00.123456789Z</c>, any offset, a space instead of T, no offset
/// meaning UTC, a date alone meaning its midnight), or a whole number since the Unix epoch whose size tells its unit.
/// </summary>
public static partial class TimestampText
{
    /// <summary>What a message says was expected.</summary>
    public const string Expected = "an RFC 3339 time such as 2026-08-21T10:00:00Z, or a whole number of seconds, milliseconds, microseconds or nanoseconds since 1970";

    /// <summary>
    /// A whole number below this is seconds, below a thousand times this milliseconds, and so on: seconds until the year 5138,
    /// and milliseconds from March 1973 on.
    /// </summary>
    private const long FirstMillisecond = 100_000_000_000;

    public static bool TryParse(string? text, out Timestamp time)
    {
        time = default;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            var nanoseconds = (Int128)number * number switch
            {
                < FirstMillisecond => 1_000_000_000,
                < FirstMillisecond * 1_000 => 1_000_000,
                < FirstMillisecond * 1_000_000 => 1_000,
                _ => 1,
            };
            return TryMake(nanoseconds, out time);
        }

        var match = Rfc3339().Match(text);
        if (!match.Success)
        {
            return false;
        }

        var date = match.Groups["date"].ValueSpan;
        var clock = match.Groups["clock"].Success ? match.Groups["clock"].ValueSpan : "00:00:00";
        var offset = match.Groups["offset"].ValueSpan is { Length: > 1 } zone ? zone : "+00:00";
        if (!DateTimeOffset.TryParseExact($"{date}T{clock}{offset}", "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var whole))
        {
            return false;
        }

        var fraction = match.Groups["fraction"].Value;
        var rest = fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(9, '0'), NumberStyles.None, CultureInfo.InvariantCulture);
        return TryMake(((Int128)whole.ToUnixTimeSeconds() * 1_000_000_000) + rest, out time);
    }

    private static bool TryMake(Int128 nanoseconds, out Timestamp time)
    {
        var fits = nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue;
        time = fits ? new Timestamp((long)nanoseconds) : default;
        return fits;
    }

    [GeneratedRegex(@"^(?<date>\d{4}-\d{2}-\d{2})([Tt ](?<clock>\d{2}:\d{2}:\d{2})(\.(?<fraction>\d{1,9}))?)?(?<offset>[Zz]|[+-]\d{2}:\d{2})?$", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
