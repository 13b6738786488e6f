using System.Buffers;
using System.Globalization;
using System.Text;
using Clew.Query.Language;

namespace Clew.Query.TraceQL;

/// <summary>
/// Cuts a query into tokens. A name of an attribute runs until white space or one of <c>{ } ( ) = ~ ! &lt; &gt; &amp; | ^ ,</c>, so that arithmetic signs after it want a space;
/// parts of it may stand in quotes. Comments run from <c>//</c> to the end of the line, or from <c>/*</c> to <c>*/</c>.
/// </summary>
internal sealed class TraceQlLexer(string query)
{
    /// <summary>Longest first.</summary>
    private static readonly string[] Signs =
    [
        "!>>", "!<<", "&>>", "&<<",
        "&&", "||", "=~", "!~", "!=", "!>", "!<", "&>", "&<", "&~", ">=", "<=", ">>", "<<",
        "{", "}", "(", ")", ",", "|", "=", "<", ">", "~", "!", "+", "-", "*", "/", "%", "^",
    ];

    private static readonly Dictionary<string, AttributeScope> Scopes =
        Enum.GetValues<AttributeScope>().Where(scope => scope != AttributeScope.Any).ToDictionary(AttributeReference.ScopeWord);

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private int _at;

    /// <summary>All tokens; the last one is the end.</summary>
    public List<TraceQlToken> Read()
    {
        var tokens = new List<TraceQlToken>();
        while (SkipSpace())
        {
            tokens.Add(Next());
        }

        tokens.Add(new TraceQlToken(TraceQlTokenKind.End, new SourceSpan(query.Length, query.Length), "the end of the query"));
        return tokens;
    }

    private TraceQlToken Next()
    {
        var start = _at;
        var letter = query[start];
        if (char.IsAsciiDigit(letter) || (letter == '.' && start + 1 < query.Length && char.IsAsciiDigit(query[start + 1])))
        {
            return Number(start);
        }

        if (letter is '"' or '`')
        {
            return Text(start);
        }

        if (letter == '.')
        {
            _at++;
            return Attribute(start, AttributeScope.Any, ofParent: false);
        }

        if (char.IsAsciiLetter(letter) || letter == '_')
        {
            return Word(start);
        }

        foreach (var sign in Signs)
        {
            if (query.AsSpan(start).StartsWith(sign, StringComparison.Ordinal))
            {
                _at += sign.Length;
                return new TraceQlToken(TraceQlTokenKind.Sign, new SourceSpan(start, _at), sign);
            }
        }

        throw Problem(start, start + 1, $"unexpected character {Rune.GetRuneAt(Valid(query, start), 0)}");
    }

    private TraceQlToken Word(int start)
    {
        var word = Letters();
        if (Peek() == '.' && word == "parent")
        {
            _at++;
            var inner = _at;
            if (_at < query.Length && char.IsAsciiLetter(query[_at]))
            {
                var scope = Letters();
                if (Peek() == '.' && Scopes.TryGetValue(scope, out var parentScope))
                {
                    _at++;
                    return Attribute(start, parentScope, ofParent: true);
                }

                if ((Intrinsic.Find(scope) is not null && IsNameEnd(_at)) || (Peek() == ':' && Scopes.ContainsKey(scope)))
                {
                    _at = inner;
                    return new TraceQlToken(TraceQlTokenKind.ParentMark, new SourceSpan(start, inner), "parent.");
                }

                _at = inner;
            }

            return Attribute(start, AttributeScope.Any, ofParent: true);
        }

        if (Peek() == '.' && Scopes.TryGetValue(word, out var named))
        {
            _at++;
            return Attribute(start, named, ofParent: false);
        }

        if (Peek() == ':')
        {
            _at++;
            var part = Letters();
            var whole = query[start.._at];
            return part.Length > 0
                ? new TraceQlToken(TraceQlTokenKind.ScopedWord, new SourceSpan(start, _at), whole)
                : throw Problem(start, _at, $"expected an intrinsic after {whole}");
        }

        return new TraceQlToken(TraceQlTokenKind.Word, new SourceSpan(start, _at), word);
    }

    private TraceQlToken Attribute(int start, AttributeScope scope, bool ofParent)
    {
        var name = new StringBuilder();
        while (_at < query.Length)
        {
            if (query[_at] == '"')
            {
                QuotedName(name);
            }
            else if (IsNameEnd(_at))
            {
                break;
            }
            else
            {
                name.Append(query[_at++]);
            }
        }

        return name.Length > 0
            ? new TraceQlToken(TraceQlTokenKind.Attribute, new SourceSpan(start, _at), name.ToString(), Scope: scope, OfParent: ofParent)
            : throw Problem(start, Math.Max(_at, start + 1), $"expected the name of an attribute after {query[start.._at]}");
    }

    private void QuotedName(StringBuilder name)
    {
        var start = _at++;
        while (_at < query.Length && query[_at] != '"')
        {
            if (query[_at] == '\\' && (_at + 1 >= query.Length || query[_at + 1] is not ('"' or '\\')))
            {
                throw Problem(_at, _at + 2, "unknown escape sequence in the name of an attribute; there are \\\" and \\\\");
            }

            _at += query[_at] == '\\' ? 1 : 0;
            name.Append(query[_at++]);
        }

        if (_at >= query.Length)
        {
            throw Problem(start, query.Length, "the quotes around the name of an attribute are not closed");
        }

        _at++;
    }

    private TraceQlToken Number(int start)
    {
        while (_at < query.Length && (char.IsAsciiLetterOrDigit(query[_at]) || query[_at] is '.' or 'µ' or 'μ' || (query[_at] is '+' or '-' && IsExponent(start))))
        {
            _at++;
        }

        var span = new SourceSpan(start, _at);
        var text = query[start.._at];
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
        {
            return new TraceQlToken(TraceQlTokenKind.Literal, span, text, TraceValue.Of(whole));
        }

        if (char.IsAsciiDigit(text[^1]) && double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return new TraceQlToken(TraceQlTokenKind.Literal, span, text, TraceValue.Of(number));
        }

        return GoDuration.TryParse(text, out var nanoseconds)
            ? new TraceQlToken(TraceQlTokenKind.Literal, span, text, TraceValue.OfDuration(nanoseconds))
            : throw Problem(start, _at, $"{text} is neither a number nor a duration (units are h, m, s, ms, us, ns)");
    }

    /// <summary>Whether a sign here belongs to an exponent: <c>1e-3</c>.</summary>
    private bool IsExponent(int start) => query[_at - 1] is 'e' or 'E' && !query.AsSpan(start, _at - 1 - start).ContainsAnyExcept(Digits)
        && _at + 1 < query.Length && char.IsAsciiDigit(query[_at + 1]);

    private TraceQlToken Text(int start)
    {
        var end = QuotedText.EndOf(query, start);
        if (end < 0)
        {
            throw Problem(start, query.Length, "the text is not closed with a quote");
        }

        _at = end;
        return QuotedText.TryUnquote(query.AsSpan(start, end - start), out var text, out var problem)
            ? new TraceQlToken(TraceQlTokenKind.Literal, new SourceSpan(start, end), query[start..end], TraceValue.Of(text))
            : throw Problem(start, end, $"a text that cannot be read: {problem}");
    }

    private string Letters()
    {
        var start = _at;
        while (_at < query.Length && (char.IsAsciiLetterOrDigit(query[_at]) || query[_at] == '_'))
        {
            _at++;
        }

        return query[start.._at];
    }

    private bool IsNameEnd(int at) => at >= query.Length || char.IsWhiteSpace(query[at]) || query[at] is '{' or '}' or '(' or ')' or '=' or '~' or '!' or '<' or '>' or '&' or '|' or '^' or ',';

    /// <summary>False at the end.</summary>
    private bool SkipSpace()
    {
        while (_at < query.Length)
        {
            var rest = query.AsSpan(_at);
            if (char.IsWhiteSpace(rest[0]))
            {
                _at++;
            }
            else if (rest.StartsWith("//", StringComparison.Ordinal))
            {
                _at += rest.IndexOf('\n') is var length and >= 0 ? length : rest.Length;
            }
            else if (rest.StartsWith("/*", StringComparison.Ordinal))
            {
                var end = rest.IndexOf("*/", StringComparison.Ordinal);
                _at += end >= 0 ? end + 2 : throw Problem(_at, query.Length, "the comment is not closed with */");
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private char? Peek() => _at < query.Length ? query[_at] : null;

    private QuerySyntaxException Problem(int start, int end, string problem) => new(query, new SourceSpan(start, end), problem);

    /// <summary>The rest of the text, beginning with a whole character.</summary>
    private static string Valid(string text, int at) => Rune.TryGetRuneAt(text, at, out _) ? text[at..] : "\uFFFD";
}
