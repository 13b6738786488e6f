using System.Globalization;
using System.Text;

namespace Clew.Protocols.Loki;

/// <summary>RFC 3339 times with up to nine decimals, which <see cref="DateTimeOffset"/> cannot hold.</summary>
internal static class Rfc3339
{
    private const int DecimalsOfSecond = 9;
    private const int LongestText = 40;

    /// <summary>Nanoseconds since the Unix epoch.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text.Length is 0 or > LongestText)
        {
            return false;
        }

        var point = text.IndexOf((byte)'.');
        var zone = text.Length;
        long fraction = 0;
        if (point >= 0)
        {
            zone = point + 1;
            for (var digits = 0; zone < text.Length && char.IsAsciiDigit((char)text[zone]); zone++, digits++)
            {
                fraction += digits < DecimalsOfSecond ? (text[zone] - '0') * PowerOfTen(DecimalsOfSecond - 1 - digits) : 0;
            }

            if (zone == point + 1)
            {
                return false;
            }
        }

        var whole = point < 0 ? Encoding.Latin1.GetString(text) : Encoding.Latin1.GetString(text[..point]) + Encoding.Latin1.GetString(text[zone..]);
        if (!DateTimeOffset.TryParseExact(whole, "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || time.ToUnixTimeSeconds() is < 0 or > long.MaxValue / 1_000_000_000)
        {
            return false;
        }

        nanoseconds = (time.ToUnixTimeSeconds() * 1_000_000_000) + fraction;
        return nanoseconds >= 0;
    }

    private static long PowerOfTen(int exponent)
    {
        long power = 1;
        for (; exponent > 0; exponent--)
        {
            power *= 10;
        }

        return power;
    }
}
