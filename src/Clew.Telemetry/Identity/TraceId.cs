using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Clew.Telemetry;

/// <summary>
/// The 16 bytes that name a trace, in wire order, so that a column of them can be copied to and from the store as it is.
/// Hex appears only at the edges (W3C Trace Context: lower case, 32 digits).
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public readonly struct TraceId : IEquatable<TraceId>, IComparable<TraceId>
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 16;

    private readonly ulong _first;
    private readonly ulong _second;

    /// <param name="bytes">Exactly 16 bytes in wire order.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public TraceId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A trace id has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        this = MemoryMarshal.Read<TraceId>(bytes);
    }

    /// <summary>Of two 64-bit numbers, as systems have it that know no ids of 16 bytes.</summary>
    /// <param name="high">The first 8 bytes, big-endian; 0 in a 64-bit id.</param>
    /// <param name="low">The last 8 bytes, big-endian.</param>
    public TraceId(ulong high, ulong low)
    {
        _first = BigEndian(high);
        _second = BigEndian(low);
    }

    /// <summary>True for the all-zero id, which the standard calls invalid and which stands for "none" in logs.</summary>
    public bool IsEmpty => (_first | _second) == 0;

    public static bool operator ==(TraceId left, TraceId right) => left.Equals(right);

    public static bool operator !=(TraceId left, TraceId right) => !left.Equals(right);

    public static bool operator <(TraceId left, TraceId right) => left.CompareTo(right) < 0;

    public static bool operator >(TraceId left, TraceId right) => left.CompareTo(right) > 0;

    public static bool operator <=(TraceId left, TraceId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(TraceId left, TraceId right) => left.CompareTo(right) >= 0;

    /// <summary>
    /// Reads hex in any case, 1 to 32 digits; a shorter text (a 64-bit id, or one that lost its leading zeros) is padded on the left.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out TraceId id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var isHex = PaddedHex.TryRead(hex, bytes);
        id = isHex ? new TraceId(bytes) : default;
        return isHex;
    }

    /// <summary>The same for ASCII bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> hex, out TraceId id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var isHex = PaddedHex.TryRead(hex, bytes);
        id = isHex ? new TraceId(bytes) : default;
        return isHex;
    }

    /// <summary>Writes the 16 bytes in wire order.</summary>
    public void CopyTo(Span<byte> destination) => MemoryMarshal.Write(destination, in this);

    public int CompareTo(TraceId other)
    {
        var first = BigEndian(_first).CompareTo(BigEndian(other._first));
        return first != 0 ? first : BigEndian(_second).CompareTo(BigEndian(other._second));
    }

    public bool Equals(TraceId other) => _first == other._first && _second == other._second;

    public override bool Equals(object? obj) => obj is TraceId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_first, _second);

    /// <summary>32 lower-case hex digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private static ulong BigEndian(ulong raw) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw;
}
