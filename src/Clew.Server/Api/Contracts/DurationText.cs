using System.Buffers;
using System.Globalization;

namespace Clew.Server.Api.Contracts;

/// <summary>
/// Reads lengths of time as Go writes them (<c>250ms</c>, <c>1.5s</c>, <c>1h30m</c>, <c>4500ns</c>), and days (<c>7d</c>) beyond that.
/// </summary>
public static class DurationText
{
    /// <summary>What a message says was expected.</summary>
    public const string Expected = "a length of time such as 250ms or 1.5s";

    private static readonly SearchValues<char> NumberLetters = SearchValues.Create("0123456789.");

    /// <param name="nanoseconds">Never negative.</param>
    public static bool TryParse(string? text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text == "0")
        {
            return true;
        }

        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var total = 0m;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberLetters);
            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[digits..];
            var letters = rest.IndexOfAny(NumberLetters);
            var unit = letters < 0 ? rest : rest[..letters];
            if (UnitNanoseconds(unit) is not { } size || number > long.MaxValue)
            {
                return false;
            }

            total += number * size;
            if (total > long.MaxValue)
            {
                return false;
            }

            rest = rest[unit.Length..];
        }

        nanoseconds = (long)total;
        return true;
    }

    private static long? UnitNanoseconds(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "\u00b5s" or "\u03bcs" => 1_000, // Both letters that look like mu.
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        "d" => 86_400_000_000_000,
        _ => null,
    };
}
