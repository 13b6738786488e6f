using System.Globalization;
using System.Text;
using Clew.Query.Language;

namespace Clew.Query.LogQL.Templates;

/// <summary>
/// <c>printf</c> as Go's <c>fmt</c> has it (pkg.go.dev/fmt): verbs <c>v s q d x X o O b c U e E f F g G t T %</c>, the flags <c>+ - # 0</c> and space, width,
/// precision, both also as <c>*</c>, and <c>[n]</c>. What does not fit is written as Go writes it: <c>%!d(string=x)</c>.
/// </summary>
internal sealed class GoFormat
{
    private const int WidestField = 1_000_000;

    private readonly string _format;
    private readonly TemplateValue[] _values;
    private readonly StringBuilder _output = new();
    private int _at;
    private int _next;
    private bool _reordered;
    private bool _plus;
    private bool _minus;
    private bool _sharp;
    private bool _space;
    private bool _zero;
    private int? _width;
    private int? _precision;

    private GoFormat(string format, TemplateValue[] values)
    {
        _format = format;
        _values = values;
    }

    /// <exception cref="LogQlTemplateException">It is longer than a template may write.</exception>
    public static string Format(string format, ReadOnlySpan<TemplateValue> values) => new GoFormat(format, values.ToArray()).Run();

    private string Run()
    {
        while (_at < _format.Length)
        {
            var percent = _format.IndexOf('%', _at);
            _output.Append(_format, _at, (percent < 0 ? _format.Length : percent) - _at);
            if (percent < 0)
            {
                break;
            }

            _at = percent + 1;
            Verb();
            TemplateTexts.CheckLength(_output.Length);
        }

        if (!_reordered && _next < _values.Length)
        {
            _output.Append("%!(EXTRA ");
            for (var i = _next; i < _values.Length; i++)
            {
                _output.Append(i > _next ? ", " : string.Empty).Append(TypeAndValue(_values[i]));
            }

            _output.Append(')');
        }

        return _output.ToString();
    }

    private void Verb()
    {
        _plus = _minus = _sharp = _space = _zero = false;
        _width = _precision = null;
        for (; _at < _format.Length && _format[_at] is '+' or '-' or '#' or ' ' or '0'; _at++)
        {
            _plus |= _format[_at] == '+';
            _minus |= _format[_at] == '-';
            _sharp |= _format[_at] == '#';
            _space |= _format[_at] == ' ';
            _zero |= _format[_at] == '0';
        }

        var good = Index();
        _width = Count();
        if (_width < 0)
        {
            _minus = true;
            _width = -_width;
        }

        if (_at < _format.Length && _format[_at] == '.')
        {
            _at++;
            good &= Index();
            _precision = Count() is { } precision ? (precision < 0 ? null : precision) : 0;
        }

        good &= Index();
        if (_at >= _format.Length)
        {
            _output.Append("%!(NOVERB)");
            return;
        }

        var rune = Rune.TryGetRuneAt(_format, _at, out var whole) ? whole : Rune.ReplacementChar;
        _at += rune.Utf16SequenceLength;
        if (rune.Value == '%')
        {
            _output.Append('%');
        }
        else if (!good)
        {
            _output.Append("%!").Append(rune.ToString()).Append("(BADINDEX)");
        }
        else if (_next >= _values.Length)
        {
            _output.Append("%!").Append(rune.ToString()).Append("(MISSING)");
        }
        else
        {
            Write(rune, _values[_next++]);
        }
    }

    /// <summary><c>[n]</c>. False when there is no such argument.</summary>
    private bool Index()
    {
        if (_at >= _format.Length || _format[_at] != '[')
        {
            return true;
        }

        _reordered = true;
        var end = _format.IndexOf(']', _at);
        var good = int.TryParse(end < 0 ? default : _format.AsSpan(_at + 1, end - _at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= _values.Length;
        _at = end < 0 ? _at + 1 : end + 1;
        _next = good ? number - 1 : _next;
        return good;
    }

    private int? Count()
    {
        if (_at < _format.Length && _format[_at] == '*')
        {
            _at++;
            if (_next < _values.Length && _values[_next++] is { Kind: TemplateValueKind.Integer, Integer: >= -WidestField and <= WidestField } count)
            {
                return (int)count.Integer;
            }

            _output.Append("%!(BADWIDTH)");
            return null;
        }

        var start = _at;
        while (_at < _format.Length && char.IsAsciiDigit(_format[_at]))
        {
            _at++;
        }

        if (_at == start)
        {
            return null;
        }

        if (int.TryParse(_format.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= WidestField)
        {
            return value;
        }

        _output.Append("%!(BADWIDTH)");
        return null;
    }

    private void Write(Rune verb, in TemplateValue value)
    {
        var letter = verb.IsAscii ? (char)verb.Value : '\0';
        if (letter == 'T')
        {
            Pad(value.Kind == TemplateValueKind.Nil ? "<nil>" : value.TypeName);
            return;
        }

        if (letter == 'v' && value.Kind is TemplateValueKind.Nil or TemplateValueKind.List or TemplateValueKind.Map or TemplateValueKind.Time)
        {
            Pad(value.Kind == TemplateValueKind.Nil ? "<nil>" : value.ToString());
            return;
        }

        if (value.Kind is TemplateValueKind.List or TemplateValueKind.Map)
        {
            Nested(verb, value);
            return;
        }

        var done = value.Kind switch
        {
            TemplateValueKind.Text => TryText(letter, value.Text),
            TemplateValueKind.Time => TryText(letter, value.ToString()),
            TemplateValueKind.Integer => TryInteger(letter, value.Integer),
            TemplateValueKind.Number => TryNumber(letter, value.Number),
            TemplateValueKind.Boolean => letter is 't' or 'v' && Padded(value.ToString()),
            _ => false,
        };
        if (!done)
        {
            _output.Append("%!").Append(verb.ToString()).Append('(').Append(TypeAndValue(value)).Append(')');
        }
    }

    private void Nested(Rune verb, TemplateValue value)
    {
        _output.Append(value.Kind == TemplateValueKind.List ? "[" : "map[");
        var between = string.Empty;
        var items = value.Kind == TemplateValueKind.List
            ? value.List.Select(item => (string.Empty, item))
            : value.Map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value));
        foreach (var (key, item) in items)
        {
            _output.Append(between);
            between = " ";
            if (value.Kind == TemplateValueKind.Map)
            {
                Write(verb, TemplateValue.Of(key));
                _output.Append(':');
            }

            Write(verb, item);
            TemplateTexts.CheckLength(_output.Length);
        }

        _output.Append(']');
    }

    private bool TryText(char verb, string text)
    {
        var cut = _precision is { } most ? First(text, most) : text;
        switch (verb)
        {
            case 's':
                return Padded(cut);
            case 'v':
                return Padded(_sharp ? QuotedText.Quote(cut) : cut);
            case 'q':
                return Padded(_sharp && !cut.Contains('`', StringComparison.Ordinal) ? $"`{cut}`" : QuotedText.Quote(cut));
            case 'x' or 'X':
                var bytes = Encoding.UTF8.GetBytes(text);
                bytes = _precision is { } count && count < bytes.Length ? bytes[..count] : bytes;
                var prefix = _sharp && bytes.Length > 0 ? $"0{verb}" : string.Empty;
                return Padded(prefix + (verb == 'x' ? Convert.ToHexStringLower(bytes) : Convert.ToHexString(bytes)));
            default:
                return false;
        }
    }

    private bool TryInteger(char verb, long value)
    {
        switch (verb)
        {
            case 'd' or 'v':
                return Digits(value, 10, string.Empty, upper: false);
            case 'b':
                return Digits(value, 2, _sharp ? "0b" : string.Empty, upper: false);
            case 'o':
                return Digits(value, 8, _sharp ? "0" : string.Empty, upper: false);
            case 'O':
                return Digits(value, 8, "0o", upper: false);
            case 'x':
                return Digits(value, 16, _sharp ? "0x" : string.Empty, upper: false);
            case 'X':
                return Digits(value, 16, _sharp ? "0X" : string.Empty, upper: true);
            case 'c':
                return Padded(Character(value));
            case 'q':
                return Padded("'" + (value == '\'' ? "\\'" : QuotedText.Quote(Character(value))[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal)) + "'");
            case 'U':
                return Padded(string.Create(CultureInfo.InvariantCulture, $"U+{value:X4}"));
            default:
                return false;
        }
    }

    private bool TryNumber(char verb, double value)
    {
        if (verb is not ('v' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G'))
        {
            return false;
        }

        var text = double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? (value > 0 ? "+Inf" : "-Inf") : verb switch
        {
            'e' or 'E' => Exponent(value, _precision ?? 6, verb),
            'f' or 'F' => value.ToString("F" + (_precision ?? 6).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            _ => General(value, verb),
        };
        var negative = text[0] == '-';
        var sign = negative ? "-" : _plus ? "+" : _space ? " " : string.Empty;
        text = text.TrimStart('+', '-');
        Number(sign, text, double.IsFinite(value));
        return true;
    }

    private string General(double value, char verb)
    {
        if (_precision is not { } digits)
        {
            var shortest = GoNumber.FormatGeneral(value);
            return verb == 'G' ? shortest.ToUpperInvariant() : shortest;
        }

        digits = Math.Max(1, digits);
        var rounded = Exponent(value, digits - 1, 'e');
        var mark = rounded.IndexOf('e', StringComparison.Ordinal);
        var exponent = int.Parse(rounded.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent < -4 || exponent >= digits)
        {
            var mantissa = rounded[..mark];
            mantissa = mantissa.Contains('.', StringComparison.Ordinal) ? mantissa.TrimEnd('0').TrimEnd('.') : mantissa;
            return mantissa + (verb == 'G' ? rounded[mark..].ToUpperInvariant() : rounded[mark..]);
        }

        var plain = value.ToString("F" + Math.Max(0, digits - 1 - exponent).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return plain.Contains('.', StringComparison.Ordinal) ? plain.TrimEnd('0').TrimEnd('.') : plain;
    }

    private static string Exponent(double value, int digits, char letter)
    {
        var text = value.ToString("E" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{text[..mark]}{letter}{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    private bool Digits(long value, int radix, string prefix, bool upper)
    {
        var magnitude = value < 0 ? (UInt128)(-(Int128)value) : (UInt128)value;
        var digits = new StringBuilder();
        do
        {
            var digit = (int)(magnitude % (UInt128)radix);
            digits.Insert(0, (char)(digit < 10 ? '0' + digit : (upper ? 'A' : 'a') + digit - 10));
            magnitude /= (UInt128)radix;
        }
        while (magnitude > 0);
        if (_precision is { } least)
        {
            digits.Insert(0, "0", Math.Max(0, least - digits.Length));
        }

        var sign = value < 0 ? "-" : _plus ? "+" : _space ? " " : string.Empty;
        Number(sign + prefix, digits.ToString(), fillsWithZeros: _precision is null);
        return true;
    }

    private void Number(string sign, string digits, bool fillsWithZeros)
    {
        var missing = (_width ?? 0) - sign.Length - digits.Length;
        if (_zero && fillsWithZeros && !_minus && missing > 0)
        {
            _output.Append(sign).Append('0', missing).Append(digits);
            return;
        }

        var zero = _zero;
        _zero = false;
        Pad(sign + digits);
        _zero = zero;
    }

    private bool Padded(string text)
    {
        Pad(text);
        return true;
    }

    /// <summary>The width counts characters of Unicode.</summary>
    private void Pad(string text)
    {
        var missing = (_width ?? 0) - (_width is null ? 0 : text.EnumerateRunes().Count());
        if (missing <= 0)
        {
            _output.Append(text);
        }
        else if (_minus)
        {
            _output.Append(text).Append(' ', missing);
        }
        else
        {
            _output.Append(_zero ? '0' : ' ', missing).Append(text);
        }
    }

    private static string First(string text, int characters)
    {
        var at = 0;
        for (; characters > 0 && at < text.Length; characters--)
        {
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        }

        return text[..at];
    }

    private static string Character(long value) => value is >= 0 and <= 0x10FFFF && Rune.TryCreate((int)value, out var rune) ? rune.ToString() : "\uFFFD";

    private static string TypeAndValue(in TemplateValue value) => value.Kind == TemplateValueKind.Nil ? "<nil>" : $"{value.TypeName}={value}";
}
