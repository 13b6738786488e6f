using System.Buffers;
using System.Text;

namespace Clew.Server.Ingest.Grpc;

/// <summary>Writes the few small messages the server answers with. As proto3 wants it, fields with their default value are left out.</summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void WriteInt64(int field, long value)
    {
        if (value != 0)
        {
            WriteVarint((ulong)((field << 3) | Varint));
            WriteVarint((ulong)value);
        }
    }

    public void WriteString(int field, string value)
    {
        if (value.Length > 0)
        {
            WriteBytes(field, Encoding.UTF8.GetBytes(value));
        }
    }

    /// <summary>A bytes field or an embedded message; written even when empty, since an empty message is not a missing one.</summary>
    public void WriteBytes(int field, ReadOnlySpan<byte> value)
    {
        WriteVarint((ulong)((field << 3) | LengthDelimited));
        WriteVarint((ulong)value.Length);
        _buffer.Write(value);
    }

    private void WriteVarint(ulong value)
    {
        var to = _buffer.GetSpan(10);
        var written = 0;
        while (value >= 0x80)
        {
            to[written++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[written++] = (byte)value;
        _buffer.Advance(written);
    }
}
