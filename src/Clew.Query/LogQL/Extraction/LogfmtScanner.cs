using System.Buffers;

namespace Clew.Query.LogQL.Extraction;

/// <summary>
/// A way over a logfmt line: <c>key=value key="quoted value" key</c>, separated by spaces. Pairs that are none (no key, a second equals sign, quotes in a
/// key or in the middle of a value) are told apart from good ones; the way goes on behind them.
/// </summary>
internal ref struct LogfmtScanner(ReadOnlySpan<char> line)
{
    private static readonly SearchValues<char> EndsOfWord = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\v\f\r\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F =\"");

    private readonly ReadOnlySpan<char> _line = line;
    private int _at;

    public ReadOnlySpan<char> Key { get; private set; }

    /// <summary>The value without its quotes, escapes as they stand.</summary>
    public ReadOnlySpan<char> Value { get; private set; }

    public bool Escaped { get; private set; }

    /// <summary>What is wrong with the pair; null when it is one.</summary>
    public string? Problem { get; private set; }

    /// <summary>Where the pair begins, from 0.</summary>
    public int Start { get; private set; }

    /// <summary>Moves to the next pair, good or not; false at the end of the line.</summary>
    public bool MoveNext()
    {
        while (_at < _line.Length && _line[_at] <= ' ')
        {
            _at++;
        }

        Key = default;
        Value = default;
        Escaped = false;
        Problem = null;
        Start = _at;
        if (_at >= _line.Length)
        {
            return false;
        }

        Key = Word();
        if (_at >= _line.Length || _line[_at] <= ' ')
        {
            return true;
        }

        if (_line[_at] == '"')
        {
            return Wrong("a quote in a key");
        }

        if (Key.IsEmpty)
        {
            return Wrong("an equals sign without a key");
        }

        _at++;
        if (_at < _line.Length && _line[_at] == '"')
        {
            return Quoted();
        }

        Value = Word();
        return _at >= _line.Length || _line[_at] <= ' ' || Wrong(_line[_at] == '=' ? "a second equals sign" : "a quote within a value");
    }

    private ReadOnlySpan<char> Word()
    {
        var rest = _line[_at..];
        var length = rest.IndexOfAny(EndsOfWord);
        var word = length < 0 ? rest : rest[..length];
        _at += word.Length;
        return word;
    }

    private bool Quoted()
    {
        var start = ++_at;
        while (_at < _line.Length && _line[_at] != '"')
        {
            Escaped |= _line[_at] == '\\';
            _at += _line[_at] == '\\' ? 2 : 1;
        }

        if (_at >= _line.Length)
        {
            _at = _line.Length;
            Problem = "a quoted value is not closed";
            return true;
        }

        Value = _line[start.._at];
        _at++;
        return true;
    }

    /// <summary>Goes to the next space, behind what is no pair.</summary>
    private bool Wrong(string problem)
    {
        Problem = problem;
        while (_at < _line.Length && _line[_at] > ' ')
        {
            _at++;
        }

        return true;
    }
}
