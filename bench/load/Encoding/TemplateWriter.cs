using System.Buffers.Binary;

namespace Clew.Load.Encoding;

/// <summary>
/// Writes protobuf with gaps. Messages get the shortest length prefix, as every encoder in the wild writes: one byte is kept free
/// at the start and the content moved along when it grows past 127 bytes. Templates are written once, so the move does not matter.
/// </summary>
internal sealed class TemplateWriter
{
    private static readonly (string Mark, SlotKind Kind, int Width)[] Gaps =
        [("<user>", SlotKind.User, 7), ("<id>", SlotKind.Digits, 6), ("<n>", SlotKind.Digits, 3)];

    private readonly List<Slot> _slots = [];
    private readonly Stack<(int Content, int Slots)> _open = new();
    private byte[] _buffer = new byte[64 * 1024];
    private int _length;

    public int Length => _length;

    /// <summary>Opens an embedded message in field <paramref name="field"/>; close it with <see cref="End"/>.</summary>
    public void Begin(int field)
    {
        Tag(field, 2);
        Reserve(1);
        _length++;
        _open.Push((_length, _slots.Count));
    }

    public void End()
    {
        var (content, firstSlot) = _open.Pop();
        var size = _length - content;
        var extra = VarintSize((ulong)size) - 1;
        if (extra > 0)
        {
            Reserve(extra);
            _buffer.AsSpan(content, size).CopyTo(_buffer.AsSpan(content + extra));
            _length += extra;
            for (var i = firstSlot; i < _slots.Count; i++)
                _slots[i] = _slots[i] with { Offset = _slots[i].Offset + extra };
        }

        WriteVarint(_buffer.AsSpan(content - 1), (ulong)size);
    }

    public void Varint(int field, ulong value)
    {
        Tag(field, 0);
        RawVarint(value);
    }

    public void Fixed64(int field, ulong value)
    {
        Tag(field, 1);
        Reserve(8);
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(_length), value);
        _length += 8;
    }

    public void Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    public void Fixed32(int field, uint value)
    {
        Tag(field, 5);
        Reserve(4);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_length), value);
        _length += 4;
    }

    public void PackedFixed64(int field, ReadOnlySpan<ulong> values)
    {
        Tag(field, 2);
        RawVarint((ulong)values.Length * 8);
        Reserve(values.Length * 8);
        foreach (var value in values)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(_length), value);
            _length += 8;
        }
    }

    public void PackedDouble(int field, ReadOnlySpan<double> values)
    {
        Tag(field, 2);
        RawVarint((ulong)values.Length * 8);
        Reserve(values.Length * 8);
        foreach (var value in values)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(_buffer.AsSpan(_length), value);
            _length += 8;
        }
    }

    /// <summary>
    /// A string. In it <c>&lt;user&gt;</c> is a gap for the seven digits of the trace's user, <c>&lt;id&gt;</c> for six random
    /// digits and <c>&lt;n&gt;</c> for three.
    /// </summary>
    public void Text(int field, string text, int trace = 0)
    {
        Tag(field, 2);
        RawVarint((ulong)TextSize(text));
        var rest = text.AsSpan();
        while (NextGap(rest, out var at, out var gap))
        {
            RawText(rest[..at]);
            RawGap(gap.Kind, gap.Width, trace, gap.Width);
            rest = rest[(at + gap.Mark.Length)..];
        }

        RawText(rest);
    }

    /// <summary>A length-delimited gap: an id.</summary>
    public void BytesGap(int field, SlotKind kind, int width, int trace, long argument)
    {
        Tag(field, 2);
        RawVarint((ulong)width);
        RawGap(kind, width, trace, argument);
    }

    public void Fixed64Gap(int field, SlotKind kind, int trace, long argument)
    {
        Tag(field, 1);
        RawGap(kind, 8, trace, argument);
    }

    public void VarintGap(int field, int trace, long argument)
    {
        Tag(field, 0);
        RawGap(SlotKind.Varint, 3, trace, argument);
    }

    /// <summary>Takes the finished request out and starts the next.</summary>
    public (byte[] Bytes, Slot[] Slots) Take()
    {
        if (_open.Count > 0)
            throw new InvalidOperationException($"{_open.Count} messages are still open.");
        var taken = (_buffer.AsSpan(0, _length).ToArray(), _slots.ToArray());
        _length = 0;
        _slots.Clear();
        return taken;
    }

    private static int TextSize(ReadOnlySpan<char> text)
    {
        var size = 0;
        while (NextGap(text, out var at, out var gap))
        {
            size += System.Text.Encoding.UTF8.GetByteCount(text[..at]) + gap.Width;
            text = text[(at + gap.Mark.Length)..];
        }

        return size + System.Text.Encoding.UTF8.GetByteCount(text);
    }

    private static bool NextGap(ReadOnlySpan<char> text, out int at, out (string Mark, SlotKind Kind, int Width) gap)
    {
        at = -1;
        gap = default;
        foreach (var candidate in Gaps)
        {
            var found = text.IndexOf(candidate.Mark, StringComparison.Ordinal);
            if (found >= 0 && (at < 0 || found < at))
            {
                at = found;
                gap = candidate;
            }
        }

        return at >= 0;
    }

    private void RawText(ReadOnlySpan<char> text)
    {
        Reserve(text.Length * 3);
        _length += System.Text.Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
    }

    private void RawGap(SlotKind kind, int width, int trace, long argument)
    {
        _slots.Add(new Slot(_length, kind, (byte)width, trace, argument));
        Reserve(width);
        _buffer.AsSpan(_length, width).Clear();
        _length += width;
    }

    private void Tag(int field, int wireType) => RawVarint(((ulong)field << 3) | (uint)wireType);

    private void RawVarint(ulong value)
    {
        Reserve(10);
        _length += WriteVarint(_buffer.AsSpan(_length), value);
    }

    private void Reserve(int bytes)
    {
        if (_length + bytes > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes));
    }

    private static int VarintSize(ulong value)
    {
        var size = 1;
        for (; value >= 0x80; value >>= 7)
            size++;
        return size;
    }

    private static int WriteVarint(Span<byte> target, ulong value)
    {
        var size = 0;
        for (; value >= 0x80; value >>= 7)
            target[size++] = (byte)(value | 0x80);
        target[size++] = (byte)value;
        return size;
    }
}
