using Clew.Query.Language;

namespace Clew.Query.PromQL.Parsing;

/// <summary>
/// From text to tokens. Words are not told apart here: every keyword is also a name, and only the parser knows where it stands. A colon is part of a
/// name unless it stands within brackets, where it parts range and step.
/// </summary>
internal sealed class Lexer(string query)
{
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _brackets;

    /// <exception cref="QuerySyntaxException">A character that begins nothing, a string that does not end, a number that is none.</exception>
    public List<Token> Run()
    {
        while (true)
        {
            _at = Scanning.EndOfSpace(query, _at);
            if (_at >= query.Length)
            {
                _tokens.Add(new Token(TokenKind.End, string.Empty, new SourceSpan(query.Length, query.Length)));
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
            case '(':
                Add(TokenKind.OpenParenthesis, 1);
                break;
            case ')':
                Add(TokenKind.CloseParenthesis, 1);
                break;
            case '{':
                Add(TokenKind.OpenBrace, 1);
                break;
            case '}':
                Add(TokenKind.CloseBrace, 1);
                break;
            case '[':
                _brackets++;
                Add(TokenKind.OpenBracket, 1);
                break;
            case ']':
                _brackets--;
                Add(TokenKind.CloseBracket, 1);
                break;
            case ',':
                Add(TokenKind.Comma, 1);
                break;
            case '@':
                Add(TokenKind.At, 1);
                break;
            case ':' when _brackets > 0:
                Add(TokenKind.Colon, 1);
                break;
            case '=':
                Add(next == '=' ? TokenKind.Operator : next == '~' ? TokenKind.MatchRegex : TokenKind.Assign, next is '=' or '~' ? 2 : 1);
                break;
            case '!' when next is '=' or '~':
                Add(next == '=' ? TokenKind.Operator : TokenKind.MatchNotRegex, 2);
                break;
            case '<' or '>':
                Add(TokenKind.Operator, next is '=' or '/' ? 2 : 1);
                break;
            case '+' or '-' or '*' or '/' or '%' or '^':
                Add(TokenKind.Operator, 1);
                break;
            case '"' or '\'' or '`':
                String();
                break;
            case '.' when char.IsAsciiDigit(next):
            case >= '0' and <= '9':
                Number();
                break;
            case '_' or ':' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
                Word();
                break;
            default:
                throw new QuerySyntaxException(query, new SourceSpan(_at, _at + 1), $"unexpected character: {QuotedText.Quote(character.ToString())}");
        }
    }

    private void Add(TokenKind kind, int length)
    {
        _tokens.Add(new Token(kind, query.Substring(_at, length), new SourceSpan(_at, _at + length)));
        _at += length;
    }

    private void String()
    {
        var text = Scanning.Quoted(query, _at, "the string is not closed", out var span);
        _tokens.Add(new Token(TokenKind.String, text, span));
        _at = span.End;
    }

    private void Word()
    {
        var end = _at;
        while (end < query.Length && (char.IsAsciiLetterOrDigit(query[end]) || query[end] == '_' || (query[end] == ':' && _brackets <= 0)))
        {
            end++;
        }

        Add(TokenKind.Identifier, end - _at);
    }

    private void Number()
    {
        var end = Scanning.EndOfNumber(query, _at);
        var text = query.AsSpan(_at, end - _at);
        var kind = PrometheusDuration.TryParse(text, out _) && !char.IsAsciiDigit(text[^1]) ? TokenKind.Duration : TokenKind.Number;
        if (kind == TokenKind.Number)
        {
            var problem = !GoNumber.TryParse(text, out var number) ? $"bad number or duration syntax: {QuotedText.Quote(text.ToString())}"
                : !double.IsFinite(number) ? $"error parsing number: {text} is out of range"
                : null;
            if (problem is not null)
            {
                throw new QuerySyntaxException(query, new SourceSpan(_at, end), problem);
            }
        }

        Add(kind, end - _at);
    }
}
