using System.Buffers.Binary;
using System.Numerics;

namespace Clew.Protocols.Prometheus;

/// <summary>
/// Packs samples as Prometheus keeps them: times as differences of differences, values as what differs from the bits of the one before (Prometheus, <c>tsdb/docs/format/chunks.md</c>, "XOR chunk data").
/// </summary>
public static class XorChunk
{
    /// <summary>Samples of one chunk, as many as Prometheus makes.</summary>
    public const int MaxSamples = 120;

    /// <summary>A chunk is never larger, in bytes: a header, a sample in full, and of each other one at most 68 bits of time and 77 of value.</summary>
    public const int MaxBytes = 2 + 10 + 8 + (MaxSamples * 19);

    /// <param name="times">Milliseconds since the Unix epoch, ascending; at least one and at most <see cref="MaxSamples"/>.</param>
    /// <param name="values">One for each time.</param>
    /// <param name="chunk">At least <see cref="MaxBytes"/>, all zero.</param>
    /// <returns>The bytes used.</returns>
    public static int Encode(ReadOnlySpan<long> times, ReadOnlySpan<double> values, Span<byte> chunk)
    {
        ArgumentOutOfRangeException.ThrowIfZero(times.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(times.Length, MaxSamples);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, times.Length);
        BinaryPrimitives.WriteUInt16BigEndian(chunk, (ushort)times.Length);
        var bits = new BitWriter(chunk, sizeof(ushort));
        var value = new ValueWriter(values[0]);
        bits.Varint((ulong)((times[0] << 1) ^ (times[0] >> 63)));
        bits.Write(BitConverter.DoubleToUInt64Bits(values[0]), 64);
        var delta = 0L;
        for (var i = 1; i < times.Length; i++)
        {
            var next = times[i] - times[i - 1];
            if (i == 1)
            {
                bits.Varint((ulong)next);
            }
            else
            {
                Difference(ref bits, next - delta);
            }

            delta = next;
            value.Write(ref bits, values[i]);
        }

        return bits.Length;
    }

    private static void Difference(ref BitWriter bits, long difference)
    {
        switch (difference)
        {
            case 0:
                bits.Write(0b0, 1);
                break;
            case >= -8_191 and <= 8_192:
                bits.Write(0b10, 2);
                bits.Write((ulong)difference, 14);
                break;
            case >= -65_535 and <= 65_536:
                bits.Write(0b110, 3);
                bits.Write((ulong)difference, 17);
                break;
            case >= -524_287 and <= 524_288:
                bits.Write(0b1110, 4);
                bits.Write((ulong)difference, 20);
                break;
            default:
                bits.Write(0b1111, 4);
                bits.Write((ulong)difference, 64);
                break;
        }
    }

    /// <summary>Writes values by their difference; what remembers where the last difference had its bits.</summary>
    private struct ValueWriter(double first)
    {
        /// <summary>Zeros in front are counted with five bits.</summary>
        private const int MostLeading = 31;

        private ulong _last = BitConverter.DoubleToUInt64Bits(first);
        private int _leading = -1;
        private int _trailing;

        public void Write(ref BitWriter bits, double value)
        {
            var different = BitConverter.DoubleToUInt64Bits(value) ^ _last;
            _last ^= different;
            if (different == 0)
            {
                bits.Write(0b0, 1);
                return;
            }

            var leading = Math.Min(BitOperations.LeadingZeroCount(different), MostLeading);
            var trailing = BitOperations.TrailingZeroCount(different);
            if (_leading >= 0 && leading >= _leading && trailing >= _trailing)
            {
                bits.Write(0b10, 2);
            }
            else
            {
                (_leading, _trailing) = (leading, trailing);
                bits.Write(0b11, 2);
                bits.Write((ulong)leading, 5);

                // All 64 are written as 0, which no difference has.
                bits.Write((ulong)(64 - leading - trailing) & 63, 6);
            }

            bits.Write(different >> _trailing, 64 - _leading - _trailing);
        }
    }

    /// <summary>Writes bits, highest first, into bytes that are zero.</summary>
    private ref struct BitWriter(Span<byte> to, int start)
    {
        private readonly Span<byte> _to = to;
        private int _bit = start * 8;

        public readonly int Length => (_bit + 7) / 8;

        /// <summary>The lowest <paramref name="count"/> bits of a number.</summary>
        public void Write(ulong number, int count)
        {
            while (count > 0)
            {
                var room = 8 - (_bit % 8);
                var now = Math.Min(room, count);
                var part = (number >> (count - now)) & ((1UL << now) - 1);
                _to[_bit / 8] |= (byte)(part << (room - now));
                _bit += now;
                count -= now;
            }
        }

        public void Varint(ulong number)
        {
            for (; number >= 0x80; number >>= 7)
            {
                Write((number & 0x7F) | 0x80, 8);
            }

            Write(number, 8);
        }
    }
}
