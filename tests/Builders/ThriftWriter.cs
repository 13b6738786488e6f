using System.Buffers.Binary;
using System.Text;

namespace Clew.Testing;

/// <summary>
/// Writes Thrift's binary and compact encodings, made from their specifications and independent of the reader under test. The caller writes fields in any
/// order of their numbers and ends structs itself.
/// </summary>
internal sealed class ThriftWriter(bool compact)
{
    public const byte Bool = 2;
    public const byte Double = 4;
    public const byte I16 = 6;
    public const byte I32 = 8;
    public const byte I64 = 10;
    public const byte Text = 11;
    public const byte Struct = 12;
    public const byte List = 15;

    private readonly List<byte> _bytes = [];
    private readonly Stack<short> _outer = new();
    private short _last;

    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>A one-way call.</summary>
    public ThriftWriter Message(string name, int sequence = 0)
    {
        if (compact)
        {
            _bytes.AddRange((ReadOnlySpan<byte>)[0x82, (4 << 5) | 1]);
            Varint((uint)sequence);
            return Value(name);
        }

        Int32(unchecked((int)0x8001_0004));
        Value(name);
        return Int32(sequence);
    }

    public ThriftWriter BeginStruct()
    {
        _outer.Push(_last);
        _last = 0;
        return this;
    }

    public ThriftWriter EndStruct()
    {
        _bytes.Add(0);
        _last = _outer.Pop();
        return this;
    }

    public ThriftWriter Field(short id, byte type, bool boolValue = false)
    {
        if (!compact)
        {
            _bytes.Add(type);
            return Int16(id);
        }

        var code = type == Bool ? boolValue ? 1 : 2 : Compact(type);
        if (id - _last is var difference and > 0 and < 16)
        {
            _bytes.Add((byte)((difference << 4) | code));
        }
        else
        {
            _bytes.Add((byte)code);
            ZigZag(id);
        }

        _last = id;
        return this;
    }

    public ThriftWriter Field(short id, string value) => Field(id, Text).Value(value);

    public ThriftWriter Field(short id, byte[] value) => Field(id, Text).Value(value);

    public ThriftWriter Field(short id, int value) => Field(id, I32).Int32(value);

    public ThriftWriter Field(short id, long value) => Field(id, I64).Int64(value);

    public ThriftWriter Field(short id, double value)
    {
        Field(id, Double);
        Span<byte> bytes = stackalloc byte[8];
        if (compact)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        }

        _bytes.AddRange(bytes);
        return this;
    }

    public ThriftWriter Field(short id, bool value)
    {
        Field(id, Bool, value);
        if (!compact)
        {
            _bytes.Add((byte)(value ? 1 : 0));
        }

        return this;
    }

    /// <summary>Begins a list as a field; elements follow.</summary>
    public ThriftWriter ListField(short id, byte element, int count) => Field(id, List).BeginList(element, count);

    public ThriftWriter BeginList(byte element, int count)
    {
        if (!compact)
        {
            _bytes.Add(element);
            return Int32(count);
        }

        _bytes.Add((byte)((Math.Min(count, 15) << 4) | Compact(element)));
        if (count >= 15)
        {
            Varint((uint)count);
        }

        return this;
    }

    public ThriftWriter Value(string text) => Value(Encoding.UTF8.GetBytes(text));

    public ThriftWriter Value(byte[] bytes)
    {
        if (compact)
        {
            Varint((uint)bytes.Length);
        }
        else
        {
            Int32(bytes.Length);
        }

        _bytes.AddRange(bytes);
        return this;
    }

    public ThriftWriter Int16(short value) => Number(value, sizeof(short));

    public ThriftWriter Int32(int value) => Number(value, sizeof(int));

    public ThriftWriter Int64(long value) => Number(value, sizeof(long));

    private static int Compact(byte type) => type switch
    {
        Bool => 2,
        3 => 3,
        I16 => 4,
        I32 => 5,
        I64 => 6,
        Double => 7,
        Text => 8,
        List => 9,
        14 => 10,
        13 => 11,
        Struct => 12,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <param name="size">Bytes of the number in the binary encoding.</param>
    private ThriftWriter Number(long value, int size)
    {
        if (compact)
        {
            return ZigZag(value);
        }

        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        _bytes.AddRange(bytes[^size..]);
        return this;
    }

    private ThriftWriter ZigZag(long value)
    {
        Varint((ulong)((value << 1) ^ (value >> 63)));
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }
}
