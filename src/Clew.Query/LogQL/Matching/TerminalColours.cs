using System.Text;

namespace Clew.Query.LogQL.Matching;

/// <summary>
/// <c>| decolorize</c>: takes the sequences out of a text that tell a terminal colours and the like (ECMA-48): control sequences <c>ESC [ … letter</c> (also
/// begun with U+009B), strings <c>ESC ] … BEL</c>, and the short ones.
/// </summary>
public static class TerminalColours
{
    private const char Escape = '\u001B';
    private const char Introducer = '\u009B';

    /// <summary>The text without them; the same text when it has none.</summary>
    public static string Remove(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var next = text.AsSpan().IndexOfAny(Escape, Introducer);
        if (next < 0)
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        var at = 0;
        while (next >= 0)
        {
            kept.Append(text, at, next);
            at += next;
            var length = SequenceLength(text.AsSpan(at));
            if (length == 0)
            {
                kept.Append(text[at]);
                length = 1;
            }

            at += length;
            next = text.AsSpan(at).IndexOfAny(Escape, Introducer);
        }

        return kept.Append(text, at, text.Length - at).ToString();
    }

    private static int SequenceLength(ReadOnlySpan<char> text)
    {
        if (text[0] == Introducer)
        {
            return ControlLength(text, 1);
        }

        if (text.Length < 2)
        {
            return 0;
        }

        if (text[1] == '[')
        {
            return ControlLength(text, 2);
        }

        if (text[1] == ']')
        {
            var end = text[2..].IndexOfAny('\a', Escape);
            return end < 0 ? 0 : text[end + 2] == '\a' ? end + 3 : end + 3 < text.Length && text[end + 3] == '\\' ? end + 4 : 0;
        }

        var at = 1;
        while (at < text.Length && text[at] is >= ' ' and <= '/')
        {
            at++;
        }

        return at < text.Length && text[at] is >= '0' and <= '~' ? at + 1 : 0;
    }

    private static int ControlLength(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && text[at] is >= ' ' and <= '?')
        {
            at++;
        }

        return at < text.Length && text[at] is >= '@' and <= '~' ? at + 1 : 0;
    }
}
