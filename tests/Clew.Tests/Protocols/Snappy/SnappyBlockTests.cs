using System.Text;
using Clew.Protocols.Snappy;

namespace Clew.Tests.Protocols.Snappy;

/// <summary>Our codec against itself, against another implementation (IronSnappy), and against damaged blocks.</summary>
public sealed class SnappyBlockTests
{
    public static TheoryData<string, byte[]> Contents()
    {
        var random = new Random(7);
        var noise = new byte[200_000];
        random.NextBytes(noise);
        var labels = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 4_000).Select(i => $"http_requests_total{{instance=\"10.0.0.{i % 256}:9090\",job=\"node\"}} {i}\n")));
        return new TheoryData<string, byte[]>
        {
            { "nothing", [] },
            { "one byte", [42] },
            { "three bytes", "abc"u8.ToArray() },
            { "one byte repeated", Enumerable.Repeat((byte)'a', 100_000).ToArray() },
            { "a short pattern", Enumerable.Range(0, 70_000).Select(i => (byte)(i % 3)).ToArray() },
            { "a literal of 60", noise[..60] },
            { "a literal of 61", noise[..61] },
            { "a literal of 256", noise[..256] },
            { "a literal of 257", noise[..257] },
            { "one window", noise[..65_536] },
            { "one byte more than a window", noise[..65_537] },
            { "noise", noise },
            { "text", labels },
        };
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void What_is_packed_is_unpacked_by_us_and_by_others(string name, byte[] content)
    {
        name.ShouldNotBeEmpty();
        var packed = Pack(content);
        packed.Length.ShouldBeLessThanOrEqualTo(SnappyBlock.MaxEncodedLength(content.Length));
        Unpack(packed).ShouldBe(content);
        IronSnappy.Snappy.Decode(packed).ShouldBe(content);
    }

    [Theory]
    [MemberData(nameof(Contents))]
    public void What_others_pack_is_unpacked(string name, byte[] content)
    {
        name.ShouldNotBeEmpty();
        Unpack(IronSnappy.Snappy.Encode(content)).ShouldBe(content);
    }

    [Fact]
    public void What_repeats_becomes_small()
    {
        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("http_requests_total{job=\"node\"} ", 2_000)));
        Pack(content).Length.ShouldBeLessThan(content.Length / 15);
    }

    /// <summary>All four kinds of element, by hand: the examples of the format's description.</summary>
    [Theory]
    [InlineData("07 18 61 62 63 64 65 66 67", "abcdefg")]
    [InlineData("06 04 61 62 01 02", "ababab")]
    [InlineData("0A 04 61 62 1E 02 00", "ababababab")]
    [InlineData("0A 04 61 62 1F 02 00 00 00", "ababababab")]
    [InlineData("03 F0 02 61 62 63", "abc")]
    [InlineData("03 F4 02 00 61 62 63", "abc")]
    [InlineData("03 F8 02 00 00 61 62 63", "abc")]
    [InlineData("03 FC 02 00 00 00 61 62 63", "abc")]
    [InlineData("00", "")]
    public void Every_kind_of_element_is_read(string hex, string content) => Encoding.ASCII.GetString(Unpack(Hex(hex))!).ShouldBe(content);

    [Theory]
    [InlineData("", "no length")]
    [InlineData("80", "a length that is cut off")]
    [InlineData("FF FF FF FF FF FF", "a length of more than 32 bits")]
    [InlineData("FF FF FF FF 0F 00", "four gigabytes out of one byte")]
    [InlineData("FF FF FF 07 00 61", "sixteen megabytes out of two bytes")]
    [InlineData("03 08 61 62", "a literal that is cut off")]
    [InlineData("02 08 61 62 63", "a literal beyond the length")]
    [InlineData("03 F0", "a literal whose length is cut off")]
    [InlineData("03 FC FF FF FF FF 61", "a literal of four gigabytes")]
    [InlineData("06 04 61 62 01 00", "a copy from nowhere")]
    [InlineData("06 04 61 62 01 03", "a copy from before the beginning")]
    [InlineData("05 04 61 62 01 02", "a copy beyond the length")]
    [InlineData("0A 04 61 62 1E 02", "a copy whose offset is cut off")]
    [InlineData("04 08 61 62 63", "less than the length")]
    public void A_damaged_block_is_refused(string hex, string what) => Unpack(Hex(hex)).ShouldBeNull(what);

    [Fact]
    public void A_block_cut_anywhere_is_refused()
    {
        var packed = Pack(Encoding.UTF8.GetBytes("{app=\"shop\"} {app=\"shop\"} {app=\"cart\"} and so on"));
        for (var length = 0; length < packed.Length; length++)
        {
            Unpack(packed.AsSpan(0, length)).ShouldBeNull();
        }
    }

    /// <summary>The room asked for is bounded by the bytes that are there: at most 64 bytes for three.</summary>
    [Fact]
    public void No_length_is_believed_that_the_bytes_cannot_make()
    {
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var block = new byte[random.Next(1, 12)];
            random.NextBytes(block);
            if (SnappyBlock.TryReadLength(block, out var length))
            {
                length.ShouldBeLessThanOrEqualTo(block.Length * 64 / 3);
            }
        }
    }

    internal static byte[] Pack(ReadOnlySpan<byte> content)
    {
        var room = new byte[SnappyBlock.MaxEncodedLength(content.Length)];
        return room.AsSpan(0, SnappyBlock.Encode(content, room)).ToArray();
    }

    private static byte[]? Unpack(ReadOnlySpan<byte> block)
    {
        if (!SnappyBlock.TryReadLength(block, out var length))
        {
            return null;
        }

        var content = new byte[length];
        return SnappyBlock.TryDecode(block, content) ? content : null;
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", string.Empty, StringComparison.Ordinal));
}
