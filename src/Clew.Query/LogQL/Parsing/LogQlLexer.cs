using Clew.Query.Language;
using Clew.Query.LogQL.Matching;

namespace Clew.Query.LogQL.Parsing;

/// <summary>From text to tokens. Every keyword is also a name; only the parser knows where it stands.</summary>
internal sealed class LogQlLexer(string query)
{
    /// <summary>Longer signs before those they begin with.</summary>
    private static readonly string[] Signs =
    [
        "|=", "|~", "|>", "!=", "!~", "!>", "=~", "==", ">=", "<=", "|", "=", ">", "<", "+", "-", "*", "/", "%", "^", "(", ")", "{", "}", "[", "]", ",",
    ];

    private readonly List<LogQlToken> _tokens = [];
    private int _at;

    /// <exception cref="QuerySyntaxException">A character that begins nothing, a string that does not end, a number that is none.</exception>
    public List<LogQlToken> Run()
    {
        while (true)
        {
            _at = Scanning.EndOfSpace(query, _at);
            if (_at >= query.Length)
            {
                _tokens.Add(new LogQlToken(LogQlTokenKind.End, string.Empty, new SourceSpan(query.Length, query.Length)));
                return _tokens;
            }

            Next();
        }
    }

    private void Next()
    {
        var character = query[_at];
        var next = _at + 1 < query.Length ? query[_at + 1] : '\0';
        switch (character)
        {
            case '"' or '\'' or '`':
                String();
                break;
            case '.' when char.IsAsciiDigit(next):
            case >= '0' and <= '9':
                Number();
                break;
            case '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
                Add(LogQlTokenKind.Identifier, EndOfWord(_at) - _at);
                break;
            case '-' when next == '-' && _at + 2 < query.Length && char.IsAsciiLetter(query[_at + 2]):
                Add(LogQlTokenKind.Flag, EndOfFlag() - _at);
                break;
            default:
                Sign();
                break;
        }
    }

    private void Sign()
    {
        foreach (var sign in Signs)
        {
            if (string.CompareOrdinal(query, _at, sign, 0, sign.Length) == 0)
            {
                Add(LogQlTokenKind.Sign, sign.Length);
                return;
            }
        }

        throw new QuerySyntaxException(query, new SourceSpan(_at, _at + 1), $"syntax error: unexpected character {QuotedText.Quote(query[_at].ToString())}");
    }

    private void Add(LogQlTokenKind kind, int length)
    {
        _tokens.Add(new LogQlToken(kind, query.Substring(_at, length), new SourceSpan(_at, _at + length)));
        _at += length;
    }

    private void String()
    {
        var text = Scanning.Quoted(query, _at, "literal not terminated", out var span);
        _tokens.Add(new LogQlToken(LogQlTokenKind.String, text, span));
        _at = span.End;
    }

    private int EndOfWord(int start)
    {
        var end = start;
        while (end < query.Length && (char.IsAsciiLetterOrDigit(query[end]) || query[end] == '_'))
        {
            end++;
        }

        return end;
    }

    private int EndOfFlag()
    {
        var end = _at + 2;
        while (end < query.Length && (char.IsAsciiLetterOrDigit(query[end]) || query[end] is '-' or '_'))
        {
            end++;
        }

        return end;
    }

    private void Number()
    {
        var end = Scanning.EndOfNumber(query, _at, "µμ");
        var text = query.AsSpan(_at, end - _at);
        if (GoNumber.TryParse(text, out var number) && double.IsFinite(number))
        {
            Add(LogQlTokenKind.Number, end - _at);
        }
        else if (TryDuration(text, out _))
        {
            Add(LogQlTokenKind.Duration, end - _at);
        }
        else if (LogQlBytes.TryParse(text, out _))
        {
            Add(LogQlTokenKind.Bytes, end - _at);
        }
        else
        {
            throw new QuerySyntaxException(query, new SourceSpan(_at, end), $"syntax error: {QuotedText.Quote(text.ToString())} is no number, duration or size");
        }
    }

    /// <summary>A duration as Go or as Prometheus writes it, in nanoseconds.</summary>
    public static bool TryDuration(ReadOnlySpan<char> text, out long nanoseconds)
    {
        if (GoDuration.TryParse(text, out nanoseconds))
        {
            return true;
        }

        var read = PrometheusDuration.TryParse(text, out var milliseconds);
        nanoseconds = milliseconds * 1_000_000;
        return read;
    }
}
