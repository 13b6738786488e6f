using System.Buffers.Binary;

namespace Clew.Protocols.Snappy;

/// <summary>
/// Snappy's block format (google/snappy, <c>format_description.txt</c>): the length of the content as a varint, then elements, each either literal
/// bytes or a copy of content that came before. What Prometheus's remote write and Loki's push put around their protobuf; not the framing format
/// of <c>.sz</c> files.
/// </summary>
/// <remarks>Neither direction allocates. The caller rents what <see cref="TryReadLength"/> allows, which is bounded by bytes that have really arrived.</remarks>
public static class SnappyBlock
{
    /// <summary>Most bytes of a varint of 32 bits.</summary>
    private const int MaxHeader = 5;

    /// <summary>The most content that elements can make: a copy of 64 bytes takes three.</summary>
    private const int MaxCopy = 64;

    private const int SmallestCopyElement = 3;

    /// <summary>How far back the encoder looks, and with it what fits into two bytes of offset.</summary>
    private const int Window = 1 << 16;

    private const int TableBits = 12;
    private const int ShortestMatch = 4;

    /// <summary>Reads how long the content says it is. A length that so few bytes cannot make is refused, so it is safe to make room for it.</summary>
    /// <returns>False when the bytes cannot be a block.</returns>
    public static bool TryReadLength(ReadOnlySpan<byte> block, out int length) => TryReadHeader(block, out length, out _);

    /// <summary>Unpacks a block.</summary>
    /// <param name="to">Exactly as long as <see cref="TryReadLength"/> says.</param>
    /// <returns>False when the block is damaged: cut off, pointing before its beginning, or of another length than it says.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> block, Span<byte> to)
    {
        if (!TryReadHeader(block, out var length, out var from) || length != to.Length)
        {
            return false;
        }

        var written = 0;
        while (from < block.Length)
        {
            var tag = block[from++];
            var isLiteral = (tag & 3) == 0;
            if (!(isLiteral ? TryLiteral(block, tag, ref from, to, ref written) : TryCopy(block, tag, ref from, to, ref written)))
            {
                return false;
            }
        }

        return written == to.Length;
    }

    /// <summary>Room that is enough for whatever <see cref="Encode"/> makes of so many bytes.</summary>
    public static int MaxEncodedLength(int length) => checked(32 + length + (length / 6));

    /// <summary>Packs content: greedy matches found through a small table of hashes, window by window.</summary>
    /// <param name="to">At least <see cref="MaxEncodedLength"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Encode(ReadOnlySpan<byte> content, Span<byte> to)
    {
        var written = 0;
        for (var rest = (uint)content.Length; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                to[written++] = (byte)rest;
                break;
            }

            to[written++] = (byte)(rest | 0x80);
        }

        Span<ushort> table = stackalloc ushort[1 << TableBits];
        while (!content.IsEmpty)
        {
            var window = content[..Math.Min(Window, content.Length)];
            table.Clear();
            EncodeWindow(window, table, to, ref written);
            content = content[window.Length..];
        }

        return written;
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> block, out int length, out int header)
    {
        length = 0;
        ulong value = 0;
        for (header = 0; header < Math.Min(MaxHeader, block.Length); header++)
        {
            var part = block[header];
            value |= (ulong)(part & 0x7F) << (7 * header);
            if (part < 0x80)
            {
                header++;
                var possible = (long)(block.Length - header) * MaxCopy / SmallestCopyElement;
                if (value > (ulong)Math.Min(possible, Array.MaxLength))
                {
                    return false;
                }

                length = (int)value;
                return true;
            }
        }

        return false;
    }

    private static bool TryLiteral(ReadOnlySpan<byte> block, byte tag, ref int from, Span<byte> to, ref int written)
    {
        var length = (long)(tag >> 2);
        if (length >= 60)
        {
            var size = (int)length - 59;
            if (size > block.Length - from)
            {
                return false;
            }

            length = ReadLittleEndian(block.Slice(from, size));
            from += size;
        }

        length++;
        if (length > block.Length - from || length > to.Length - written)
        {
            return false;
        }

        block.Slice(from, (int)length).CopyTo(to[written..]);
        from += (int)length;
        written += (int)length;
        return true;
    }

    private static bool TryCopy(ReadOnlySpan<byte> block, byte tag, ref int from, Span<byte> to, ref int written)
    {
        var (size, length) = (tag & 3) switch
        {
            1 => (1, ((tag >> 2) & 7) + 4),
            2 => (2, (tag >> 2) + 1),
            _ => (4, (tag >> 2) + 1),
        };
        if (size > block.Length - from || length > to.Length - written)
        {
            return false;
        }

        var offset = ReadLittleEndian(block.Slice(from, size)) | (size == 1 ? (long)(tag >> 5) << 8 : 0);
        from += size;
        if (offset == 0 || offset > written)
        {
            return false;
        }

        var start = written - (int)offset;
        if (offset >= length)
        {
            to.Slice(start, length).CopyTo(to[written..]);
        }
        else
        {
            // The copy reads what it writes: a short pattern is repeated.
            for (var i = 0; i < length; i++)
            {
                to[written + i] = to[start + i];
            }
        }

        written += length;
        return true;
    }

    private static long ReadLittleEndian(ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }

        return value;
    }

    private static void EncodeWindow(ReadOnlySpan<byte> content, Span<ushort> table, Span<byte> to, ref int written)
    {
        var literal = 0;
        var at = 0;
        while (at + ShortestMatch <= content.Length)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(content[at..]);
            ref var slot = ref table[(int)((word * 0x9E37_79B1) >> (32 - TableBits))];
            var candidate = (int)slot;
            slot = (ushort)at;
            if (candidate >= at || BinaryPrimitives.ReadUInt32LittleEndian(content[candidate..]) != word)
            {
                // The longer nothing repeats, the larger the steps: what does not compress costs little.
                at += 1 + ((at - literal) >> 5);
                continue;
            }

            WriteLiteral(content[literal..at], to, ref written);
            var length = ShortestMatch + content[(at + ShortestMatch)..].CommonPrefixLength(content[(candidate + ShortestMatch)..]);
            WriteCopies(at - candidate, length, to, ref written);
            at += length;
            literal = at;
        }

        WriteLiteral(content[literal..], to, ref written);
    }

    private static void WriteLiteral(ReadOnlySpan<byte> bytes, Span<byte> to, ref int written)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        var length = bytes.Length - 1;
        if (length < 60)
        {
            to[written++] = (byte)(length << 2);
        }
        else if (length < 1 << 8)
        {
            to[written++] = 60 << 2;
            to[written++] = (byte)length;
        }
        else
        {
            to[written++] = 61 << 2;
            BinaryPrimitives.WriteUInt16LittleEndian(to[written..], (ushort)length);
            written += 2;
        }

        bytes.CopyTo(to[written..]);
        written += bytes.Length;
    }

    private static void WriteCopies(int offset, int length, Span<byte> to, ref int written)
    {
        while (length > 0)
        {
            // Never leaves fewer than four bytes, which the short form of the last copy could not say.
            var part = length <= MaxCopy ? length : Math.Min(MaxCopy, length - ShortestMatch);
            if (part is >= 4 and <= 11 && offset < 1 << 11)
            {
                to[written++] = (byte)(1 | ((part - 4) << 2) | ((offset >> 8) << 5));
                to[written++] = (byte)offset;
            }
            else
            {
                to[written++] = (byte)(2 | ((part - 1) << 2));
                BinaryPrimitives.WriteUInt16LittleEndian(to[written..], (ushort)offset);
                written += 2;
            }

            length -= part;
        }
    }
}
