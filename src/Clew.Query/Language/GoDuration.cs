using System.Buffers;
using System.Globalization;
using System.Text;

namespace Clew.Query.Language;

/// <summary>
/// Durations as Go's <c>time.ParseDuration</c> reads and <c>Duration.String</c> writes them: numbers with or without fraction, each with its unit
/// (ns, us or µs, ms, s, m, h), in any order. In nanoseconds.
/// </summary>
public static class GoDuration
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Name, long Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ];

    /// <summary>False when it is none, or longer than 292 years.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long nanoseconds)
    {
        nanoseconds = 0;
        var negative = !text.IsEmpty && text[0] == '-';
        if (!text.IsEmpty && text[0] is '+' or '-')
        {
            text = text[1..];
        }

        if (text is "0")
        {
            return true;
        }

        var total = 0m;
        var parts = 0;
        while (!text.IsEmpty)
        {
            var number = text.IndexOfAnyExcept(NumberCharacters);
            if (number <= 0 || !decimal.TryParse(text[..number], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            {
                return false;
            }

            text = text[number..];
            var length = text.IndexOfAny(NumberCharacters);
            var name = length < 0 ? text : text[..length];
            var unit = UnitOf(name);
            if (unit == 0 || amount > long.MaxValue)
            {
                return false;
            }

            total += decimal.Floor(amount * unit);
            text = text[name.Length..];
            parts++;
        }

        if (parts == 0 || total > long.MaxValue)
        {
            return false;
        }

        nanoseconds = negative ? -(long)total : (long)total;
        return true;
    }

    /// <summary><c>1h15m30.918s</c>, <c>1.5ms</c>, <c>0s</c>: below a second in the largest unit that leaves a number of at least one.</summary>
    public static string Format(long nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return "0s";
        }

        var text = new StringBuilder(nanoseconds < 0 ? "-" : string.Empty);
        var magnitude = Math.Abs((decimal)nanoseconds);
        switch (magnitude)
        {
            case < 1_000:
                return text.Append(CultureInfo.InvariantCulture, $"{magnitude:0}ns").ToString();
            case < 1_000_000:
                return text.Append(CultureInfo.InvariantCulture, $"{magnitude / 1_000:0.###}µs").ToString();
            case < 1_000_000_000:
                return text.Append(CultureInfo.InvariantCulture, $"{magnitude / 1_000_000:0.######}ms").ToString();
        }

        var hours = decimal.Floor(magnitude / 3_600_000_000_000);
        var minutes = decimal.Floor(magnitude % 3_600_000_000_000 / 60_000_000_000);
        if (hours > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{hours:0}h");
        }

        if (hours > 0 || minutes > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{minutes:0}m");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{magnitude % 60_000_000_000 / 1_000_000_000:0.#########}s").ToString();
    }

    private static long UnitOf(ReadOnlySpan<char> name)
    {
        foreach (var unit in Units)
        {
            if (name.SequenceEqual(unit.Name))
            {
                return unit.Nanoseconds;
            }
        }

        return 0;
    }
}
