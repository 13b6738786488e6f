using System.Buffers;

namespace Clew.Server.Redaction;

/// <summary>Values that stand without quotes: where they end is a question of what follows.</summary>
internal static class BareValue
{
    /// <summary>Bytes that are looked at before or after a value.</summary>
    private const int LookBack = 512;

    private static readonly SearchValues<byte> ValueEnds = SearchValues.Create(" \t\r\n\"'`<>|&;,)}]\\#"u8);

    /// <summary>
    /// Where a value without quotes ends. A comma, ampersand or semicolon within a password is told from one after it by what follows: another
    /// name with its value, or a blank. In a connection string only a semicolon ends a value.
    /// </summary>
    public static int End(ReadOnlySpan<byte> text, int nameStart, int at)
    {
        var isConnectionString = IsAfterPair(text, nameStart);
        var end = at;
        while (end < text.Length)
        {
            var next = text[end..].IndexOfAny(ValueEnds);
            if (next < 0)
            {
                return text.Length;
            }

            end += next;
            var ends = text[end] switch
            {
                (byte)' ' or (byte)',' or (byte)')' or (byte)'&' or (byte)'#' or (byte)'}' or (byte)']' or (byte)'|' when isConnectionString => false,
                (byte)',' or (byte)'&' or (byte)'#' => IsFollowedByBlankOrName(text, end + 1, blankInName: false),
                (byte)';' => IsFollowedByBlankOrName(text, end + 1, blankInName: true),
                (byte)')' or (byte)'}' or (byte)']' or (byte)'|' => end + 1 >= text.Length || !Ascii.IsLetterOrDigit(text[end + 1]),
                (byte)'\\' => end + 1 >= text.Length || text[end + 1] is (byte)'n' or (byte)'r' or (byte)'t' or (byte)'u' or (byte)'"' or (byte)'\'' or (byte)'\\' or (byte)'/',
                _ => true,
            };
            if (ends)
            {
                return end;
            }

            end++;
        }

        return end;
    }

    /// <summary>Where <c>${…}</c>, <c>$(…)</c> or <c>{{…}}</c> ends, when the value is nothing else; 0 otherwise.</summary>
    public static int EndOfVariable(ReadOnlySpan<byte> text, int at)
    {
        var rest = text[at..Math.Min(text.Length, at + LookBack)];
        var close = rest.StartsWith("${"u8) ? rest.IndexOf((byte)'}') + 1 : rest.StartsWith("$("u8) ? rest.IndexOf((byte)')') + 1 : rest.StartsWith("{{"u8) ? rest.IndexOf("}}"u8) + 2 : 0;
        return close > 2 && (close == rest.Length || ValueEnds.Contains(rest[close])) ? at + close : 0;
    }

    private static bool IsFollowedByBlankOrName(ReadOnlySpan<byte> text, int at, bool blankInName)
    {
        if (at >= text.Length || Ascii.IsSpace(text[at]) || text[at] is (byte)'"' or (byte)'\'' or (byte)'\\' or (byte)'}' or (byte)')' or (byte)']')
        {
            return true;
        }

        var end = at;
        while (end < text.Length && end - at < 64 && (Ascii.IsWord(text[end]) || text[end] is (byte)'-' or (byte)'.' or (byte)'[' or (byte)']' || (blankInName && text[end] == ' ')))
        {
            end++;
        }

        return end < text.Length && end > at && text[end] is (byte)'=' or (byte)':' or (byte)'%';
    }

    /// <summary>True when the name comes after <c>…=…;</c>, as in the connection strings of ADO.NET and ODBC.</summary>
    private static bool IsAfterPair(ReadOnlySpan<byte> text, int nameStart)
    {
        var at = nameStart;
        var limit = Math.Max(0, nameStart - 64);
        while (at > limit && (Ascii.IsWord(text[at - 1]) || text[at - 1] is (byte)' '))
        {
            at--;
        }

        if (at == 0 || text[at - 1] != ';')
        {
            return false;
        }

        var pair = text[Math.Max(0, at - 1 - LookBack)..(at - 1)];
        return pair[(pair.LastIndexOf((byte)';') + 1)..].IndexOf((byte)'=') > 0;
    }
}
