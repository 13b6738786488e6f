namespace Clew.Server.Redaction;

/// <summary>
/// Values in quotes, however they are written: <c>"…"</c>, <c>'…'</c>, quotes behind backslashes (JSON within JSON), and the escaped forms
/// <c>\u0022</c>, <c>%22</c>, <c>&amp;quot;</c>.
/// </summary>
internal static class QuotedValue
{
    /// <summary>Most backslashes before a quote: five levels of JSON within JSON.</summary>
    private const int MaxBackslashes = 31;

    private static readonly byte[][] Escaped = ["\\u0022"u8.ToArray(), "\\u0027"u8.ToArray(), "%22"u8.ToArray(), "%27"u8.ToArray(), "&quot;"u8.ToArray(), "&#34;"u8.ToArray(), "&#39;"u8.ToArray()];

    /// <summary>Length of the quote at <paramref name="at"/>, its backslashes included; 0 when there is none.</summary>
    public static int QuoteLength(ReadOnlySpan<byte> text, int at)
    {
        var end = at;
        while (end < text.Length && text[end] == '\\' && end - at <= MaxBackslashes)
        {
            end++;
        }

        if (end < text.Length && text[end] is (byte)'"' or (byte)'\'' or (byte)'`')
        {
            return end + 1 - at;
        }

        foreach (var escaped in Escaped)
        {
            if (Ascii.StartsWith(text[at..], escaped))
            {
                return escaped.Length;
            }
        }

        return 0;
    }

    /// <summary>Where the value ends whose opening quote is <paramref name="quote"/>; the end of the text when it was cut off.</summary>
    /// <param name="start">After the opening quote.</param>
    public static int End(ReadOnlySpan<byte> text, int start, ReadOnlySpan<byte> quote)
    {
        var backslashes = quote.Length - 1;
        if (quote[^1] is not ((byte)'"' or (byte)'\'' or (byte)'`'))
        {
            var found = text[start..].IndexOf(quote);
            return found < 0 ? text.Length : start + found;
        }

        // Within quotes behind n backslashes, a quote of the value itself has more than n of them.
        for (var at = start; at < text.Length;)
        {
            var next = text[at..].IndexOf(quote[^1]);
            if (next < 0)
            {
                return text.Length;
            }

            var place = at + next;
            var before = 0;
            while (place - before > start && text[place - before - 1] == '\\')
            {
                before++;
            }

            if (backslashes == 0 ? before % 2 == 0 : before <= backslashes)
            {
                return place - before + (backslashes == 0 ? before : 0);
            }

            at = place + 1;
        }

        return text.Length;
    }

    /// <summary>Where an array or object ends that begins at <paramref name="start"/>; the end of the text when it was cut off.</summary>
    public static int EndOfJson(ReadOnlySpan<byte> text, int start)
    {
        var (depth, quote) = (0, (byte)0);

        // Within a text of JSON the quotes have backslashes; brackets in such inner texts are counted like all others.
        var isEscaped = start > 0 && text[..start].LastIndexOf((byte)':') is > 1 and var colon && text[..colon].TrimEnd(" \t"u8) is [.., (byte)'\\', _];
        for (var at = start; at < text.Length; at++)
        {
            switch (text[at])
            {
                case (byte)'\\' when quote != 0:
                    at++;
                    break;
                case (byte)'"' or (byte)'\'' when !isEscaped && (quote == 0 || quote == text[at]):
                    quote = quote == 0 ? text[at] : (byte)0;
                    break;
                case (byte)'{' or (byte)'[' when quote == 0:
                    depth++;
                    break;
                case (byte)'}' or (byte)']' when quote == 0 && --depth == 0:
                    return at + 1;
            }
        }

        return text.Length;
    }
}
