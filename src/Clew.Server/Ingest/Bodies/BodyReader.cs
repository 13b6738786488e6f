using System.Buffers;
using System.Globalization;
using Clew.Protocols.Snappy;
using Clew.Server.Pipeline;

namespace Clew.Server.Ingest.Bodies;

/// <summary>Reads a request's body into one buffer: bounded, decompressed, and held against the bytes in flight as it grows.</summary>
internal static class BodyReader
{
    /// <summary>The first buffer. Grows by doubling with what really arrives: a length that a peer announces is never allocated.</summary>
    private const int FirstBuffer = 32 << 10;

    /// <param name="body">What comes over the wire.</param>
    /// <param name="encoding">How it is compressed.</param>
    /// <param name="limit">Most bytes after decompression.</param>
    /// <param name="admission">Where the buffer's bytes are reserved; null for small bodies that need no place.</param>
    /// <exception cref="IOException">The sender went away, or sent something that is not HTTP.</exception>
    public static async Task<BodyResult> ReadAsync(Stream body, BodyEncoding encoding, long limit, InFlight.Admission? admission, CancellationToken cancellation)
    {
        using var counted = new CountingStream(body);
        var decoded = encoding.Decode(counted);
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        var owned = true;
        var length = 0;
        try
        {
            if (admission?.TryReserve(buffer.Length) == false)
            {
                return BodyResult.Failed(RefusalReason.TooManyBytesInFlight);
            }

            while (true)
            {
                if (length == buffer.Length)
                {
                    if (admission?.TryReserve(buffer.Length) == false)
                    {
                        return BodyResult.Failed(RefusalReason.TooManyBytesInFlight);
                    }

                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                // One byte beyond the limit is enough to know.
                var room = (int)Math.Min(buffer.Length - length, limit + 1 - length);
                var read = await decoded.ReadAsync(buffer.AsMemory(length, room), cancellation);
                if (read == 0)
                {
                    if (encoding.IsSnappyBlock)
                    {
                        return Unpack(buffer.AsSpan(0, length), counted.Count, limit, admission);
                    }

                    owned = false;
                    return BodyResult.Complete(new PooledBody(buffer, length, counted.Count));
                }

                length += read;
                if (length > limit)
                {
                    return BodyResult.Failed(RefusalReason.TooLarge);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException || (e is InvalidOperationException && encoding != BodyEncoding.Identity))
        {
            // The brotli decoder reports bad data as an InvalidOperationException.
            return BodyResult.Failed(RefusalReason.Malformed, $"the body is not what Content-Encoding {encoding.Name} means: {e.Message}");
        }
        finally
        {
            if (decoded != counted)
            {
                await decoded.DisposeAsync();
            }

            if (owned)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Unpacks a snappy block into a second buffer, whose size the block says and the bytes it really has bound.</summary>
    private static BodyResult Unpack(ReadOnlySpan<byte> block, long wireBytes, long limit, InFlight.Admission? admission)
    {
        if (!SnappyBlock.TryReadLength(block, out var length))
        {
            return BodyResult.Failed(RefusalReason.Malformed, string.Create(CultureInfo.InvariantCulture, $"the body is not a snappy block: its {block.Length} bytes cannot hold the length they begin with"));
        }

        if (length > limit)
        {
            return BodyResult.Failed(RefusalReason.TooLarge);
        }

        if (admission?.TryReserve(length) == false)
        {
            return BodyResult.Failed(RefusalReason.TooManyBytesInFlight);
        }

        var content = ArrayPool<byte>.Shared.Rent(length);
        if (!SnappyBlock.TryDecode(block, content.AsSpan(0, length)))
        {
            ArrayPool<byte>.Shared.Return(content);
            return BodyResult.Failed(RefusalReason.Malformed, "the body is not a snappy block: it is damaged");
        }

        return BodyResult.Complete(new PooledBody(content, length, wireBytes));
    }
}

/// <summary>A body that was read, or why it was not.</summary>
/// <param name="Body">Set when it was read; the caller disposes it.</param>
/// <param name="Refusal">Set when it was not.</param>
/// <param name="Problem">What is wrong with it, for the sender; empty when the refusal says it all.</param>
internal readonly record struct BodyResult(PooledBody? Body, RefusalReason? Refusal, string Problem)
{
    public static BodyResult Complete(PooledBody body) => new(body, null, string.Empty);

    public static BodyResult Failed(RefusalReason reason, string problem = "") => new(null, reason, problem);
}

/// <summary>A whole body in a buffer of the shared pool, which gets it back on disposal.</summary>
/// <param name="length">Bytes after decompression.</param>
/// <param name="wireBytes">Bytes before decompression.</param>
internal sealed class PooledBody(byte[] buffer, int length, long wireBytes) : IDisposable
{
    private byte[]? _buffer = buffer;

    public long WireBytes => wireBytes;

    /// <summary>Valid until disposal.</summary>
    public ReadOnlyMemory<byte> Memory => (_buffer ?? throw new ObjectDisposedException(nameof(PooledBody))).AsMemory(0, length);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } returned)
        {
            ArrayPool<byte>.Shared.Return(returned);
        }
    }
}
