using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Clew.Protocols.Protobuf;

/// <summary>
/// Writes the protobuf wire format into a growing buffer. A message's length is one byte until the message ends and longer ones are moved up, so
/// nothing has to be measured first. Fields are written whatever their value; leaving out defaults is the caller's.
/// </summary>
internal sealed class ProtobufWriter
{
    private byte[] _bytes = new byte[1024];
    private int _used;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _used);

    /// <summary>Opens a message field; <see cref="End"/> with the returned value closes it.</summary>
    public int Begin(uint tag)
    {
        Varint(tag);
        Reserve(1)[0] = 0;
        return ++_used;
    }

    public void End(int start)
    {
        var length = _used - start;
        var extra = VarintSize((ulong)length) - 1;
        if (extra > 0)
        {
            Reserve(extra);
            _bytes.AsSpan(start, length).CopyTo(_bytes.AsSpan(start + extra));
        }

        WriteVarint(_bytes.AsSpan(start - 1), (ulong)length);
        _used += extra;
    }

    public void Bytes(uint tag, ReadOnlySpan<byte> value)
    {
        Varint(tag);
        Varint((ulong)value.Length);
        value.CopyTo(Reserve(value.Length));
        _used += value.Length;
    }

    public void Text(uint tag, string value) => Bytes(tag, Encoding.UTF8.GetBytes(value));

    public void Varint(uint tag, ulong value)
    {
        Varint(tag);
        Varint(value);
    }

    public void SInt32(uint tag, int value) => Varint(tag, (uint)((value << 1) ^ (value >> 31)));

    public void Fixed64(uint tag, ulong value)
    {
        Varint(tag);
        Fixed64(value);
    }

    public void Double(uint tag, double value) => Fixed64(tag, BitConverter.DoubleToUInt64Bits(value));

    public void Fixed32(uint tag, uint value)
    {
        Varint(tag);
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(sizeof(uint)), value);
        _used += sizeof(uint);
    }

    /// <summary>A number within a packed field.</summary>
    public void Fixed64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);
        _used += sizeof(ulong);
    }

    /// <summary>A number within a packed field.</summary>
    public void Varint(ulong value) => _used += WriteVarint(Reserve(10), value);

    /// <summary>Writes the field unless it is the default.</summary>
    public void BytesIfAny(uint tag, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            Bytes(tag, value);
        }
    }

    /// <inheritdoc cref="BytesIfAny"/>
    public void VarintIfAny(uint tag, ulong value)
    {
        if (value != 0)
        {
            Varint(tag, value);
        }
    }

    /// <inheritdoc cref="BytesIfAny"/>
    public void Fixed64IfAny(uint tag, ulong value)
    {
        if (value != 0)
        {
            Fixed64(tag, value);
        }
    }

    /// <inheritdoc cref="BytesIfAny"/>
    public void Fixed32IfAny(uint tag, uint value)
    {
        if (value != 0)
        {
            Fixed32(tag, value);
        }
    }

    private static int VarintSize(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    private static int WriteVarint(Span<byte> room, ulong value)
    {
        var size = 0;
        while (value >= 0x80)
        {
            room[size++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[size++] = (byte)value;
        return size;
    }

    private Span<byte> Reserve(int size)
    {
        if (_bytes.Length - _used < size)
        {
            Array.Resize(ref _bytes, (int)Math.Max(checked(_used + (long)size), Math.Min(Array.MaxLength, _bytes.Length * 2L)));
        }

        return _bytes.AsSpan(_used);
    }
}
