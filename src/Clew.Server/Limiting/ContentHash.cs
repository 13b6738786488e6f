using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Clew.Server.Limiting;

/// <summary>A 64-bit hash of a text under a seed of the process's own, for sets that only have to tell texts apart. Not for anything that is kept.</summary>
internal static class ContentHash
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    private static readonly ulong Seed = MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    public static ulong Of(ReadOnlySpan<byte> text)
    {
        var hash = Seed ^ ((ulong)text.Length * Multiplier);
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
        {
            hash = BitOperations.RotateLeft((hash ^ MemoryMarshal.Read<ulong>(text)) * Multiplier, 29);
        }

        ulong tail = 0;
        foreach (var b in text)
        {
            tail = (tail << 8) | b;
        }

        hash = (hash ^ tail) * Multiplier;
        hash = (hash ^ (hash >> 32)) * Multiplier;
        return hash ^ (hash >> 29);
    }
}
