namespace Clew.Protocols.LogLines.Formats;

/// <summary>
/// Pairs as <c>key=value key="with \"quotes\""</c>, as Go's slog, logrus and Heroku write them. A line is taken for it when it is pairs from end to
/// end: three of them, or two of which one is a time, a level or a message. So <c>x=1 is wrong</c> is not.
/// </summary>
internal sealed class Logfmt() : LogLineFormat("logfmt")
{
    private const int EnoughPairs = 3;

    internal override bool TryRead(ReadOnlySpan<byte> text, LineRecord record)
    {
        var newline = text.IndexOf((byte)'\n');
        var line = newline < 0 ? text : text[..newline];
        if (!IsPairs(line))
        {
            return false;
        }

        Assign(line, record);
        record.SettleFields(line);
        if (newline >= 0)
        {
            // Further lines are a trace below a line of pairs.
            record.AppendToBody(text[newline..]);
        }

        return true;
    }

    /// <summary>Puts every pair into the record, whatever else stands between them.</summary>
    internal static void Assign(ReadOnlySpan<byte> text, LineRecord record)
    {
        while (TryNextPair(ref text, out var key, out var value, out var quoted))
        {
            if (key.IsEmpty)
            {
                continue;
            }

            var content = quoted ? Unquoted(value, record) : value;
            if (key.SequenceEqual("host"u8))
            {
                // In pairs it is the host of a request rather than one's own.
                record.AddText(key, content);
            }
            else
            {
                FieldAssignment.Text(record, key, content);
            }
        }
    }

    /// <summary>Whether the text is pairs from end to end, and enough of them to be sure.</summary>
    internal static bool IsPairs(ReadOnlySpan<byte> text)
    {
        var equals = text.IndexOf((byte)'=');
        if (equals <= 0 || equals > 64 || !IsKey(text[..equals]))
        {
            return false;
        }

        var pairs = 0;
        var telling = false;
        while (TryNextPair(ref text, out var key, out _, out _))
        {
            if (key.IsEmpty || !IsKey(key))
            {
                return false;
            }

            pairs++;
            telling |= FieldNames.RoleOf(key) is FieldRole.Time or FieldRole.Severity or FieldRole.DotNetLevel or FieldRole.Message;
        }

        return pairs >= EnoughPairs || (pairs == 2 && telling);
    }

    /// <summary>The next pair, or an empty key for a word that is none; false at the end.</summary>
    internal static bool TryNextPair(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value, out bool quoted)
    {
        key = value = default;
        quoted = false;
        text = text.TrimStart(" \t\r"u8);
        if (text.IsEmpty)
        {
            return false;
        }

        var at = text.IndexOfAny(" \t="u8);
        if (at < 0 || text[at] != '=')
        {
            text = at < 0 ? default : text[at..];
            return true;
        }

        key = text[..at];
        text = text[(at + 1)..];
        if (text.StartsWith((byte)'"') && ClosingQuote(text) is > 0 and var close)
        {
            value = text[1..close];
            text = text[(close + 1)..];
            quoted = true;
            return true;
        }

        var end = text.IndexOfAny(" \t"u8);
        value = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[end..];
        return true;
    }

    /// <summary>Where the quote that begins the text closes; -1 when it does not.</summary>
    internal static int ClosingQuote(ReadOnlySpan<byte> text)
    {
        for (var at = 1; at < text.Length; at++)
        {
            var found = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (found < 0)
            {
                return -1;
            }

            at += found;
            if (text[at] == '"')
            {
                return at;
            }

            at++;
        }

        return -1;
    }

    /// <summary>The inside of quotes without its backslashes.</summary>
    internal static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> text, LineRecord record)
    {
        if (text.IndexOf((byte)'\\') < 0)
        {
            return text;
        }

        var room = record.State.Scratch(text.Length);
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var b = text[at];
            if (b == '\\' && at + 1 < text.Length)
            {
                b = text[++at] switch
                {
                    (byte)'n' => (byte)'\n',
                    (byte)'t' => (byte)'\t',
                    (byte)'r' => (byte)'\r',
                    var other => other,
                };
            }

            room[length++] = b;
        }

        return room[..length];
    }

    private static bool IsKey(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty || !(IsLetter(key[0]) || key[0] is (byte)'_' or (byte)'@'))
        {
            return false;
        }

        foreach (var b in key)
        {
            if (!(IsLetter(b) || LogTime.IsDigit(b) || b is (byte)'_' or (byte)'.' or (byte)'-' or (byte)'/' or (byte)'@' or (byte)'#'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLetter(byte b) => (uint)((b | 0x20) - 'a') < 26;
}
