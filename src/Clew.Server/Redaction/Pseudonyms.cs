using System.Security.Cryptography;

namespace Clew.Server.Redaction;

/// <summary>
/// Stable pseudonyms: HMAC-SHA256 (RFC 2104) of the value under the configured key, its first 16 bytes in hex. The same value has the same one in
/// every signal, so that questions by it still work; without the key nobody can try values out.
/// </summary>
internal sealed class Pseudonyms(byte[] key)
{
    /// <summary>Bytes. A shorter key could be guessed, and with it every value.</summary>
    public const int ShortestKey = 16;

    private const int DigestBytes = 16;

    /// <param name="to">Room for <see cref="Placeholder.PseudonymLength"/> bytes.</param>
    public void Write(ReadOnlySpan<byte> value, Span<byte> to)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, value, digest);
        Placeholder.PseudonymPrefix.CopyTo(to);
        Convert.TryToHexStringLower(digest[..DigestBytes], to[Placeholder.PseudonymPrefix.Length..], out _);
    }
}
