using System.Buffers.Binary;
using System.Numerics;
using Clew.Protocols.Protobuf;

namespace Clew.Protocols.Prometheus;

/// <summary>
/// Writes a series as <c>prometheus.ChunkedReadResponse</c> (Prometheus, <c>prompb/remote.proto</c> and <c>types.proto</c>) in frames: the length of the message as a varint, its CRC-32C with
/// the highest byte first, the message. A reader takes frames one by one; a series of more than one has its labels in each.
/// </summary>
public static class RemoteChunkWriter
{
    /// <summary>What the answer is called.</summary>
    public const string MediaType = "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";

    /// <summary>Chunks of one frame: a frame stays below the mebibyte that Prometheus limits it to.</summary>
    private const int ChunksOfFrame = 400;

    private const uint Series = (1 << 3) | 2;
    private const uint QueryIndex = 2 << 3;
    private const uint Label = (1 << 3) | 2;
    private const uint Chunk = (2 << 3) | 2;
    private const ulong Xor = 1;

    /// <summary>The frames of one series, in pieces for sending.</summary>
    /// <param name="query">Which of the request's queries it answers, from 0.</param>
    /// <param name="labels">Ordered by name.</param>
    /// <param name="times">Milliseconds since the Unix epoch, ascending.</param>
    /// <param name="values">One for each time.</param>
    public static IEnumerable<byte[]> Frames(int query, IReadOnlyList<KeyValuePair<string, string>> labels, long[] times, double[] values)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(times);
        ArgumentNullException.ThrowIfNull(values);
        for (var from = 0; from < times.Length; from += ChunksOfFrame * XorChunk.MaxSamples)
        {
            var count = Math.Min(ChunksOfFrame * XorChunk.MaxSamples, times.Length - from);
            yield return Framed(Message(query, labels, times.AsSpan(from, count), values.AsSpan(from, count)).Written);
        }
    }

    private static ProtobufWriter Message(int query, IReadOnlyList<KeyValuePair<string, string>> labels, ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        var writer = new ProtobufWriter();
        var series = writer.Begin(Series);
        foreach (var (name, value) in labels)
        {
            var label = writer.Begin(Label);
            writer.Text((1 << 3) | 2, name);
            writer.Text((2 << 3) | 2, value);
            writer.End(label);
        }

        Span<byte> packed = stackalloc byte[XorChunk.MaxBytes];
        for (var from = 0; from < times.Length; from += XorChunk.MaxSamples)
        {
            var some = times.Slice(from, Math.Min(XorChunk.MaxSamples, times.Length - from));
            packed.Clear();
            var length = XorChunk.Encode(some, values.Slice(from, some.Length), packed);
            var chunk = writer.Begin(Chunk);
            writer.VarintIfAny(1 << 3, (ulong)some[0]);
            writer.VarintIfAny(2 << 3, (ulong)some[^1]);
            writer.Varint(3 << 3, Xor);
            writer.Bytes((4 << 3) | 2, packed[..length]);
            writer.End(chunk);
        }

        writer.End(series);
        writer.VarintIfAny(QueryIndex, (ulong)query);
        return writer;
    }

    private static byte[] Framed(ReadOnlySpan<byte> message)
    {
        var size = new ProtobufWriter();
        size.Varint((ulong)message.Length);
        var frame = new byte[size.Written.Length + sizeof(uint) + message.Length];
        size.Written.CopyTo(frame);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(size.Written.Length), Crc32C(message));
        message.CopyTo(frame.AsSpan(size.Written.Length + sizeof(uint)));
        return frame;
    }

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
