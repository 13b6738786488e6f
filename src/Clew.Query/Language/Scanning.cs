namespace Clew.Query.Language;

/// <summary>Where the pieces end that PromQL and LogQL write alike. Places are character offsets in the query.</summary>
internal static class Scanning
{
    /// <summary>Behind spaces, line ends and comments, which run from <c>#</c> to the end of their line.</summary>
    public static int EndOfSpace(string query, int start)
    {
        var end = start;
        while (end < query.Length && (query[end] is ' ' or '\t' or '\n' or '\r' or '#'))
        {
            if (query[end] == '#')
            {
                var line = query.IndexOf('\n', end);
                end = line < 0 ? query.Length : line;
            }
            else
            {
                end++;
            }
        }

        return end;
    }

    /// <summary>A number runs on through letters, so that <c>5x</c> is one wrong piece and not two right ones; a sign belongs to it behind an exponent.</summary>
    /// <param name="others">Characters that may stand in it besides letters, digits, points and low lines.</param>
    public static int EndOfNumber(string query, int start, string others = "")
    {
        var end = start;
        var hexadecimal = query[start] == '0' && start + 1 < query.Length && query[start + 1] is 'x' or 'X';
        while (end < query.Length
            && (char.IsAsciiLetterOrDigit(query[end]) || query[end] is '.' or '_' || others.Contains(query[end], StringComparison.Ordinal) || (!hexadecimal && IsExponentSign(query, start, end))))
        {
            end++;
        }

        return end;
    }

    /// <summary>The text between quotes.</summary>
    /// <param name="unclosed">What the language says of one that does not end.</param>
    /// <exception cref="QuerySyntaxException">It does not end, or has an escape that is none.</exception>
    public static string Quoted(string query, int start, string unclosed, out SourceSpan span)
    {
        var end = QuotedText.EndOf(query, start);
        if (end < 0)
        {
            throw new QuerySyntaxException(query, new SourceSpan(start, query.Length), unclosed);
        }

        span = new SourceSpan(start, end);
        return QuotedText.TryUnquote(query.AsSpan(start, end - start), out var text, out var problem) ? text : throw new QuerySyntaxException(query, span, problem);
    }

    /// <summary>Whether the sign at a place stands between the <c>e</c> and the digits of an exponent.</summary>
    private static bool IsExponentSign(string query, int start, int place) => (query[place] is '+' or '-')
        && place - 2 >= start && (query[place - 1] is 'e' or 'E') && (char.IsAsciiDigit(query[place - 2]) || query[place - 2] == '.')
        && place + 1 < query.Length && char.IsAsciiDigit(query[place + 1]);
}
