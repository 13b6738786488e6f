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
        id = default;
        if (hex.Length is 0 or > Size * 2)
        {
            return false;
        }

        Span<char> padded = stackalloc char[Size * 2];
        padded.Fill('0');
        hex.CopyTo(padded[(padded.Length - hex.Length)..]);
        Span<byte> bytes = stackalloc byte[Size];
        if (Convert.FromHexString(padded, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        id = new TraceId(bytes);
        return true;
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
