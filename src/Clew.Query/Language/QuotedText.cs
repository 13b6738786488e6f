using System.Globalization;
using System.Text;

namespace Clew.Query.Language;

/// <summary>
/// Text between quotes as Go and the query languages write it: <c>"…"</c> and <c>'…'</c> with escapes, <c>`…`</c> as it stands. Escapes can make bytes
/// that are not UTF-8; each such byte becomes the lone surrogate U+DC00 + byte, which <see cref="Quote"/> writes back as <c>\xNN</c>.
/// </summary>
public static class QuotedText
{
    /// <summary>Where the text that begins with a quote at <paramref name="start"/> ends: the place after the closing quote, or -1 when it is not closed.</summary>
    public static int EndOf(ReadOnlySpan<char> source, int start)
    {
        var quote = source[start];
        for (var i = start + 1; i < source.Length; i++)
        {
            if (source[i] == quote)
            {
                return i + 1;
            }

            if (quote != '`' && source[i] == '\n')
            {
                return -1;
            }

            if (quote != '`' && source[i] == '\\')
            {
                i++;
            }
        }

        return -1;
    }

    /// <summary>Takes off the quotes and resolves escapes.</summary>
    /// <param name="problem">What is wrong with it, when false is returned.</param>
    public static bool TryUnquote(ReadOnlySpan<char> quoted, out string text, out string problem)
    {
        text = string.Empty;
        problem = "it is not quoted";
        if (quoted.Length < 2 || quoted[0] != quoted[^1] || quoted[0] is not ('"' or '\'' or '`'))
        {
            return false;
        }

        var quote = quoted[0];
        var inner = quoted[1..^1];
        if (quote == '`')
        {
            text = inner.ToString().Replace("\r", string.Empty, StringComparison.Ordinal);
            return true;
        }

        if (!inner.Contains('\\'))
        {
            text = inner.ToString();
            return true;
        }

        var bytes = new List<byte>(inner.Length);
        Span<byte> buffer = stackalloc byte[4];
        for (var i = 0; i < inner.Length;)
        {
            if (inner[i] != '\\')
            {
                i += Append(bytes, inner[i..], buffer);
                continue;
            }

            if (++i >= inner.Length)
            {
                problem = "a backslash has nothing after it";
                return false;
            }

            var escape = inner[i++];
            if (SimpleEscape(escape, quote) is { } simple)
            {
                bytes.Add((byte)simple);
                continue;
            }

            var (digits, radix) = escape switch { 'x' => (2, 16), 'u' => (4, 16), 'U' => (8, 16), >= '0' and <= '7' => (3, 8), _ => (0, 0) };
            if (digits == 0)
            {
                problem = $"unknown escape sequence \\{escape}";
                return false;
            }

            if (radix == 8)
            {
                i--;
            }

            if (i + digits > inner.Length || !TryNumber(inner.Slice(i, digits), radix, out var number) || (radix == 8 && number > 255))
            {
                problem = $"the escape sequence \\{escape} needs {digits} {(radix == 8 ? "octal" : "hexadecimal")} digits";
                return false;
            }

            i += digits;
            if (digits <= 3)
            {
                bytes.Add((byte)number);
            }
            else if (Rune.IsValid(number))
            {
                bytes.AddRange(buffer[..new Rune(number).EncodeToUtf8(buffer)]);
            }
            else
            {
                problem = $"the escape sequence \\{escape} is not a character of Unicode";
                return false;
            }
        }

        text = Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
        return true;
    }

    /// <summary>Double quotes around the text, with escapes for what cannot be seen or is not a character: Go's <c>%q</c>.</summary>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        for (var i = 0; i < text.Length;)
        {
            if (Rune.TryGetRuneAt(text, i, out var rune))
            {
                Append(quoted, rune);
                i += rune.Utf16SequenceLength;
                continue;
            }

            var unit = text[i++];
            _ = unit is >= '\uDC80' and <= '\uDCFF'
                ? quoted.Append(CultureInfo.InvariantCulture, $"\\x{unit - 0xDC00:x2}")
                : quoted.Append("\\ufffd");
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Whether every character is one: no bytes that are not UTF-8.</summary>
    public static bool IsValid(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                return false;
            }

            i += rune.Utf16SequenceLength;
        }

        return true;
    }

    private static int? SimpleEscape(char escape, char quote) => escape switch
    {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => 10,
        'r' => 13,
        't' => 9,
        'v' => 11,
        '\\' => '\\',
        '"' or '\'' when escape == quote => escape,
        _ => null,
    };

    private static bool TryNumber(ReadOnlySpan<char> digits, int radix, out int number)
    {
        long value = 0;
        foreach (var digit in digits)
        {
            var step = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : 16;
            if (step >= radix)
            {
                number = 0;
                return false;
            }

            value = (value * radix) + step;
        }

        number = value > int.MaxValue ? -1 : (int)value;
        return true;
    }

    private static int Append(List<byte> bytes, ReadOnlySpan<char> text, Span<byte> buffer)
    {
        if (Rune.DecodeFromUtf16(text, out var rune, out var length) != System.Buffers.OperationStatus.Done && text[0] is >= '\uDC80' and <= '\uDCFF')
        {
            bytes.Add((byte)(text[0] - 0xDC00));
            return 1;
        }

        bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
        return length;
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune);
                bytes = bytes[length..];
            }
            else
            {
                text.Append((char)(0xDC00 + bytes[0]));
                bytes = bytes[1..];
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder quoted, Rune rune)
    {
        _ = rune.Value switch
        {
            '"' => quoted.Append("\\\""),
            '\\' => quoted.Append("\\\\"),
            7 => quoted.Append("\\a"),
            8 => quoted.Append("\\b"),
            9 => quoted.Append("\\t"),
            10 => quoted.Append("\\n"),
            11 => quoted.Append("\\v"),
            12 => quoted.Append("\\f"),
            13 => quoted.Append("\\r"),
            < ' ' or 0x7f => quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
            < 0x10000 when IsHidden(rune) => quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
            _ when IsHidden(rune) => quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
            _ => quoted.Append(rune),
        };
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || (rune.Value != ' ' && Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator);
}
