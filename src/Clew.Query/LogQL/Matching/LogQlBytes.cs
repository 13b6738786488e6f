using System.Buffers;
using System.Globalization;

namespace Clew.Query.LogQL.Matching;

/// <summary>
/// Sizes as people write them: <c>42MB</c>, <c>1.5KiB</c>, <c>20B</c>, <c>1,024 kb</c>. kB, MB, … are powers of 1,000, KiB, MiB, … of 1,024, in any
/// case; a number alone is bytes.
/// </summary>
public static class LogQlBytes
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.,");

    /// <summary>False when it is none, or 16 EiB and more.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ulong bytes)
    {
        bytes = 0;
        var length = text.IndexOfAnyExcept(NumberCharacters);
        var number = length < 0 ? text : text[..length];
        var unit = length < 0 ? default : text[length..].TrimStart(' ');
        if (number.IsEmpty || number[0] == ',' || Factor(unit) is not { } factor
            || !double.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var amount))
        {
            return false;
        }

        amount *= factor;
        if (amount >= ulong.MaxValue)
        {
            return false;
        }

        bytes = (ulong)amount;
        return true;
    }

    private static double? Factor(ReadOnlySpan<char> unit)
    {
        if (unit.IsEmpty || unit is "b" or "B")
        {
            return 1;
        }

        var power = "kmgtpe".IndexOf(char.ToLowerInvariant(unit[0]), StringComparison.Ordinal) + 1;
        if (power == 0)
        {
            return null;
        }

        var rest = unit[1..];
        return rest.IsEmpty || rest is "b" or "B" ? Math.Pow(1000, power)
            : rest.Equals("i", StringComparison.OrdinalIgnoreCase) || rest.Equals("ib", StringComparison.OrdinalIgnoreCase) ? Math.Pow(1024, power)
            : null;
    }
}
