using System.Globalization;

namespace Clew.Query.LogQL.Extraction;

/// <summary>Resolves the escapes of JSON texts, in a buffer that is used again.</summary>
internal sealed class JsonText
{
    private char[] _buffer = [];

    /// <summary>The text itself when nothing is escaped in it; else what it stands for, until the next call. Unknown escapes stay as they are.</summary>
    public ReadOnlySpan<char> Resolve(ReadOnlySpan<char> raw, bool escaped)
    {
        if (!escaped)
        {
            return raw;
        }

        if (_buffer.Length < raw.Length)
        {
            _buffer = new char[Math.Max(raw.Length, 256)];
        }

        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\' || i + 1 == raw.Length)
            {
                _buffer[length++] = raw[i];
                continue;
            }

            var escape = raw[++i];
            if (escape == 'u' && i + 4 < raw.Length && ushort.TryParse(raw.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                _buffer[length++] = (char)unit;
                i += 4;
                continue;
            }

            var simple = escape switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', '"' or '\\' or '/' => escape, _ => '\0' };
            if (simple == '\0')
            {
                _buffer[length++] = '\\';
                simple = escape;
            }

            _buffer[length++] = simple;
        }

        return _buffer.AsSpan(0, length);
    }
}
