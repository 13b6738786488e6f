using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Clew.Benchmarks.Workloads;

/// <summary>Just enough of protobuf's wire format to write the requests of workloads.</summary>
internal sealed class MessageWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public static byte[] Write(Action<MessageWriter> write)
    {
        var writer = new MessageWriter();
        write(writer);
        return writer._bytes.WrittenSpan.ToArray();
    }

    public MessageWriter Varint(int field, ulong value)
    {
        Raw((ulong)field << 3);
        Raw(value);
        return this;
    }

    public MessageWriter Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    public MessageWriter Fixed64(int field, ulong value)
    {
        Raw(((ulong)field << 3) | 1);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public MessageWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public MessageWriter Message(int field, Action<MessageWriter> write) => Bytes(field, Write(write));

    public MessageWriter Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        Raw(((ulong)field << 3) | 2);
        Raw((ulong)bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>Numbers without tags, as in a packed field.</summary>
    public MessageWriter Packed(int field, ReadOnlySpan<uint> numbers)
    {
        var packed = new MessageWriter();
        foreach (var number in numbers)
        {
            packed.Raw(number);
        }

        return Bytes(field, packed._bytes.WrittenSpan);
    }

    private void Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Write([(byte)(value | 0x80)]);
        }

        _bytes.Write([(byte)value]);
    }
}
