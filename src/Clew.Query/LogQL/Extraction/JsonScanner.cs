using System.Buffers;
using System.Globalization;

namespace Clew.Query.LogQL.Extraction;

/// <summary>
/// A way over a JSON text without building anything. What comes after the first value is not looked at, and text in quotes may hold control characters:
/// lines of logs are like that, and Loki takes them.
/// </summary>
internal ref struct JsonScanner(ReadOnlySpan<char> text)
{
    private static readonly SearchValues<char> EndsOfText = SearchValues.Create("\"\\");
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789+-.eE");

    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    public readonly int Position => _at;

    /// <summary>Moves to the next character that is no space; NUL at the end.</summary>
    public char Peek()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\n' or '\r')
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : '\0';
    }

    /// <summary>Takes the next character if it is this one.</summary>
    public bool TryTake(char character)
    {
        if (Peek() != character)
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <summary>Takes a text in quotes.</summary>
    /// <param name="raw">What is between the quotes, escapes as they stand.</param>
    /// <param name="escaped">Whether it has escapes.</param>
    public bool TryTakeText(out ReadOnlySpan<char> raw, out bool escaped)
    {
        raw = default;
        escaped = false;
        if (!TryTake('"'))
        {
            return false;
        }

        var start = _at;
        while (true)
        {
            var next = _text[_at..].IndexOfAny(EndsOfText);
            if (next < 0)
            {
                return false;
            }

            _at += next + 1;
            if (_text[_at - 1] == '"')
            {
                raw = _text[start..(_at - 1)];
                return true;
            }

            escaped = true;
            if (++_at > _text.Length)
            {
                return false;
            }
        }
    }

    /// <summary>Takes a number, <c>true</c>, <c>false</c> or <c>null</c>, as it is written.</summary>
    public bool TryTakeWord(out ReadOnlySpan<char> word)
    {
        Peek();
        var rest = _text[_at..];
        foreach (var literal in (ReadOnlySpan<string>)["true", "false", "null"])
        {
            if (rest.StartsWith(literal, StringComparison.Ordinal))
            {
                word = rest[..literal.Length];
                _at += literal.Length;
                return true;
            }
        }

        var length = rest.IndexOfAnyExcept(NumberCharacters);
        word = length < 0 ? rest : rest[..length];
        _at += word.Length;
        return !word.IsEmpty && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }

    /// <summary>Takes any value; objects and arrays with all that is in them.</summary>
    public bool TrySkipValue(int depth)
    {
        switch (Peek())
        {
            case '"':
                return TryTakeText(out _, out _);
            case '{' or '[' when depth >= ExtractionLimits.JsonDepth:
                return false;
            case '{':
                _at++;
                if (TryTake('}'))
                {
                    return true;
                }

                do
                {
                    if (!TryTakeText(out _, out _) || !TryTake(':') || !TrySkipValue(depth + 1))
                    {
                        return false;
                    }
                }
                while (TryTake(','));
                return TryTake('}');
            case '[':
                _at++;
                if (TryTake(']'))
                {
                    return true;
                }

                do
                {
                    if (!TrySkipValue(depth + 1))
                    {
                        return false;
                    }
                }
                while (TryTake(','));
                return TryTake(']');
            default:
                return TryTakeWord(out _);
        }
    }

    /// <summary>The text since a position.</summary>
    public readonly ReadOnlySpan<char> Since(int start) => _text[start.._at];
}
