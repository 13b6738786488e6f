using Clew.Query.Language;

namespace Clew.Query.LogQL.Templates;

/// <summary>Cuts a template into tokens, by the rules of Go's text/template (pkg.go.dev/text/template): <c>{{- … -}}</c> trims the text around, comments vanish.</summary>
internal sealed class TemplateLexer
{
    private const string Spaces = " \t\r\n";

    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private int _at;

    private TemplateLexer(string source)
    {
        _source = source;
    }

    public static IReadOnlyList<TemplateToken> Read(string source)
    {
        var lexer = new TemplateLexer(source);
        var trim = false;
        while (lexer._at < source.Length)
        {
            trim = lexer.Text(trim) && lexer.Action();
        }

        lexer.Add(TemplateTokenKind.End, source.Length);
        return lexer._tokens;
    }

    /// <summary>Text up to the next action. False at the end.</summary>
    private bool Text(bool trimLeft)
    {
        var action = _source.IndexOf("{{", _at, StringComparison.Ordinal);
        var text = _source.AsSpan(_at, (action < 0 ? _source.Length : action) - _at);
        if (trimLeft)
        {
            text = text.TrimStart(Spaces);
        }

        if (action >= 0 && StartsTrim(action + 2))
        {
            text = text.TrimEnd(Spaces);
        }

        if (!text.IsEmpty)
        {
            _tokens.Add(new(TemplateTokenKind.Text, text.ToString(), _at));
        }

        _at = action < 0 ? _source.Length : action;
        return action >= 0;
    }

    private bool StartsTrim(int at) => at + 1 < _source.Length && _source[at] == '-' && Spaces.Contains(_source[at + 1], StringComparison.Ordinal);

    private bool EndsTrim(int at) => at > 0 && Spaces.Contains(_source[at - 1], StringComparison.Ordinal) && _source.AsSpan(at).StartsWith("-}}", StringComparison.Ordinal);

    /// <summary>An action with its braces. True when it trims the text behind it.</summary>
    private bool Action()
    {
        var start = _at;
        _at += StartsTrim(_at + 2) ? 4 : 2;
        if (_source.AsSpan(_at).StartsWith("/*", StringComparison.Ordinal))
        {
            return Comment(start);
        }

        Add(TemplateTokenKind.ActionStart, start);
        while (true)
        {
            if (_at >= _source.Length)
            {
                throw new LogQlTemplateSyntaxException(start, "the action is not closed with }}");
            }

            if (EndsTrim(_at))
            {
                _at += 3;
                Add(TemplateTokenKind.ActionEnd, _at - 3);
                return true;
            }

            if (_source.AsSpan(_at).StartsWith("}}", StringComparison.Ordinal))
            {
                _at += 2;
                Add(TemplateTokenKind.ActionEnd, _at - 2);
                return false;
            }

            Token();
        }
    }

    private bool Comment(int start)
    {
        var end = _source.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new LogQlTemplateSyntaxException(start, "the comment is not closed with */");
        }

        _at = end + 2;
        var trims = _at < _source.Length && Spaces.Contains(_source[_at], StringComparison.Ordinal) && EndsTrim(_at + 1);
        _at += trims ? 1 : 0;
        if (!trims && !_source.AsSpan(_at).StartsWith("}}", StringComparison.Ordinal))
        {
            throw new LogQlTemplateSyntaxException(end, "a comment ends before the closing delimiter: {{/* … */}}");
        }

        _at += trims ? 3 : 2;
        return trims;
    }

    private void Token()
    {
        var start = _at;
        var character = _source[_at++];
        switch (character)
        {
            case ' ' or '\t' or '\r' or '\n':
                while (_at < _source.Length && Spaces.Contains(_source[_at], StringComparison.Ordinal))
                {
                    _at++;
                }

                Add(TemplateTokenKind.Space, start);
                break;
            case '(':
                Add(TemplateTokenKind.Open, start);
                break;
            case ')':
                Add(TemplateTokenKind.Close, start);
                break;
            case '|':
                Add(TemplateTokenKind.Pipe, start);
                break;
            case ',':
                Add(TemplateTokenKind.Comma, start);
                break;
            case '=':
                Add(TemplateTokenKind.Assign, start);
                break;
            case ':' when _at < _source.Length && _source[_at] == '=':
                _at++;
                Add(TemplateTokenKind.Declare, start);
                break;
            case '"' or '`' or '\'':
                _at = QuotedText.EndOf(_source, start);
                if (_at < 0)
                {
                    throw new LogQlTemplateSyntaxException(start, character == '\'' ? "a character constant is not closed" : "a quoted text is not closed");
                }

                Add(character == '\'' ? TemplateTokenKind.Character : TemplateTokenKind.Quoted, start);
                break;
            case '$':
                Word();
                Add(TemplateTokenKind.Variable, start);
                break;
            case '.' when _at < _source.Length && char.IsAsciiDigit(_source[_at]):
                Number(start);
                break;
            case '.':
                Word();
                Add(_at == start + 1 ? TemplateTokenKind.Dot : TemplateTokenKind.Field, start);
                break;
            case '+' or '-' or (>= '0' and <= '9'):
                Number(start);
                break;
            case '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
            case > '\u007F' when char.IsLetter(character):
                Word();
                Add(TemplateTokenKind.Identifier, start);
                break;
            default:
                throw new LogQlTemplateSyntaxException(start, $"unexpected {QuotedText.Quote(character.ToString())} in an action");
        }
    }

    private void Word()
    {
        while (_at < _source.Length && (_source[_at] == '_' || char.IsLetterOrDigit(_source[_at])))
        {
            _at++;
        }
    }

    private void Number(int start)
    {
        while (_at < _source.Length && (char.IsAsciiLetterOrDigit(_source[_at]) || _source[_at] is '.' or '_' || (_source[_at] is '+' or '-' && _source[_at - 1] is 'e' or 'E' or 'p' or 'P')))
        {
            _at++;
        }

        Add(TemplateTokenKind.Number, start);
    }

    private void Add(TemplateTokenKind kind, int start) => _tokens.Add(new(kind, _source[start..Math.Max(start, _at)], start));
}
