using System.Text;

namespace Clew.Analysis.Worlds;

/// <summary>
/// What statements that differ only in their values share: literals are question marks, lists of them one, white space one space. Statements that carry
/// values would otherwise each be of their own kind, and show what is nobody's business.
/// </summary>
internal static class StatementMask
{
    /// <summary>Characters kept; what comes later rarely tells two statements apart.</summary>
    public const int MaxLength = 240;

    /// <summary>Characters looked at.</summary>
    private const int MaxRead = 2_000;

    public static string Of(string statement)
    {
        var text = statement.Length > MaxRead ? statement.AsSpan(0, MaxRead) : statement.AsSpan();
        var masked = new StringBuilder(Math.Min(text.Length, MaxLength));
        for (var i = 0; i < text.Length && masked.Length < MaxLength;)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
                Put(masked, ' ');
            }
            else if (c == '\'')
            {
                i = EndOfText(text, i + 1);
                Put(masked, '?');
            }
            else if (char.IsAsciiDigit(c) && (i == 0 || !IsWord(text[i - 1])))
            {
                while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] is '.' or '-'))
                {
                    i++;
                }

                Put(masked, '?');
            }
            else
            {
                // $1, :name and @p0 stand for values as a question mark does.
                if (c == '$' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]))
                {
                    i++;
                    continue;
                }

                masked.Append(c);
                i++;
            }
        }

        return masked.ToString().Trim();
    }

    /// <summary>A list of values becomes one value: "?, ?" is "?".</summary>
    private static void Put(StringBuilder masked, char c)
    {
        var end = masked.Length;
        if (c == ' ')
        {
            if (end > 0 && masked[end - 1] != ' ')
            {
                masked.Append(' ');
            }

            return;
        }

        var before = end;
        while (before > 0 && masked[before - 1] is ' ' or ',')
        {
            before--;
        }

        if (before > 0 && before < end && masked[before - 1] == '?')
        {
            masked.Length = before;
            return;
        }

        masked.Append('?');
    }

    /// <summary>Behind the closing quote; a doubled quote belongs to the text.</summary>
    private static int EndOfText(ReadOnlySpan<char> text, int i)
    {
        while (i < text.Length)
        {
            if (text[i] == '\'')
            {
                if (i + 1 >= text.Length || text[i + 1] != '\'')
                {
                    return i + 1;
                }

                i++;
            }

            i++;
        }

        return i;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '"' or '`';
}
