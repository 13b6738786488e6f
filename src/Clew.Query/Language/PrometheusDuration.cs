using System.Globalization;
using System.Text;

namespace Clew.Query.Language;

/// <summary>
/// Durations as PromQL and LogQL write them in brackets: whole numbers with the units y (365 days), w, d, h, m, s, ms, each at most once, from large
/// to small. In milliseconds.
/// </summary>
public static class PrometheusDuration
{
    private static readonly (string Name, long Milliseconds)[] Units =
    [
        ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ];

    /// <summary>False when it is none, or longer than 292 years, which is what Prometheus can hold.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text is "0")
        {
            return true;
        }

        if (text.IsEmpty)
        {
            return false;
        }

        var next = 0;
        while (!text.IsEmpty)
        {
            var number = text.IndexOfAnyExceptInRange('0', '9');
            if (number <= 0 || number > 18)
            {
                return false;
            }

            var amount = long.Parse(text[..number], CultureInfo.InvariantCulture);
            text = text[number..];
            var length = text.IndexOfAnyInRange('0', '9');
            var name = length < 0 ? text : text[..length];
            while (next < Units.Length && !name.SequenceEqual(Units[next].Name))
            {
                next++;
            }

            if (next == Units.Length || amount > long.MaxValue / 1_000_000 / Units[next].Milliseconds)
            {
                return false;
            }

            milliseconds += amount * Units[next].Milliseconds;
            next++;
            text = text[name.Length..];
        }

        return milliseconds <= long.MaxValue / 1_000_000;
    }

    /// <summary>
    /// The shortest writing that <see cref="TryParse"/> reads back: <c>1d12h</c>, <c>0s</c>. Years and weeks appear only when the whole is that many.
    /// A negative duration has a minus sign, which <see cref="TryParse"/> leaves to the grammar around it.
    /// </summary>
    public static string Format(long milliseconds)
    {
        if (milliseconds == 0)
        {
            return "0s";
        }

        var text = new StringBuilder(milliseconds < 0 ? "-" : string.Empty);
        var rest = Math.Abs(milliseconds);
        foreach (var (name, length) in Units)
        {
            if (rest < length || (name is "y" or "w" && rest % length != 0))
            {
                continue;
            }

            text.Append(CultureInfo.InvariantCulture, $"{rest / length}{name}");
            rest %= length;
        }

        return text.ToString();
    }
}
