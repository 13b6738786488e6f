using System.Globalization;
using System.Text;

namespace Clew.Cli;

/// <summary>Words for people: texts from elsewhere made safe for a terminal, counts with their noun.</summary>
public static class Sentence
{
    /// <summary>At most <paramref name="characters"/> characters of <paramref name="text"/>, on one line and without control characters; an ellipsis where something was left out.</summary>
    public static string Shorten(string text, int characters)
    {
        var clean = Clean(text);
        return clean.Length <= characters ? clean : string.Concat(clean.AsSpan(0, Math.Max(0, characters - 1)), "…");
    }

    /// <summary>
    /// One line without control characters. Telemetry may hold anything, terminal escape sequences included, and must not be able to
    /// move the cursor, set the title or hide text: white space becomes a space, every other control character a visible substitute.
    /// </summary>
    public static string Clean(string text)
    {
        var i = 0;
        while (i < text.Length && !IsUnsafe(text[i]))
        {
            i++;
        }

        if (i == text.Length)
        {
            return text;
        }

        var clean = new StringBuilder(text.Length).Append(text, 0, i);
        for (; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\n' or '\r' or '\t' or '\v' or '\f')
            {
                if (clean.Length > 0 && clean[^1] != ' ')
                {
                    clean.Append(' ');
                }
            }
            else
            {
                clean.Append(IsUnsafe(c) ? '�' : c);
            }
        }

        return clean.ToString().TrimEnd(' ');
    }

    /// <summary>"1 line", "2 lines", "1,234 lines".</summary>
    public static string Count(long count, string singular, string? plural = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? singular : plural ?? singular + "s")}");

    // C0, DEL, C1; and the bidirectional controls, which can make a terminal show text in another order than it has.
    private static bool IsUnsafe(char c) =>
        c < ' ' || c is >= '\u007f' and < '\u00a0' || c is >= '\u202a' and <= '\u202e' || c is >= '\u2066' and <= '\u2069';
}
