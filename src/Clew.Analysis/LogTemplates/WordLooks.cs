using System.Buffers;

namespace Clew.Analysis.LogTemplates;

/// <summary>What words of a masked line look like, and where values end. Pure functions over UTF-8.</summary>
internal static class WordLooks
{
    /// <summary>A quoted text longer than this is none: a quote stands there for itself.</summary>
    private const int LongestQuoted = 300;

    private static readonly SearchValues<byte> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Whether a word, as a whole, is a value: it has a digit in it, and is no name of a place (<c>Price#46</c>).</summary>
    public static bool IsValue(ReadOnlySpan<byte> word) => word.ContainsAnyInRange((byte)'0', (byte)'9') && word.IndexOf((byte)'#') <= 0;

    /// <summary>A name, a dot and a number: <c>core.2275</c>. The number is what varies.</summary>
    public static bool IsNumberedName(ReadOnlySpan<byte> word, out int dot)
    {
        dot = word.IndexOf((byte)'.');
        return dot > 0 && dot + 1 < word.Length
            && word[(dot + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && !word[..dot].ContainsAnyExcept(Letters);
    }

    /// <summary>
    /// A masked value behind the one slash of a word, perhaps with a port: <c>/10.0.0.1:80</c>, <c>host/10.0.0.1:80</c>, as Java prints socket addresses, or <c>3/10</c>.
    /// </summary>
    public static bool IsAddressBehindSlash(ReadOnlySpan<byte> word, out int slash)
    {
        slash = word.IndexOf((byte)'/');
        if (slash < 0 || word.IndexOf((byte)'\\') >= 0 || !word[(slash + 1)..].StartsWith(LineMask.WildcardBytes))
        {
            return false;
        }

        var behind = word[(slash + 1 + LineMask.WildcardBytes.Length)..];
        return behind.IsEmpty || (behind[0] == ':' && behind[1..].SequenceEqual(LineMask.WildcardBytes));
    }

    /// <summary>Groups of hex digits that two colons or more join: hardware addresses, IPv6 addresses, places on a bus.</summary>
    public static bool IsJoinedHex(ReadOnlySpan<byte> word)
    {
        var (colons, hasDigit) = (0, false);
        for (var i = 0; i < word.Length; i++)
        {
            if (word[i] == '<' && word[i..].StartsWith(LineMask.WildcardBytes))
            {
                hasDigit = true;
                i += LineMask.WildcardBytes.Length - 1;
            }
            else if (word[i] == ':')
            {
                colons++;
            }
            else if (char.IsAsciiHexDigit((char)word[i]))
            {
                hasDigit |= char.IsAsciiDigit((char)word[i]);
            }
            else if (word[i] != '.')
            {
                return false;
            }
        }

        return colons >= 2 && hasDigit;
    }

    /// <summary>Ids are alike when they begin with the same letters.</summary>
    public static ValueShape ShapeOf(ReadOnlySpan<byte> word)
    {
        var hash = 2_166_136_261U;
        foreach (var c in word)
        {
            if (!char.IsAsciiLetter((char)c))
            {
                break;
            }

            hash = (hash ^ c) * 16_777_619U;
        }

        return (ValueShape)(hash | (uint)ValueShape.Id);
    }

    /// <summary>Whether a word is the short name of a day or a month, with a value or another such name after it: <c>Fri Jun 17</c>.</summary>
    public static bool IsPartOfDate(ReadOnlySpan<byte> word, ReadOnlySpan<byte> after)
    {
        if (!IsDayOrMonth(word))
        {
            return false;
        }

        after = after.TrimStart(" ,"u8);
        return after.StartsWith(LineMask.WildcardBytes) || (after.Length > 3 && IsDayOrMonth(after[..3]) && !IsWordByte(after[3]));
    }

    private static bool IsDayOrMonth(ReadOnlySpan<byte> word) => word.Length == 3 && char.IsAsciiLetterUpper((char)word[0]) && "MonTueWedThuFriSatSunJanFebMarAprMayJunJulAugSepOctNovDec"u8.IndexOf(word) % 3 == 0;

    /// <summary>
    /// Whether brackets with nothing in them begin here: a value that was not there when the line was written, as empty quotes and nothing behind an equals
    /// sign are. A format such as <c>from %s (%s)</c> leaves them, and <c>[]</c>, <c>{}</c> and <c>()</c> are how languages print what is empty; next time
    /// there is something in them, and it is the same line of code. Those behind a word (<c>main()</c>, <c>f[]</c>) belong to it and are written in the source.
    /// </summary>
    public static bool IsEmptyBrackets(ReadOnlySpan<byte> line, int at) => at + 1 < line.Length
        && (line[at], line[at + 1]) is ((byte)'(', (byte)')') or ((byte)'[', (byte)']') or ((byte)'{', (byte)'}')
        && (at == 0 || !IsWordByte(line[at - 1]));

    public static bool IsEquals(ReadOnlySpan<byte> line, int at) => at < line.Length && line[at] == '=' && (at + 1 == line.Length || line[at + 1] is not ((byte)'=' or (byte)'>'));

    public static bool IsPath(ReadOnlySpan<byte> word) =>
        word[0] is (byte)'/' or (byte)'\\'
        || word.IndexOf(":\\"u8) > 0
        || word.Count((byte)'/') >= 2;

    /// <summary>The end of a path or URL that goes on behind a run, without the punctuation of the sentence: a colon, or a full stop with nothing or a capital letter behind it.</summary>
    public static int EndOfPath(ReadOnlySpan<byte> line, int at)
    {
        var end = at + EndOfValue(line[at..]);
        while (end > at && (line[end - 1] == ':' || (line[end - 1] == '.' && (end == line.Length || (end + 1 < line.Length && line[end] == ' ' && char.IsAsciiLetterUpper((char)line[end + 1]))))))
        {
            end--;
        }

        return end;
    }

    /// <summary>The end of a value that white space, a closing bracket, a quote, a comma or a semicolon ends.</summary>
    public static int EndOfValue(ReadOnlySpan<byte> text)
    {
        var end = 0;
        while (end < text.Length && (text[end..].StartsWith(LineMask.WildcardBytes) || text[end] is not ((byte)' ' or (byte)'\t' or (byte)',' or (byte)';' or (byte)')' or (byte)']' or (byte)'}' or (byte)'>' or (byte)'"' or (byte)'\'')))
        {
            end += text[end] == '<' ? Math.Min(3, text.Length - end) : 1;
        }

        return Math.Min(end, text.Length);
    }

    /// <summary>The end of what stands behind an equals sign: a quoted text, a bracketed list, or up to the next separator.</summary>
    public static int EndOfAssigned(ReadOnlySpan<byte> line, int at)
    {
        if (at == line.Length)
        {
            return at;
        }

        if (line[at] is (byte)'"' or (byte)'\'' && EndOfQuoted(line, at) is > 0 and var quoted)
        {
            return quoted;
        }

        var close = line[at] switch { (byte)'[' => (byte)']', (byte)'{' => (byte)'}', (byte)'(' => (byte)')', (byte)'<' => (byte)'>', _ => (byte)0 };
        if (close != 0)
        {
            for (var end = at; end < line.Length; end++)
            {
                if (line[end] == '<' && line[end..].StartsWith(LineMask.WildcardBytes))
                {
                    end += LineMask.WildcardBytes.Length - 1;
                }
                else if (line[end] == close)
                {
                    return end + 1;
                }
            }
        }

        return at + EndOfValue(line[at..]);
    }

    /// <summary>The end of a quoted text that begins here; 0 when it is an apostrophe or has no end.</summary>
    public static int EndOfQuoted(ReadOnlySpan<byte> line, int at)
    {
        if (at > 0 && IsWordByte(line[at - 1]))
        {
            return 0;
        }

        var quote = line[at];
        for (var end = at + 1; end < line.Length && end - at <= LongestQuoted; end++)
        {
            if (line[end] == '\\')
            {
                end++;
            }
            else if (line[end] == quote && (end + 1 == line.Length || !IsWordByte(line[end + 1])))
            {
                return end + 1;
            }
        }

        return 0;
    }

    public static bool IsWordByte(byte c) => char.IsAsciiLetterOrDigit((char)c) || c == '_' || c >= 0x80;
}

/// <summary>What a value looks like, so far as its line tells.</summary>
internal enum ValueShape : uint
{
    Number,
    Date,
    Path,
    Assigned,
    Quoted,

    /// <summary>A word with a digit in it; the lower bits tell the letters it begins with.</summary>
    Id = 0x8000_0000,
}
