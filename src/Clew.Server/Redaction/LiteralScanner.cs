using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Clew.Server.Redaction;

/// <summary>
/// Finds which of many short literals stand in a text, whatever the case of their ASCII letters, sixteen positions at a time: each literal
/// belongs to one of eight buckets, and a position is looked at closely only when its three bytes fit some bucket's three (the "Teddy" method of
/// packed string matching). With many literals a bucket's masks let much ordinary text through, so what fits is then looked up by its exact three
/// bytes, and only the few literals that begin so are compared. Text without any of them costs a fraction of a nanosecond per byte.
/// </summary>
internal sealed class LiteralScanner
{
    private const int Buckets = 8;
    private const int Window = 3;
    private const int HeadBits = 12;

    private readonly byte[][] _literals;
    private readonly Nibbles _first;
    private readonly Nibbles _second;
    private readonly Nibbles _third;

    /// <summary>By the slot of their first three bytes, the literals that may begin there, longest first; null where none does.</summary>
    private readonly int[]?[] _heads = new int[]?[1 << HeadBits];

    /// <summary>By their first byte, the literals of less than three bytes, longest first.</summary>
    private readonly int[]?[] _short = new int[]?[256];

    /// <param name="literals">Lower-case ASCII, none empty; found by their index. Of several at one position the longest wins.</param>
    public LiteralScanner(IReadOnlyList<string> literals)
    {
        _literals = [.. literals.Select(literal => System.Text.Encoding.ASCII.GetBytes(literal))];
        var order = Enumerable.Range(0, literals.Count).OrderBy(index => literals[index], StringComparer.Ordinal).ToArray();
        var perBucket = (order.Length + Buckets - 1) / Buckets;
        var masks = Enumerable.Range(0, Window).Select(_ => (Low: new byte[16], High: new byte[16])).ToArray();
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            foreach (var index in order.Skip(bucket * perBucket).Take(perBucket))
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
        foreach (var index in order.OrderByDescending(index => _literals[index].Length))
        {
            ref var list = ref _literals[index].Length < Window ? ref _short[_literals[index][0]] : ref _heads[Slot(_literals[index])];
            list = [.. list ?? [], index];
        }
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
                    if (Verify(text[(at + place)..], out literal))
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
            if (_first.Fit(text[at]) != 0 && Verify(text[at..], out literal))
            {
                return at;
            }
        }

        literal = -1;
        return -1;
    }

    /// <summary>The longest literal that <paramref name="text"/> begins with.</summary>
    private bool Verify(ReadOnlySpan<byte> text, out int literal)
    {
        literal = text.Length >= Window && _heads[Slot(text)] is { } longer ? LongestOf(longer, text) : -1;
        if (literal < 0 && _short[Ascii.Lower(text[0])] is { } shorter)
        {
            literal = LongestOf(shorter, text);
        }

        return literal >= 0;
    }

    private int LongestOf(int[] candidates, ReadOnlySpan<byte> text)
    {
        foreach (var index in candidates)
        {
            if (Ascii.StartsWith(text, _literals[index]))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>Where literals that begin with these three bytes, in whatever case, are listed. Bit 5 is what tells cases apart: it is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Slot(ReadOnlySpan<byte> text)
    {
        var head = (uint)((text[2] << 16) | (text[1] << 8) | text[0]) | 0x202020;
        return (int)((head * 0x9E3779B1) >> (32 - HeadBits));
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
