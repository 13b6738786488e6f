using System.Buffers.Binary;
using Google.Protobuf;

namespace Clew.Server.Tests.Prometheus;

/// <summary>Reads what remote read streams: frames of <c>prometheus.ChunkedReadResponse</c> with XOR chunks. Written for tests, apart from the product's writer.</summary>
internal static class ChunkedReadAnswer
{
    /// <summary>A line for each series of each query, in the order in which they come: <c>query {labels} time=value …</c>, values by their bits.</summary>
    public static IReadOnlyList<string> Read(byte[] answer)
    {
        var found = new Dictionary<string, List<string>>();
        for (var at = 0; at < answer.Length;)
        {
            var (length, shift) = (0, 0);
            do
            {
                length |= (answer[at] & 0x7F) << shift;
                shift += 7;
            }
            while (answer[at++] >= 0x80);

            var message = answer.AsSpan(at + 4, length);
            BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(at)).ShouldBe(Crc32C(message));
            Message(message.ToArray(), found);
            at += 4 + length;
        }

        return [.. found.Select(series => $"{series.Key} {string.Join(' ', series.Value)}")];
    }

    private static void Message(byte[] message, Dictionary<string, List<string>> found)
    {
        var query = 0L;
        var all = new List<(string Labels, List<string> Samples)>();
        using var reader = new CodedInputStream(message);
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            if (tag == 0x0A)
            {
                all.Add(Series(reader.ReadBytes().ToByteArray()));
            }
            else
            {
                tag.ShouldBe(0x10u);
                query = reader.ReadInt64();
            }
        }

        foreach (var (labels, samples) in all)
        {
            var key = $"{query} {labels}";
            (found.TryGetValue(key, out var known) ? known : found[key] = []).AddRange(samples);
        }
    }

    private static (string Labels, List<string> Samples) Series(byte[] message)
    {
        var (labels, samples) = (new List<string>(), new List<string>());
        using var reader = new CodedInputStream(message);
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            if (tag == 0x0A)
            {
                using var label = new CodedInputStream(reader.ReadBytes().ToByteArray());
                label.ReadTag().ShouldBe(0x0Au);
                var name = label.ReadString();
                label.ReadTag().ShouldBe(0x12u);
                labels.Add($"{name}={label.ReadString()}");
            }
            else
            {
                tag.ShouldBe(0x12u);
                samples.AddRange(Chunk(reader.ReadBytes().ToByteArray()));
            }
        }

        return ($"{{{string.Join(',', labels)}}}", samples);
    }

    private static List<string> Chunk(byte[] message)
    {
        var (first, last, type, data) = (0L, 0L, 0, Array.Empty<byte>());
        using var reader = new CodedInputStream(message);
        for (var tag = reader.ReadTag(); tag != 0; tag = reader.ReadTag())
        {
            switch (tag)
            {
                case 0x08:
                    first = reader.ReadInt64();
                    break;
                case 0x10:
                    last = reader.ReadInt64();
                    break;
                case 0x18:
                    type = reader.ReadEnum();
                    break;
                default:
                    tag.ShouldBe(0x22u);
                    data = reader.ReadBytes().ToByteArray();
                    break;
            }
        }

        type.ShouldBe(1);
        var samples = new Bits(data).Samples();
        samples[0].Time.ShouldBe(first);
        samples[^1].Time.ShouldBe(last);
        return samples.ConvertAll(sample => $"{sample.Time}={sample.Value:x16}");
    }

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F6_3B78);
            }
        }

        return ~crc;
    }

    /// <summary>The bits of a chunk behind the number of its samples.</summary>
    private sealed class Bits(byte[] data)
    {
        private int _at = 16;

        public List<(long Time, ulong Value)> Samples()
        {
            var count = BinaryPrimitives.ReadUInt16BigEndian(data);
            var samples = new List<(long Time, ulong Value)>();
            var (time, delta, value, leading, significant) = (0L, 0L, 0UL, 0, 0);
            for (var i = 0; i < count; i++)
            {
                if (i == 0)
                {
                    var zigzag = Varint();
                    time = (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
                    value = Take(64);
                    samples.Add((time, value));
                    continue;
                }

                delta = i == 1 ? (long)Varint() : delta + Difference();
                time += delta;
                if (Take(1) == 1)
                {
                    if (Take(1) == 1)
                    {
                        leading = (int)Take(5);
                        significant = (int)Take(6) is var some && some == 0 ? 64 : some;
                    }

                    value ^= Take(significant) << (64 - leading - significant);
                }

                samples.Add((time, value));
            }

            // Prometheus begins another byte when the last one is full.
            (data.Length - ((_at + 7) / 8)).ShouldBeInRange(0, 1);
            return samples;
        }

        private long Difference()
        {
            var ones = 0;
            while (ones < 4 && Take(1) == 1)
            {
                ones++;
            }

            var bits = new[] { 0, 14, 17, 20, 64 }[ones];
            var number = (long)Take(bits);
            return bits is 0 or 64 ? number : number > 1L << (bits - 1) ? number - (1L << bits) : number;
        }

        private ulong Varint()
        {
            var (number, shift) = (0UL, 0);
            while (true)
            {
                var one = Take(8);
                number |= (one & 0x7F) << shift;
                shift += 7;
                if (one < 0x80)
                {
                    return number;
                }
            }
        }

        private ulong Take(int count)
        {
            var number = 0UL;
            for (var i = 0; i < count; i++, _at++)
            {
                number = (number << 1) | (uint)((data[_at / 8] >> (7 - (_at % 8))) & 1);
            }

            return number;
        }
    }
}
