using System.Buffers.Binary;
using System.Text;

namespace Clew.Tests.Bench;

/// <summary>A protobuf message read without a schema: for each field number its values in order. Strict: refuses over-long varints and cut fields.</summary>
internal sealed class Wire
{
    private readonly Dictionary<int, List<object>> _fields = [];

    public Wire(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var tag = Varint(ref bytes);
            object value = (tag & 7) switch
            {
                0 => Varint(ref bytes),
                1 => BinaryPrimitives.ReadUInt64LittleEndian(Take(ref bytes, 8)),
                2 => Take(ref bytes, (int)Varint(ref bytes)).ToArray(),
                5 => BinaryPrimitives.ReadUInt32LittleEndian(Take(ref bytes, 4)),
                var other => throw new InvalidDataException($"wire type {other}"),
            };
            (_fields.TryGetValue((int)(tag >> 3), out var list) ? list : _fields[(int)(tag >> 3)] = []).Add(value);
        }
    }

    public IEnumerable<int> Numbers => _fields.Keys;

    public IEnumerable<Wire> Messages(int field) => _fields.GetValueOrDefault(field, []).Select(v => new Wire((byte[])v));

    public Wire Message(int field) => Messages(field).Single();

    public byte[] Bytes(int field) => _fields.TryGetValue(field, out var values) ? (byte[])values.Single() : [];

    public string Hex(int field) => Convert.ToHexStringLower(Bytes(field));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public ulong Number(int field) => _fields.TryGetValue(field, out var values) ? Convert.ToUInt64(values.Single(), System.Globalization.CultureInfo.InvariantCulture) : 0;

    /// <summary>The key-value pairs in a repeated field; values as string, long, double or bool.</summary>
    public Dictionary<string, object> Attributes(int field) => Messages(field).ToDictionary(a => a.Text(1), a => Value(a.Message(2)));

    private static object Value(Wire value) => value.Numbers.Single() switch
    {
        1 => value.Text(1),
        2 => value.Number(2) == 1,
        3 => (long)value.Number(3),
        4 => BitConverter.UInt64BitsToDouble(value.Number(4)),
        var other => throw new InvalidDataException($"value of kind {other}"),
    };

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, int count)
    {
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var i = 0; ; i++)
        {
            var part = bytes[i];
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part >= 0x80)
                continue;
            if (i > 0 && part == 0)
                throw new InvalidDataException("a varint longer than needed");
            bytes = bytes[(i + 1)..];
            return value;
        }
    }
}
