using System.Text;

namespace Clew.Protocols.Loki;

/// <summary>
/// Reads a label set as Prometheus and Loki write it, <c>{app="shop", path="C:\\"}</c>: pair after pair, without allocating. Values are quoted as in
/// Go: double quotes with escapes, or backquotes without.
/// </summary>
internal ref struct LabelText
{
    private readonly Span<byte> _scratch;
    private ReadOnlySpan<byte> _rest;
    private bool _isFirst;

    /// <param name="text">The whole label set.</param>
    /// <param name="scratch">At least as long as the text; values with escapes are unescaped into it.</param>
    public LabelText(ReadOnlySpan<byte> text, Span<byte> scratch)
    {
        _scratch = scratch;
        var trimmed = Trim(text);
        IsDamaged = trimmed.Length < 2 || trimmed[0] != (byte)'{' || trimmed[^1] != (byte)'}';
        _rest = IsDamaged ? default : Trim(trimmed[1..^1]);
        _isFirst = true;
    }

    /// <summary>Set when the text is no label set; nothing further is read.</summary>
    public bool IsDamaged { get; private set; }

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Valid until the next pair.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Next()
    {
        if (IsDamaged || _rest.IsEmpty)
        {
            return false;
        }

        if (!_isFirst)
        {
            if (_rest[0] != (byte)',')
            {
                return Damaged();
            }

            // A comma may also stand after the last pair.
            _rest = Trim(_rest[1..]);
            if (_rest.IsEmpty)
            {
                return false;
            }
        }

        _isFirst = false;
        var equals = _rest.IndexOf((byte)'=');
        if (equals <= 0)
        {
            return Damaged();
        }

        Name = Trim(_rest[..equals]);
        _rest = Trim(_rest[(equals + 1)..]);
        return ReadValue() || Damaged();
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);

    private bool Damaged()
    {
        IsDamaged = true;
        Name = default;
        Value = default;
        return false;
    }

    private bool ReadValue()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var quote = _rest[0];
        if (quote == (byte)'`')
        {
            var end = _rest[1..].IndexOf((byte)'`');
            if (end < 0)
            {
                return false;
            }

            Value = _rest.Slice(1, end);
            _rest = Trim(_rest[(end + 2)..]);
            return true;
        }

        if (quote is not ((byte)'"' or (byte)'\''))
        {
            return false;
        }

        var written = 0;
        var at = 1;
        while (at < _rest.Length && _rest[at] != quote)
        {
            if (_rest[at] == (byte)'\n')
            {
                return false;
            }

            if (_rest[at] != (byte)'\\')
            {
                _scratch[written++] = _rest[at++];
            }
            else if (!TryUnescape(ref at, quote, ref written))
            {
                return false;
            }
        }

        if (at >= _rest.Length)
        {
            return false;
        }

        Value = _scratch[..written];
        _rest = Trim(_rest[(at + 1)..]);
        return true;
    }

    private readonly bool TryUnescape(ref int at, byte quote, ref int written)
    {
        if (at + 1 >= _rest.Length)
        {
            return false;
        }

        var code = _rest[at + 1];
        at += 2;
        var plain = code switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'t' => (byte)'\t',
            (byte)'r' => (byte)'\r',
            (byte)'a' => (byte)'\a',
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'v' => (byte)'\v',
            (byte)'\\' => (byte)'\\',
            _ => code == quote ? quote : (byte)0,
        };
        if (plain != 0)
        {
            _scratch[written++] = plain;
            return true;
        }

        return code switch
        {
            (byte)'x' => TryCode(ref at, 2, 16, isByte: true, ref written),
            (byte)'u' => TryCode(ref at, 4, 16, isByte: false, ref written),
            (byte)'U' => TryCode(ref at, 8, 16, isByte: false, ref written),
            >= (byte)'0' and <= (byte)'7' => TryCode(ref at, 3, 8, isByte: true, ref written, back: 1),
            _ => false,
        };
    }

    private readonly bool TryCode(ref int at, int digits, int radix, bool isByte, ref int written, int back = 0)
    {
        at -= back;
        if (at + digits > _rest.Length)
        {
            return false;
        }

        uint value = 0;
        foreach (var digit in _rest.Slice(at, digits))
        {
            var number = digit is >= (byte)'0' and <= (byte)'9' ? digit - '0' : char.IsAsciiHexDigit((char)digit) ? (digit | 0x20) - 'a' + 10 : radix;
            if (number >= radix || value > uint.MaxValue / (uint)radix)
            {
                return false;
            }

            value = (value * (uint)radix) + (uint)number;
        }

        at += digits;
        if (isByte)
        {
            _scratch[written] = (byte)value;
            written += value <= byte.MaxValue ? 1 : 0;
            return value <= byte.MaxValue;
        }

        if (!Rune.IsValid(value))
        {
            return false;
        }

        written += new Rune(value).EncodeToUtf8(_scratch[written..]);
        return true;
    }
}
