using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Clew.Server.Redaction;

/// <summary>
/// Finds which of many short literals stand in a text, whatever the case of their ASCII letters, sixteen positions at a time: each literal
/// belongs to one of eight buckets, and a position is looked at closely only when its three bytes fit some bucket's three (the "Teddy" method of
/// packed string matching). Text without any of them costs a fraction of a nanosecond per byte.
/// </summary>
internal sealed class LiteralScanner
{
    private const int Buckets = 8;
    private const int Window = 3;

    private readonly byte[][] _literals;
    private readonly int[][] _buckets = new int[Buckets][];
    private readonly Nibbles _first;
    private readonly Nibbles _second;
    private readonly Nibbles _third;

    /// <param name="literals">Lower-case ASCII, none empty; found by their index. Of several at one position the longest wins.</param>
    public LiteralScanner(IReadOnlyList<string> literals)
    {
        _literals = [.. literals.Select(literal => System.Text.Encoding.ASCII.GetBytes(literal))];
        var order = Enumerable.Range(0, literals.Count).OrderBy(index => literals[index], StringComparer.Ordinal).ToArray();
        var perBucket = (order.Length + Buckets - 1) / Buckets;
        var masks = Enumerable.Range(0, Window).Select(_ => (Low: new byte[16], High: new byte[16])).ToArray();
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            _buckets[bucket] = [.. order.Skip(bucket * perBucket).Take(perBucket).OrderByDescending(index => _literals[index].Length)];
            foreach (var index in _buckets[bucket])
            {
                for (var place = 0; place < Window; place++)
                {
                    AddTo(masks[place], place < _literals[index].Length ? _literals[index][place] : null, (byte)(1 << bucket));
                }
            }
        }

        _first = new Nibbles(masks[0]);
        _second = new Nibbles(masks[1]);
        _third = new Nibbles(masks[2]);
    }

    /// <summary>The next literal from <paramref name="start"/> on.</summary>
    /// <returns>Its position, or -1.</returns>
    public int Next(ReadOnlySpan<byte> text, int start, out int literal)
    {
        var at = start;
        if (Vector128.IsHardwareAccelerated)
        {
            ref var bytes = ref MemoryMarshal.GetReference(text);
            for (; at <= text.Length - Vector128<byte>.Count - Window + 1; at += Vector128<byte>.Count)
            {
                var fits = _first.Fit(Vector128.LoadUnsafe(ref bytes, (nuint)at))
                    & _second.Fit(Vector128.LoadUnsafe(ref bytes, (nuint)at + 1))
                    & _third.Fit(Vector128.LoadUnsafe(ref bytes, (nuint)at + 2));
                var places = ~Vector128.Equals(fits, Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF;
                while (places != 0)
                {
                    var place = BitOperations.TrailingZeroCount(places);
                    if (Verify(text[(at + place)..], fits[place], out literal))
                    {
                        return at + place;
                    }

                    places &= places - 1;
                }
            }
        }

        return NextScalar(text, at, out literal);
    }

    /// <summary>The same, one position at a time: for short texts, for what is left of long ones, and for tests to compare with.</summary>
    public int NextScalar(ReadOnlySpan<byte> text, int start, out int literal)
    {
        for (var at = start; at < text.Length; at++)
        {
            var fits = _first.Fit(text[at]);
            if (fits != 0 && Verify(text[at..], fits, out literal))
            {
                return at;
            }
        }

        literal = -1;
        return -1;
    }

    private bool Verify(ReadOnlySpan<byte> text, int fits, out int literal)
    {
        literal = -1;
        for (; fits != 0; fits &= fits - 1)
        {
            foreach (var index in _buckets[BitOperations.TrailingZeroCount(fits)])
            {
                if (Ascii.StartsWith(text, _literals[index]) && (literal < 0 || _literals[index].Length > _literals[literal].Length))
                {
                    literal = index;
                    break;
                }
            }
        }

        return literal >= 0;
    }

    private static void AddTo((byte[] Low, byte[] High) masks, byte? value, byte bit)
    {
        if (value is not { } b)
        {
            // The literal ends before this place: anything fits.
            for (var nibble = 0; nibble < 16; nibble++)
            {
                masks.Low[nibble] |= bit;
                masks.High[nibble] |= bit;
            }

            return;
        }

        masks.Low[b & 0xF] |= bit;
        masks.High[b >> 4] |= bit;
        if (b is >= (byte)'a' and <= (byte)'z')
        {
            masks.High[(b - 0x20) >> 4] |= bit;
        }
    }

    /// <summary>For one place of the window: which buckets allow each low and each high half of a byte.</summary>
    private readonly struct Nibbles((byte[] Low, byte[] High) masks)
    {
        private readonly Vector128<byte> _low = Vector128.Create(masks.Low);
        private readonly Vector128<byte> _high = Vector128.Create(masks.High);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<byte> Fit(Vector128<byte> bytes) =>
            Vector128.ShuffleNative(_low, bytes & Vector128.Create((byte)0xF)) & Vector128.ShuffleNative(_high, Vector128.ShiftRightLogical(bytes, 4));

        public int Fit(byte value) => _low[value & 0xF] & _high[value >> 4];
    }
}
