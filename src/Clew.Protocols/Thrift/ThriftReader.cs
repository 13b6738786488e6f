using System.Buffers.Binary;

namespace Clew.Protocols.Thrift;

/// <summary>
/// Reads either of Thrift's encodings from a span by offsets. The first thing that is wrong is remembered and ends every loop over fields, so
/// callers check <see cref="Failed"/> once, at the end. Never allocates and never trusts a length or a count beyond the bytes that are there.
/// </summary>
/// <remarks>
/// Writers of old left types out of the message header and numbered bools differently within lists; both forms are read.
/// </remarks>
internal ref struct ThriftReader
{
    /// <summary>Containers and structs within each other that a reader passes over; reason: they are kept on the stack; consequence: the request is malformed.</summary>
    private const int MaxSkipDepth = 64;

    private const int BinaryVersion = unchecked((int)0x8001_0000);
    private const byte CompactProtocolId = 0x82;
    private const int CompactVersion = 1;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _compact;
    private int _end;

    /// <summary>Compact: field numbers are written as differences to the one before.</summary>
    private short _lastField;

    /// <summary>Compact: a bool field's value is part of its type.</summary>
    private sbyte _pendingBool;

    public ThriftReader(ReadOnlySpan<byte> bytes, ThriftEncoding encoding)
    {
        _bytes = bytes;
        _end = bytes.Length;
        _compact = encoding == ThriftEncoding.Compact;
        _pendingBool = -1;
    }

    /// <summary>Offset of the next byte.</summary>
    public int Position { get; private set; }

    public string? Error { get; private set; }

    public int ErrorOffset { get; private set; }

    public readonly bool Failed => Error != null;

    public readonly bool HasMore => Position < _end;

    public void Fail(string error, int offset)
    {
        if (Error == null)
        {
            Error = error;
            ErrorOffset = offset;
        }

        _end = Position;
    }

    /// <summary>Reads the header of a message: what a call of a service begins with.</summary>
    /// <param name="name">The method's name.</param>
    public bool BeginMessage(out ReadOnlySpan<byte> name)
    {
        if (_compact)
        {
            var protocol = ReadByte();
            var versionAndKind = ReadByte();
            ReadVarint();
            if (!Failed && (protocol != CompactProtocolId || (versionAndKind & 0x1F) != CompactVersion))
            {
                Fail("this is not a message in Thrift's compact encoding", 0);
            }

            name = ReadBinary();
            return !Failed;
        }

        var first = ReadInt32();
        if (first < 0)
        {
            if ((first & unchecked((int)0xFFFF_0000)) != BinaryVersion)
            {
                Fail("this is not a message in Thrift's binary encoding", 0);
            }

            name = ReadBinary();
        }
        else
        {
            // The form without a version: the name's length, the name, the kind of message.
            name = Take(first);
            ReadByte();
        }

        ReadInt32();
        return !Failed;
    }

    /// <summary>Begins a struct; the returned value is for <see cref="EndStruct"/>.</summary>
    public short BeginStruct()
    {
        var outer = _lastField;
        _lastField = 0;
        return outer;
    }

    public void EndStruct(short outer) => _lastField = outer;

    /// <summary>The next field of the struct being read; false at its end or after a failure.</summary>
    public bool NextField(out ThriftField field)
    {
        field = default;
        if (Failed)
        {
            return false;
        }

        var at = Position;
        var head = ReadByte();
        if (Failed || head == 0)
        {
            return false;
        }

        if (!_compact)
        {
            field = new ThriftField(ReadInt16(), Known((ThriftType)head, at));
            return !Failed;
        }

        var difference = head >> 4;
        var id = difference == 0 ? ReadInt16() : (short)(_lastField + difference);
        var type = OfCompact(head & 0x0F, at);
        if (type == ThriftType.Bool)
        {
            _pendingBool = (sbyte)((head & 0x0F) == 1 ? 1 : 0);
        }

        _lastField = id;
        field = new ThriftField(id, type);
        return !Failed;
    }

    /// <summary>Goes to the next field with this number and type and passes over all others; false at the struct's end or after a failure.</summary>
    public bool NextField(short id, ThriftType type)
    {
        while (NextField(out var field))
        {
            if (field.Is(id, type))
            {
                return true;
            }

            Skip(field.Type);
        }

        return false;
    }

    public bool ReadBool()
    {
        if (_pendingBool >= 0)
        {
            var value = _pendingBool == 1;
            _pendingBool = -1;
            return value;
        }

        return ReadByte() == 1;
    }

    public byte ReadByte()
    {
        if (Position >= _end)
        {
            Fail("the data end too early", Position);
            return 0;
        }

        return _bytes[Position++];
    }

    public short ReadInt16()
    {
        if (_compact)
        {
            return (short)ReadZigZag();
        }

        var bytes = Take(sizeof(short));
        return bytes.IsEmpty ? (short)0 : BinaryPrimitives.ReadInt16BigEndian(bytes);
    }

    public int ReadInt32()
    {
        if (_compact)
        {
            return (int)ReadZigZag();
        }

        var bytes = Take(sizeof(int));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadInt32BigEndian(bytes);
    }

    public long ReadInt64()
    {
        if (_compact)
        {
            return ReadZigZag();
        }

        var bytes = Take(sizeof(long));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadInt64BigEndian(bytes);
    }

    public double ReadDouble()
    {
        var bytes = Take(sizeof(double));
        return bytes.IsEmpty ? 0 : _compact ? BinaryPrimitives.ReadDoubleLittleEndian(bytes) : BinaryPrimitives.ReadDoubleBigEndian(bytes);
    }

    /// <summary>A text or bytes, as a view of the input.</summary>
    public ReadOnlySpan<byte> ReadBinary()
    {
        var at = Position;
        var length = _compact ? (long)ReadVarint() : ReadInt32();
        if (length is < 0 or > int.MaxValue)
        {
            Fail("a length is negative or more than 2 GiB", at);
            return default;
        }

        return Take((int)length);
    }

    /// <summary>Begins a list or set.</summary>
    /// <param name="element">Type of its elements.</param>
    /// <returns>How many; never more than there are bytes, since each element has at least one.</returns>
    public int BeginList(out ThriftType element)
    {
        var at = Position;
        var head = ReadByte();
        long count = _compact ? head >> 4 : ReadInt32();
        if (_compact && count == 15)
        {
            count = (long)ReadVarint();
        }

        // The type of no elements may be anything.
        element = count == 0 ? ThriftType.Stop : _compact ? OfCompact(head & 0x0F, at) : Known((ThriftType)head, at);
        return Count(count, at);
    }

    /// <summary>Begins a list of structs; one of anything else is passed over, as a field of another type is.</summary>
    /// <param name="left">How many are still to come, for <see cref="NextStruct"/>.</param>
    public void BeginStructs(out int left)
    {
        left = BeginList(out var element);
        if (element != ThriftType.Struct)
        {
            for (; left > 0 && !Failed; left--)
            {
                Skip(element);
            }
        }
    }

    /// <summary>Whether another struct of the list follows; false at its end or after a failure.</summary>
    public readonly bool NextStruct(ref int left) => !Failed && left-- > 0;

    /// <summary>Passes over the value of a field or element.</summary>
    public void Skip(ThriftType type) => Skip(type, 0);

    private void Skip(ThriftType type, int depth)
    {
        if (depth > MaxSkipDepth)
        {
            Fail($"more than {MaxSkipDepth} containers within each other", Position);
            return;
        }

        switch (type)
        {
            case ThriftType.Bool:
                ReadBool();
                break;
            case ThriftType.Byte:
                ReadByte();
                break;
            case ThriftType.Int16:
                ReadInt16();
                break;
            case ThriftType.Int32:
                ReadInt32();
                break;
            case ThriftType.Int64:
                ReadInt64();
                break;
            case ThriftType.Double:
                ReadDouble();
                break;
            case ThriftType.Binary:
                ReadBinary();
                break;
            case ThriftType.Struct:
                var outer = BeginStruct();
                while (NextField(out var field))
                {
                    Skip(field.Type, depth + 1);
                }

                EndStruct(outer);
                break;
            case ThriftType.List or ThriftType.Set:
                var count = BeginList(out var element);
                for (var i = 0; i < count && !Failed; i++)
                {
                    Skip(element, depth + 1);
                }

                break;
            case ThriftType.Map:
                SkipMap(depth);
                break;
            default:
                Fail($"a value has the unknown type {(byte)type}", Position);
                break;
        }
    }

    private void SkipMap(int depth)
    {
        var at = Position;
        ThriftType key;
        ThriftType value;
        int count;
        if (_compact)
        {
            count = Count((long)ReadVarint(), at);
            if (count == 0)
            {
                return;
            }

            var types = ReadByte();
            key = OfCompact(types >> 4, at);
            value = OfCompact(types & 0x0F, at);
        }
        else
        {
            key = (ThriftType)ReadByte();
            value = (ThriftType)ReadByte();
            count = Count(ReadInt32(), at);
        }

        for (var i = 0; i < count && !Failed; i++)
        {
            Skip(key, depth + 1);
            Skip(value, depth + 1);
        }
    }

    private int Count(long count, int at)
    {
        if (count < 0 || count > _end - Position)
        {
            Fail("a list announces more elements than there are bytes", at);
            return 0;
        }

        return (int)count;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_end - Position < length)
        {
            Fail("the data end too early", Position);
            return default;
        }

        var bytes = _bytes.Slice(Position, length);
        Position += length;
        return bytes;
    }

    private long ReadZigZag()
    {
        var raw = ReadVarint();
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        var start = Position;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return Failed ? 0 : value;
            }
        }

        Fail("a number is longer than 10 bytes", start);
        return 0;
    }

    private ThriftType Known(ThriftType type, int at)
    {
        if (type is ThriftType.Bool or ThriftType.Byte or ThriftType.Double or ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64 or (>= ThriftType.Binary and <= ThriftType.List))
        {
            return type;
        }

        Fail($"a value has the unknown type {(byte)type}", at);
        return ThriftType.Stop;
    }

    private ThriftType OfCompact(int type, int at)
    {
        switch (type)
        {
            case 1 or 2:
                return ThriftType.Bool;
            case 3:
                return ThriftType.Byte;
            case 4:
                return ThriftType.Int16;
            case 5:
                return ThriftType.Int32;
            case 6:
                return ThriftType.Int64;
            case 7:
                return ThriftType.Double;
            case 8:
                return ThriftType.Binary;
            case 9:
                return ThriftType.List;
            case 10:
                return ThriftType.Set;
            case 11:
                return ThriftType.Map;
            case 12:
                return ThriftType.Struct;
            default:
                Fail($"a value has the unknown type {type}", at);
                return ThriftType.Stop;
        }
    }
}
