using System.Text.Unicode;

namespace Clew.Protocols.Prometheus.Scraping;

/// <summary>
/// Reads what stands between the braces of a sample: <c>a="b",c="d"</c>, and in Prometheus 3 also <c>"metric.name","label.name"="value"</c>.
/// </summary>
internal ref struct ExpositionLabels
{
    private ReadOnlySpan<byte> _rest;
    private bool _isFirst;

    /// <param name="labels">Without the braces.</param>
    public ExpositionLabels(ReadOnlySpan<byte> labels)
    {
        _rest = labels.Trim(" \t"u8);
        _isFirst = true;
    }

    /// <summary>What is wrong, without a full stop; null when nothing is.</summary>
    public string? Error { get; private set; }

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>A name in quotes that stands alone is the metric's; it comes as the label <c>__name__</c>.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty || Error is not null)
        {
            return false;
        }

        if (!_isFirst)
        {
            if (_rest[0] != (byte)',')
            {
                return Fail("labels are not separated by a comma");
            }

            _rest = _rest[1..].TrimStart(" \t"u8);
            if (_rest.IsEmpty)
            {
                return false;
            }
        }

        _isFirst = false;
        if (_rest[0] == (byte)'"')
        {
            if (!TryQuoted(out var quoted))
            {
                return false;
            }

            Name = quoted;
            if (_rest.IsEmpty || _rest[0] == (byte)',')
            {
                Value = Name;
                Name = "__name__"u8;
                return true;
            }
        }
        else
        {
            var end = _rest.IndexOfAny((byte)'=', (byte)' ', (byte)'\t');
            Name = end < 0 ? _rest : _rest[..end];
            if (!PrometheusNames.IsLabelName(Name))
            {
                return Fail("a label name is missing or has characters that it cannot have");
            }

            _rest = _rest[Name.Length..].TrimStart(" \t"u8);
        }

        if (!_rest.StartsWith((byte)'='))
        {
            return Fail("a label name is not followed by =");
        }

        _rest = _rest[1..].TrimStart(" \t"u8);
        if (!_rest.StartsWith((byte)'"'))
        {
            return Fail("a label value is not in quotes");
        }

        if (!TryQuoted(out var value))
        {
            return false;
        }

        Value = value;
        return true;
    }

    /// <summary>The length of a text in quotes at the beginning, with them; -1 without an end.</summary>
    public static int EndOfQuoted(ReadOnlySpan<byte> text)
    {
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] == (byte)'\\')
            {
                at++;
            }
            else if (text[at] == (byte)'"')
            {
                return at + 1;
            }
        }

        return -1;
    }

    /// <summary>The length of a label set at the beginning, with its braces; -1 without an end.</summary>
    public static int EndOfBraces(ReadOnlySpan<byte> text)
    {
        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] == (byte)'}')
            {
                return at + 1;
            }

            if (text[at] == (byte)'"')
            {
                var quoted = EndOfQuoted(text[at..]);
                if (quoted < 0)
                {
                    return -1;
                }

                at += quoted - 1;
            }
        }

        return -1;
    }

    /// <summary>Turns <c>\\</c>, <c>\"</c> and <c>\n</c> into what they mean; any other backslash is one.</summary>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'\\'))
        {
            return text;
        }

        var plain = new byte[text.Length];
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var next = text[at] == (byte)'\\' && at + 1 < text.Length ? text[at + 1] : (byte)0;
            plain[length++] = next switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'\\' or (byte)'"' => next,
                _ => text[at],
            };
            at += next is (byte)'n' or (byte)'\\' or (byte)'"' ? 1 : 0;
        }

        return plain.AsSpan(0, length);
    }

    private bool Fail(string error)
    {
        Error ??= error;
        return false;
    }

    private bool TryQuoted(out ReadOnlySpan<byte> text)
    {
        var end = EndOfQuoted(_rest);
        text = end < 0 ? default : Unescape(_rest[1..(end - 1)]);
        if (end < 0)
        {
            return Fail("a text in quotes has no end");
        }

        if (!Utf8.IsValid(text))
        {
            return Fail("a label is not valid UTF-8");
        }

        _rest = _rest[end..].TrimStart(" \t"u8);
        return true;
    }
}
