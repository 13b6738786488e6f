using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Clew.Telemetry;

/// <summary>
/// One growing buffer with all texts of a batch, UTF-8. A span handed out by <see cref="Get"/> is valid until the next append;
/// a <see cref="TextRef"/> is valid until <see cref="Clear"/>. Not safe for concurrent use.
/// </summary>
public sealed class TextArena
{
    private byte[] _bytes = new byte[4096];
    private int _used;

    /// <summary>Bytes in use.</summary>
    public int Length => _used;

    public ReadOnlySpan<byte> Get(TextRef text) => _bytes.AsSpan(text.Offset, text.Length);

    /// <summary>All bytes from the start, for copying a run of texts at once.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _used);

    public string GetString(TextRef text) => text.Length == 0 ? string.Empty : Encoding.UTF8.GetString(Get(text));

    public TextRef Add(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return TextRef.Empty;
        }

        utf8.CopyTo(Reserve(utf8.Length));
        return Commit(utf8.Length);
    }

    public TextRef Add(string text)
    {
        if (text.Length == 0)
        {
            return TextRef.Empty;
        }

        var room = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        return Commit(Encoding.UTF8.GetBytes(text, room));
    }

    public TextRef Add(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out var written);
        return Commit(written);
    }

    /// <summary>The shortest text that reads back as the same double; <c>NaN</c>, <c>Infinity</c>, <c>-Infinity</c> as JSON mappings name them.</summary>
    public TextRef Add(double value)
    {
        value.TryFormat(Reserve(32), out var written, default, CultureInfo.InvariantCulture);
        return Commit(written);
    }

    public TextRef AddBase64(ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty)
        {
            return TextRef.Empty;
        }

        Base64.EncodeToUtf8(raw, Reserve(Base64.GetMaxEncodedToUtf8Length(raw.Length)), out _, out var written);
        return Commit(written);
    }

    /// <summary>Room for at least <paramref name="size"/> bytes to write into; nothing is added before <see cref="Commit"/>.</summary>
    public Span<byte> Reserve(int size)
    {
        if (_bytes.Length - _used < size)
        {
            Grow(size);
        }

        return _bytes.AsSpan(_used);
    }

    /// <summary>Adds the first <paramref name="written"/> bytes of the room given by <see cref="Reserve"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TextRef Commit(int written)
    {
        var text = new TextRef(_used, written);
        _used += written;
        return text;
    }

    /// <summary>Drops everything after <paramref name="length"/> bytes.</summary>
    public void Truncate(int length) => _used = length;

    public void Clear() => _used = 0;

    private void Grow(int size)
    {
        var wanted = checked((long)_used + size);
        if (wanted > Array.MaxLength)
        {
            throw new InvalidOperationException($"A batch holds at most {Array.MaxLength} bytes of text.");
        }

        Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(wanted, _bytes.Length * 2L)));
    }
}
