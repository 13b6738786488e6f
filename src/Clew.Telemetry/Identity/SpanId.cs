using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Clew.Telemetry;

/// <summary>The 8 bytes that name a span within its trace, in wire order. All zero means "none".</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public readonly struct SpanId : IEquatable<SpanId>, IComparable<SpanId>
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 8;

    private readonly ulong _raw;

    /// <param name="bytes">Exactly 8 bytes in wire order.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public SpanId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A span id has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        this = MemoryMarshal.Read<SpanId>(bytes);
    }

    /// <param name="number">The 8 bytes as a big-endian number.</param>
    public SpanId(ulong number) => _raw = BigEndian(number);

    public bool IsEmpty => _raw == 0;

    /// <summary>The 8 bytes as a big-endian number.</summary>
    public ulong Number => BigEndian(_raw);

    public static bool operator ==(SpanId left, SpanId right) => left._raw == right._raw;

    public static bool operator !=(SpanId left, SpanId right) => left._raw != right._raw;

    public static bool operator <(SpanId left, SpanId right) => left.CompareTo(right) < 0;

    public static bool operator >(SpanId left, SpanId right) => left.CompareTo(right) > 0;

    public static bool operator <=(SpanId left, SpanId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SpanId left, SpanId right) => left.CompareTo(right) >= 0;

    /// <summary>Reads hex in any case, 1 to 16 digits, padded on the left.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out SpanId id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var isHex = PaddedHex.TryRead(hex, bytes);
        id = isHex ? new SpanId(bytes) : default;
        return isHex;
    }

    /// <summary>The same for ASCII bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> hex, out SpanId id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var isHex = PaddedHex.TryRead(hex, bytes);
        id = isHex ? new SpanId(bytes) : default;
        return isHex;
    }

    /// <summary>Writes the 8 bytes in wire order.</summary>
    public void CopyTo(Span<byte> destination) => MemoryMarshal.Write(destination, in this);

    public int CompareTo(SpanId other) => Number.CompareTo(other.Number);

    public bool Equals(SpanId other) => _raw == other._raw;

    public override bool Equals(object? obj) => obj is SpanId other && Equals(other);

    public override int GetHashCode() => _raw.GetHashCode();

    /// <summary>16 lower-case hex digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private static ulong BigEndian(ulong raw) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw;
}
