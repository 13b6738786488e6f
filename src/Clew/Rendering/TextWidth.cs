using System.Buffers;
using System.Text;

namespace Clew.Cli.Rendering;

/// <summary>How many columns text takes on a terminal: letters of East Asian scripts and emoji take two, combining marks none.</summary>
public static class TextWidth
{
    /// <summary>First and last code points that take two columns (Unicode's East Asian Width W and F, in coarse blocks), ascending.</summary>
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x231A, 0x231B), (0x2329, 0x232A), (0x23E9, 0x23EC), (0x23F0, 0x23F0), (0x23F3, 0x23F3), (0x25FD, 0x25FE), (0x2614, 0x2615),
        (0x2648, 0x2653), (0x26A1, 0x26A1), (0x26D4, 0x26D4), (0x2705, 0x2705), (0x274C, 0x274C), (0x2753, 0x2755), (0x2757, 0x2757), (0x2795, 0x2797),
        (0x2E80, 0x303E), (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
        (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    private static readonly SearchValues<char> Separators = SearchValues.Create("/,;&?=");

    public static int Of(ReadOnlySpan<char> text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Of(rune);
        }

        return width;
    }

    /// <summary>The text cut to so many columns, with an ellipsis in place of what is missing.</summary>
    public static string Fit(string text, int columns, string ellipsis = "…")
    {
        if (Of(text) <= columns)
        {
            return text;
        }

        var room = columns - Of(ellipsis);
        if (room < 0)
        {
            return string.Empty;
        }

        return string.Concat(Start(text, room), ellipsis);
    }

    /// <summary>Breaks a text at spaces into lines of at most <paramref name="columns"/>; words that are longer are broken anywhere.</summary>
    public static IReadOnlyList<string> Wrap(string text, int columns)
    {
        columns = Math.Max(columns, 8);
        var lines = new List<string>();
        var line = new StringBuilder();
        var width = 0;
        foreach (var word in Sentence.Clean(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var rest = word;
            if (width > 0 && width + 1 + Of(rest) > columns)
            {
                Flush();
            }

            while (Of(rest) > columns)
            {
                var start = Breakable(Start(rest, columns));
                lines.Add(start.ToString());
                rest = rest[start.Length..];
            }

            if (width > 0)
            {
                line.Append(' ');
                width++;
            }

            line.Append(rest);
            width += Of(rest);
        }

        if (width > 0 || lines.Count == 0)
        {
            Flush();
        }

        return lines;

        void Flush()
        {
            lines.Add(line.ToString());
            line.Clear();
            width = 0;
        }
    }

    /// <summary>A path or list is broken behind a separator if there is one in the second half of what fits.</summary>
    private static ReadOnlySpan<char> Breakable(ReadOnlySpan<char> start)
    {
        var at = start.LastIndexOfAny(Separators) + 1;
        return at > start.Length / 2 ? start[..at] : start;
    }

    private static ReadOnlySpan<char> Start(string text, int columns)
    {
        var used = 0;
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Of(rune);
            if (width > columns)
            {
                break;
            }

            used += rune.Utf16SequenceLength;
        }

        return text.AsSpan(0, used);
    }

    private static int Of(Rune rune)
    {
        var value = rune.Value;
        if (value < 0x300)
        {
            return 1;
        }

        if (Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark
            or System.Globalization.UnicodeCategory.Format)
        {
            return 0;
        }

        foreach (var (first, last) in Wide)
        {
            if (value < first)
            {
                return 1;
            }

            if (value <= last)
            {
                return 2;
            }
        }

        return 1;
    }
}
