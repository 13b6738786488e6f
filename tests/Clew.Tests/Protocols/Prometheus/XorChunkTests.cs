using System.Buffers.Binary;
using Clew.Protocols.Prometheus;

namespace Clew.Tests.Protocols.Prometheus;

/// <summary>Chunks against bits worked out by hand from Prometheus's description of the format; whole answers are read back, and compared with Prometheus's own, beside the server's tests.</summary>
public sealed class XorChunkTests
{
    [Theory]
    [InlineData("one sample: zigzag time, whole value", new long[] { 1 }, new[] { 1.0 }, "0001 02 3ff0000000000000")]
    [InlineData("negative time", new long[] { -1 }, new[] { 0.0 }, "0001 01 0000000000000000")]
    [InlineData("the same value after 300 ms: a varint and a zero bit", new long[] { 0, 300 }, new[] { 1.0, 1.0 }, "0002 00 3ff0000000000000 ac02 00")]
    [InlineData("a steady step and value: two zero bits", new long[] { 0, 15, 30 }, new[] { 1.0, 1.0, 1.0 }, "0003 00 3ff0000000000000 0f 00")]
    [InlineData("another value: 11, 5 bits of zeros in front, 6 bits of length, the bits", new long[] { 0, 1 }, new[] { 1.0, 2.0 }, "0002 00 3ff0000000000000 01 c25fff")]
    [InlineData("a value that differs where the last one did: 10 and the bits", new long[] { 0, 1, 2 }, new[] { 1.0, 2.0, 1.0 }, "0003 00 3ff0000000000000 01 c25fff5ffc")]
    [InlineData("a step 64 ms longer: 10 and 14 bits", new long[] { 0, 1, 66 }, new[] { 1.0, 1.0, 1.0 }, "0003 00 3ff0000000000000 01 402000")]
    [InlineData("an hour longer: 1111 and 64 bits", new long[] { 0, 1, 3_600_002 }, new[] { 1.0, 1.0, 1.0 }, "0003 00 3ff0000000000000 01 780000000001b77400")]
    public void Bits_are_as_described(string what, long[] times, double[] values, string expected)
    {
        var chunk = new byte[XorChunk.MaxBytes];
        var length = XorChunk.Encode(times, values, chunk);

        Convert.ToHexStringLower(chunk.AsSpan(0, length)).ShouldBe(expected.Replace(" ", string.Empty, StringComparison.Ordinal), what);
    }

    [Fact]
    public void No_chunk_is_larger_than_it_says()
    {
        var times = Enumerable.Range(0, XorChunk.MaxSamples).Select(i => i % 2 == 0 ? i * 10_000_000_000L : (i * 10_000_000_000L) + 9_000_000_000).ToArray();
        var values = Enumerable.Range(0, XorChunk.MaxSamples).Select(i => BitConverter.UInt64BitsToDouble(i % 2 == 0 ? 0x8000_0000_0000_0001 : (ulong)i)).ToArray();
        var chunk = new byte[XorChunk.MaxBytes];

        XorChunk.Encode(times, values, chunk).ShouldBeGreaterThan(XorChunk.MaxSamples * 16);
        BinaryPrimitives.ReadUInt16BigEndian(chunk).ShouldBe((ushort)XorChunk.MaxSamples);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(121, 121)]
    [InlineData(2, 1)]
    public void What_is_no_chunk_is_refused(int times, int values) =>
        Should.Throw<ArgumentOutOfRangeException>(() => XorChunk.Encode(new long[times], new double[values], new byte[XorChunk.MaxBytes]));
}
