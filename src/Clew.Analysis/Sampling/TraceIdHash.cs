using System.Text;
using Clew.Telemetry;

namespace Clew.Analysis.Sampling;

/// <summary>
/// The collector's way to turn a trace id into chance: FNV-1a (64 bits) over the salt and the id's 16 bytes, compared with a share of 2^64. Every
/// process with the same salt and percentage keeps the same traces.
/// </summary>
public sealed class TraceIdHash
{
    private const ulong OffsetBasis = 0xCBF2_9CE4_8422_2325;
    private const ulong Prime = 0x0000_0100_0000_01B3;

    private readonly ulong _salted;
    private readonly ulong _threshold;

    /// <param name="percentage">0 to 100; more counts as 100, less as 0.</param>
    public TraceIdHash(string salt, double percentage)
    {
        _salted = Add(OffsetBasis, Encoding.UTF8.GetBytes(salt));
        var share = (decimal)Math.Clamp(percentage / 100, 0, 1);
        _threshold = (ulong)decimal.Floor(share * ulong.MaxValue);
    }

    public bool Keeps(TraceId id) => Add(_salted, id) <= _threshold;

    /// <summary>The hash itself.</summary>
    public static ulong Of(string salt, TraceId id) => Add(Add(OffsetBasis, Encoding.UTF8.GetBytes(salt)), id);

    private static ulong Add(ulong hash, TraceId id)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        id.CopyTo(bytes);
        return Add(hash, bytes);
    }

    private static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            hash = unchecked((hash ^ b) * Prime);
        }

        return hash;
    }
}
