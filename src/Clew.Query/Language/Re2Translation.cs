using System.Buffers;
using System.Globalization;
using System.Text;

namespace Clew.Query.Language;

/// <summary>
/// One way over a pattern in RE2 syntax (github.com/google/re2/wiki/Syntax), writing the same pattern in .NET's. Everything that means something else in
/// .NET is rewritten or refused.
/// </summary>
internal sealed class Re2Translation(string source)
{
    /// <summary>How often counted repetition may repeat, nested counts multiplied; RE2 has the same.</summary>
    private const int MostRepetitions = 1_000;

    /// <summary>Groups within groups; RE2 has the same.</summary>
    private const int DeepestNesting = 1_000;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private readonly StringBuilder _written = new(source.Length + 16);
    private readonly Stack<(bool MultiLine, int Repetitions)> _groups = new();
    private readonly List<string> _names = ["0"];
    private int _at;
    private bool _multiLine;

    /// <summary>The largest product of counts within the last atom, and within the group so far.</summary>
    private int _atomRepetitions;
    private int _groupRepetitions = 1;

    /// <summary>The names of the groups by number, as <see cref="Translate"/> met them; an unnamed group has its number as name.</summary>
    public IReadOnlyList<string> Names => _names;

    public string Translate()
    {
        while (_at < source.Length)
        {
            var character = source[_at];
            switch (character)
            {
                case '\\':
                    Escape();
                    break;
                case '[':
                    Class();
                    break;
                case '(':
                    Open();
                    break;
                case ')':
                    Close();
                    break;
                case '|':
                    Assertion("|");
                    break;
                case '^':
                    Assertion(_multiLine ? "(?m:^)" : @"\A");
                    break;
                case '$':
                    Assertion(_multiLine ? "(?m:$)" : @"\z");
                    break;
                case '*' or '+' or '?':
                    Repeat(character.ToString(), 1);
                    break;
                case '{' when TryCounts(out var text, out var most):
                    Repeat(text, most);
                    break;
                case '{':
                    Atom(@"\{");
                    break;
                default:
                    Atom(character is '}' or ']' or '#' or ' ' ? "\\" + character : character.ToString());
                    break;
            }
        }

        return _groups.Count == 0 ? _written.ToString() : throw new RefusedException("missing closing )");
    }

    private void Atom(string text, int length = 1)
    {
        _written.Append(text);
        _at += length;
        _atomRepetitions = 1;
    }

    private void Assertion(string text)
    {
        _written.Append(text);
        _at++;
        _atomRepetitions = text == "|" ? 0 : 1;
    }

    private void Repeat(string text, int most)
    {
        if (_atomRepetitions == 0)
        {
            throw new RefusedException($"missing argument to repetition operator: {text}");
        }

        if (_atomRepetitions < 0)
        {
            throw new RefusedException($"invalid nested repetition operator: {text}");
        }

        if ((long)most * _atomRepetitions > MostRepetitions)
        {
            throw new RefusedException($"invalid repeat count: {text}");
        }

        _written.Append(text);
        _at += text.Length;
        if (_at < source.Length && source[_at] == '?')
        {
            _written.Append('?');
            _at++;
        }

        _groupRepetitions = Math.Max(_groupRepetitions, most * _atomRepetitions);
        _atomRepetitions = -1;
    }

    /// <summary><c>{n}</c>, <c>{n,}</c>, <c>{n,m}</c>; anything else after a brace is text.</summary>
    private bool TryCounts(out string text, out int most)
    {
        text = string.Empty;
        most = 0;
        var end = source.IndexOf('}', _at);
        if (end < 0)
        {
            return false;
        }

        var counts = source.AsSpan(_at + 1, end - _at - 1);
        var comma = counts.IndexOf(',');
        var least = comma < 0 ? counts : counts[..comma];
        var largest = comma < 0 ? counts : counts[(comma + 1)..];
        if (least.IsEmpty || least.ContainsAnyExceptInRange('0', '9') || largest.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        text = source[_at..(end + 1)];
        if (!int.TryParse(least, NumberStyles.None, CultureInfo.InvariantCulture, out var low)
            || !int.TryParse(largest.IsEmpty ? least : largest, NumberStyles.None, CultureInfo.InvariantCulture, out most)
            || low > most || most > MostRepetitions)
        {
            throw new RefusedException($"invalid repeat count: {text}");
        }

        most = Math.Max(most, 1);
        return true;
    }

    private void Open()
    {
        if (_groups.Count >= DeepestNesting)
        {
            throw new RefusedException("the groups are nested too deeply");
        }

        if (_at + 1 >= source.Length || source[_at + 1] != '?')
        {
            _names.Add(_names.Count.ToString(CultureInfo.InvariantCulture));
            Push("(", 1);
            return;
        }

        var rest = source.AsSpan(_at + 2);
        if (rest.StartsWith("P<", StringComparison.Ordinal) || (rest.StartsWith("<", StringComparison.Ordinal) && !rest.StartsWith("<=", StringComparison.Ordinal) && !rest.StartsWith("<!", StringComparison.Ordinal)))
        {
            var name = rest[(rest.IndexOf('<') + 1)..];
            var end = name.IndexOf('>');
            if (end <= 0 || name[..end].ContainsAnyExcept(NameCharacters))
            {
                throw new RefusedException("invalid named capture");
            }

            if (_names.Contains(name[..end].ToString()))
            {
                throw new RefusedException($"duplicate capture name {name[..end]}");
            }

            // RE2 counts named groups where they stand, .NET after all others: there they have numbers alone.
            _names.Add(name[..end].ToString());
            Push("(", 2 + rest.IndexOf('<') + 1 + end + 1);
            return;
        }

        var flags = rest.IndexOfAnyExcept("imsU-");
        if (flags < 0 || rest[flags] is not (':' or ')') || rest[..flags].Contains('U') || rest[..flags].Count('-') > 1 || (flags == 0 && rest[0] == ')'))
        {
            throw new RefusedException("invalid or unsupported Perl syntax: (?");
        }

        var minus = rest[..flags].IndexOf('-');
        var on = minus < 0 ? rest[..flags] : rest[..minus];
        var off = minus < 0 ? default : rest[(minus + 1)..flags];
        var multiLine = (_multiLine || on.Contains('m')) && !off.Contains('m');
        var kept = string.Concat(on.ToString().Replace("m", string.Empty, StringComparison.Ordinal), off.IsEmpty ? string.Empty : "-" + off.ToString().Replace("m", string.Empty, StringComparison.Ordinal));
        kept = kept.TrimEnd('-');
        if (rest[flags] == ')')
        {
            _written.Append(kept.Length == 0 ? "(?:)" : $"(?{kept})");
            _multiLine = multiLine;
            _at += flags + 3;
            _atomRepetitions = 0;
            return;
        }

        Push($"(?{kept}:", flags + 3);
        _multiLine = multiLine;
    }

    private void Push(string text, int length)
    {
        _groups.Push((_multiLine, _groupRepetitions));
        _written.Append(text);
        _at += length;
        _groupRepetitions = 1;
        _atomRepetitions = 0;
    }

    private void Close()
    {
        if (!_groups.TryPop(out var group))
        {
            throw new RefusedException("unexpected )");
        }

        _written.Append(')');
        _at++;
        _multiLine = group.MultiLine;
        _atomRepetitions = _groupRepetitions;
        _groupRepetitions = Math.Max(group.Repetitions, _groupRepetitions);
    }

    private void Escape()
    {
        if (_at + 1 >= source.Length)
        {
            throw new RefusedException("trailing backslash at end of expression");
        }

        var escape = source[_at + 1];
        switch (escape)
        {
            case 'A' or 'z':
                Atom($"\\{escape}", 2);
                break;
            case 'b' or 'B':
                Atom($"\\{escape}", 2);
                break;
            case 'Q':
                var end = source.IndexOf(@"\E", _at + 2, StringComparison.Ordinal);
                foreach (var literal in source.AsSpan(_at + 2, (end < 0 ? source.Length : end) - _at - 2))
                {
                    Atom(System.Text.RegularExpressions.Regex.Escape(literal.ToString()), 0);
                }

                _at = end < 0 ? source.Length : end + 2;
                break;
            default:
                var text = ClassOf(escape) is { } set ? $"[{set}]" : escape is 'p' or 'P' ? UnicodeClass() : Literal();
                Atom(text, 0);
                break;
        }
    }

    /// <summary>The members of a Perl class as RE2 has it, ASCII alone; <c>null</c> when the letter names none. Moves past it.</summary>
    private string? ClassOf(char letter)
    {
        var set = letter switch
        {
            'd' => "0-9",
            'D' => @"\x00-/:-\uFFFF",
            's' => @"\t\n\f\r ",
            'S' => @"\x00-\x08\x0B\x0E-\x1F!-\uFFFF",
            'w' => "0-9A-Za-z_",
            'W' => @"\x00-/:-@\[-\^`{-\uFFFF",
            _ => null,
        };
        _at += set is null ? 0 : 2;
        return set;
    }

    private string UnicodeClass()
    {
        var start = _at;
        var length = _at + 2 < source.Length && source[_at + 2] == '{' ? source.IndexOf('}', _at) - _at + 1 : 3;
        if (length < 3 || start + length > source.Length)
        {
            throw new RefusedException("invalid character class range");
        }

        _at += length;
        var name = length == 3 ? source[(start + 2)..(start + 3)] : source[(start + 3)..(start + length - 1)];
        return name.Length is 1 or 2 && char.IsAsciiLetterUpper(name[0])
            ? $@"\{source[start + 1]}{{{name}}}"
            : throw new RefusedException($"invalid character class range: \\{source[start + 1]}{{{name}}}");
    }

    /// <summary>One escaped character, as .NET writes it. Moves past it.</summary>
    private string Literal()
    {
        var escape = source[_at + 1];
        _at += 2;
        switch (escape)
        {
            case 'a' or 'f' or 't' or 'n' or 'r' or 'v':
                return $"\\{escape}";
            case 'x':
                return Hexadecimal();
            case >= '0' and <= '7':
                if (escape != '0' && (_at >= source.Length || source[_at] is < '0' or > '7'))
                {
                    throw new RefusedException($"invalid escape sequence: \\{escape}");
                }

                var value = escape - '0';
                for (var digits = 1; digits < 3 && _at < source.Length && source[_at] is >= '0' and <= '7'; digits++)
                {
                    value = (value * 8) + (source[_at++] - '0');
                }

                return Unit(value);
            case < (char)128 when !char.IsAsciiLetterOrDigit(escape):
                return escape is '_' or '"' or '\'' or '/' or ',' or ':' or ';' or '<' or '>' or '=' or '!' or '@' or '%' or '&' or '~' or '`'
                    ? escape.ToString()
                    : $"\\{escape}";
            default:
                throw new RefusedException($"invalid escape sequence: \\{escape}");
        }
    }

    private string Hexadecimal()
    {
        var braced = _at < source.Length && source[_at] == '{';
        var end = braced ? source.IndexOf('}', _at) : _at + 2;
        var digits = end < 0 || end > source.Length ? default : source.AsSpan(braced ? _at + 1 : _at, end - _at - (braced ? 1 : 0));
        if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || !Rune.IsValid(value))
        {
            throw new RefusedException(@"invalid escape sequence: \x");
        }

        _at = braced ? end + 1 : end;
        return Unit(value);
    }

    private static string Unit(int value) => value < 0x10000
        ? string.Create(CultureInfo.InvariantCulture, $"\\u{value:X4}")
        : string.Concat(char.ConvertFromUtf32(value).Select(unit => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}")));

    /// <summary><c>[…]</c>: RE2 has named classes in it and no subtraction; a bracket after the first place is text.</summary>
    private void Class()
    {
        var start = _at++;
        _written.Append('[');
        if (_at < source.Length && source[_at] == '^')
        {
            _written.Append('^');
            _at++;
        }

        for (var first = true; ; first = false)
        {
            if (_at >= source.Length)
            {
                throw new RefusedException($"missing closing ]: {source[start..]}");
            }

            var character = source[_at];
            if (character == ']' && !first)
            {
                break;
            }

            switch (character)
            {
                case '[' when _at + 1 < source.Length && source[_at + 1] == ':' && source.IndexOf(":]", _at, StringComparison.Ordinal) is var end and > 0:
                    _written.Append(Named(source[(_at + 2)..end]));
                    _at = end + 2;
                    break;
                case '\\' when _at + 1 < source.Length:
                    var letter = source[_at + 1];
                    _written.Append(ClassOf(letter) ?? (letter is 'p' or 'P' ? UnicodeClass() : Literal()));
                    break;
                default:
                    if (character is '[' or ']' or '\\' || (character == '-' && _at + 1 < source.Length && source[_at + 1] == '['))
                    {
                        _written.Append('\\');
                    }

                    _written.Append(character);
                    _at++;
                    break;
            }
        }

        _written.Append(']');
        _at++;
        _atomRepetitions = 1;
    }

    private static string Named(string name) => name switch
    {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "ascii" => @"\x00-\x7F",
        "blank" => @"\t ",
        "cntrl" => @"\x00-\x1F\x7F",
        "digit" => "0-9",
        "graph" => "!-~",
        "lower" => "a-z",
        "print" => " -~",
        "punct" => @"!-/:-@\[-`{-~",
        "space" => @"\t\n\v\f\r ",
        "upper" => "A-Z",
        "word" => "0-9A-Za-z_",
        "xdigit" => "0-9A-Fa-f",
        "^alnum" => @"\x00-/:-@\[-`{-\uFFFF",
        "^alpha" => @"\x00-@\[-`{-\uFFFF",
        "^digit" => @"\x00-/:-\uFFFF",
        "^lower" => @"\x00-`{-\uFFFF",
        "^space" => @"\x00-\x08\x0E-\x1F!-\uFFFF",
        "^upper" => @"\x00-@\[-\uFFFF",
        "^word" => @"\x00-/:-@\[-\^`{-\uFFFF",
        _ => throw new RefusedException($"invalid character class range: [:{name}:]"),
    };

    /// <summary>Why a pattern is not taken.</summary>
    internal sealed class RefusedException(string message) : Exception(message);
}
