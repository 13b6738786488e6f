using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Clew.Protocols.Protobuf;

/// <summary>
/// Reads the protobuf wire format (protobuf.dev, "Encoding") from a span by offsets. The first thing that is wrong is remembered and ends every
/// loop over fields, so callers check <see cref="Failed"/> once, at the end. Never allocates and never trusts a length beyond the bytes that are there.
/// </summary>
internal ref struct ProtobufReader
{
    /// <summary>Nested groups a reader skips; unit: levels; reason: they are kept on the stack; consequence: the request is malformed. OTLP has none.</summary>
    private const int MaxGroupDepth = 64;

    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _end;

    public ProtobufReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _end = bytes.Length;
    }

    /// <summary>Offset of the next byte.</summary>
    public int Position { get; private set; }

    public string? Error { get; private set; }

    public int ErrorOffset { get; private set; }

    /// <summary>Whether the message being read has bytes left; for packed numbers, which have no tags.</summary>
    public readonly bool HasMore => Position < _end;

    public readonly bool Failed => Error != null;

    public void Fail(string error, int offset)
    {
        if (Error == null)
        {
            Error = error;
            ErrorOffset = offset;
        }

        _end = Position;
    }

    /// <summary>The next field's tag (number and wire type as on the wire), or false at the end of the message or after a failure.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool NextField(out uint tag)
    {
        var position = Position;
        if (position >= _end)
        {
            tag = 0;
            return false;
        }

        tag = _bytes[position];
        if (tag < 0x80)
        {
            Position = position + 1;
            return (tag >> 3) != 0 || FailField(position);
        }

        return ReadLongTag(out tag);
    }

    /// <summary>Goes to the next field with this tag and passes over all others; false at the end of the message or after a failure.</summary>
    public bool NextField(uint wanted)
    {
        while (NextField(out var tag))
        {
            if (tag == wanted)
            {
                return true;
            }

            Skip(tag);
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadVarint()
    {
        var position = Position;
        if (position < _end)
        {
            var first = _bytes[position];
            if (first < 0x80)
            {
                Position = position + 1;
                return first;
            }
        }

        return ReadLongVarint();
    }

    public int ReadInt32() => (int)ReadVarint();

    public uint ReadUInt32() => (uint)ReadVarint();

    public int ReadSInt32()
    {
        var raw = (uint)ReadVarint();
        return (int)(raw >> 1) ^ -(int)(raw & 1);
    }

    public ulong ReadFixed64()
    {
        if (_end - Position < sizeof(ulong))
        {
            Fail("the message ends within a 64-bit field", Position);
            return 0;
        }

        var value = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[Position..]);
        Position += sizeof(ulong);
        return value;
    }

    public uint ReadFixed32()
    {
        if (_end - Position < sizeof(uint))
        {
            Fail("the message ends within a 32-bit field", Position);
            return 0;
        }

        var value = BinaryPrimitives.ReadUInt32LittleEndian(_bytes[Position..]);
        Position += sizeof(uint);
        return value;
    }

    public double ReadDouble() => BitConverter.UInt64BitsToDouble(ReadFixed64());

    /// <summary>A length-delimited field's bytes, as a view of the input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadLength();
        var bytes = _bytes.Slice(Position, length);
        Position += length;
        return bytes;
    }

    /// <summary>Narrows the reader to the length-delimited message at the position; <see cref="Leave"/> with the returned value goes back out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Enter()
    {
        var length = ReadLength();
        var outer = _end;
        _end = Position + length;
        return outer;
    }

    /// <summary>Goes on behind the message that was entered. After a failure nothing is left to read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave(int outer)
    {
        if (Error == null)
        {
            Position = _end;
            _end = outer;
        }
    }

    /// <summary>Goes back to an offset of the message being read, to walk through its fields again.</summary>
    public void Rewind(int position)
    {
        if (Error == null)
        {
            Position = position;
        }
    }

    /// <summary>A message of two texts, field 1 and field 2: an entry of a map, a label. A view of the input; what is not there is empty.</summary>
    public void ReadPair(out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> second)
    {
        first = default;
        second = default;
        var outer = Enter();
        while (NextField(out var tag))
        {
            switch (tag)
            {
                case (1 << 3) | 2:
                    first = ReadBytes();
                    break;
                case (2 << 3) | 2:
                    second = ReadBytes();
                    break;
                default:
                    Skip(tag);
                    break;
            }
        }

        Leave(outer);
    }

    /// <summary>A <c>google.protobuf.Timestamp</c> or <c>Duration</c> (seconds = 1, nanos = 2) in nanoseconds; what does not fit becomes the farthest there is.</summary>
    public long ReadNanoseconds()
    {
        long seconds = 0;
        var nanoseconds = 0;
        var outer = Enter();
        while (NextField(out var tag))
        {
            switch (tag)
            {
                case 1 << 3:
                    seconds = (long)ReadVarint();
                    break;
                case 2 << 3:
                    nanoseconds = ReadInt32();
                    break;
                default:
                    Skip(tag);
                    break;
            }
        }

        Leave(outer);
        return (long)Int128.Clamp(((Int128)seconds * NanosecondsPerSecond) + nanoseconds, long.MinValue, long.MaxValue);
    }

    /// <summary>
    /// All occurrences of a length-delimited field from the position to the end of the message, joined: which is how protobuf defines a
    /// singular message field that comes more than once.
    /// </summary>
    public byte[] ReadJoined(uint wanted)
    {
        var start = Position;
        var length = 0;
        while (NextField(wanted))
        {
            length += ReadBytes().Length;
        }

        if (Failed)
        {
            return [];
        }

        var joined = new byte[length];
        var written = 0;
        Position = start;
        while (NextField(wanted))
        {
            var part = ReadBytes();
            part.CopyTo(joined.AsSpan(written));
            written += part.Length;
        }

        return joined;
    }

    /// <summary>Passes over the value of a field whose tag was just read.</summary>
    public void Skip(uint tag)
    {
        switch (tag & 7)
        {
            case 0:
                ReadVarint();
                break;
            case 1:
                ReadFixed64();
                break;
            case 2:
                ReadBytes();
                break;
            case 3:
                SkipGroup(tag >> 3);
                break;
            case 5:
                ReadFixed32();
                break;
            case 4:
                Fail("a group ends that did not begin", Position);
                break;
            default:
                Fail($"wire type {tag & 7} does not exist", Position);
                break;
        }
    }

    private void SkipGroup(uint field)
    {
        Span<uint> open = stackalloc uint[MaxGroupDepth];
        open[0] = field;
        var depth = 1;
        while (depth > 0)
        {
            if (!NextField(out var tag))
            {
                Fail("the message ends within a group", Position);
                return;
            }

            switch (tag & 7)
            {
                case 3 when depth == MaxGroupDepth:
                    Fail($"more than {MaxGroupDepth} nested groups", Position);
                    return;
                case 3:
                    open[depth++] = tag >> 3;
                    break;
                case 4 when open[depth - 1] != tag >> 3:
                    Fail("a group ends that did not begin", Position);
                    return;
                case 4:
                    depth--;
                    break;
                default:
                    Skip(tag);
                    break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ReadLength()
    {
        var length = ReadVarint();
        if (length > (ulong)(_end - Position))
        {
            Fail(length > int.MaxValue ? "a length is more than 2 GiB" : "a length goes beyond the message around it", Position);
            return 0;
        }

        return (int)length;
    }

    private bool ReadLongTag(out uint tag)
    {
        var start = Position;
        var raw = ReadLongVarint();
        tag = (uint)raw;
        if (raw > uint.MaxValue || tag >> 3 == 0)
        {
            return FailField(start);
        }

        return !Failed;
    }

    private bool FailField(int offset)
    {
        Fail("a field has no valid number", offset);
        return false;
    }

    private ulong ReadLongVarint()
    {
        ulong value = 0;
        var start = Position;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (Position >= _end)
            {
                Fail("the message ends within a varint", start);
                return 0;
            }

            var next = _bytes[Position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        Fail("a varint is longer than 10 bytes", start);
        return 0;
    }
}
