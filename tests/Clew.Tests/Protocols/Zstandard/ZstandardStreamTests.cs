using Clew.Protocols.Zstandard;
using Clew.Testing;

namespace Clew.Tests.Protocols.Zstandard;

/// <summary>What libzstd packs is unpacked in whatever pieces it arrives and is asked for; what is damaged or asks for too much is told.</summary>
public sealed class ZstandardStreamTests
{
    private static readonly byte[] Text = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * i % 251))];

    [ZstandardTheory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(300_000, 1)]
    [InlineData(300_000, 7)]
    [InlineData(300_000, 100_000)]
    public async Task Contents_come_back_whatever_the_pieces(int length, int piece)
    {
        var packed = ZstandardPacker.Pack(Text[..length]);

        (await UnpackAsync(packed, piece, 4096)).ShouldBe(Text[..length]);
        (await UnpackAsync(packed, 4096, piece)).ShouldBe(Text[..length]);
    }

    [ZstandardFact]
    public async Task Frames_follow_one_another()
    {
        byte[] skippable = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];

        (await UnpackAsync([.. ZstandardPacker.Pack(Text), .. skippable, .. ZstandardPacker.Frame([1, 2, 3], 10), .. ZstandardPacker.Pack([])], 1000, 1000)).ShouldBe([.. Text, 1, 2, 3]);
    }

    public static TheoryData<string, byte[], string> Damaged()
    {
        var frame = ZstandardPacker.Frame([1, 2, 3], 10);
        return new()
        {
            { "nothing", [], "end within a frame" },
            { "something else", "{\"resourceSpans\":[]}"u8.ToArray(), "Unknown frame descriptor" },
            { "cut off within the header", frame[..5], "end within a frame" },
            { "cut off within a block", frame[..^1], "end within a frame" },
            { "another frame cut off", [.. frame, .. frame[..7]], "end within a frame" },
            { "bytes after the frame", [.. frame, .. "and more"u8], "Unknown frame descriptor" },
            { "a window of 16 MiB", ZstandardPacker.Frame([1, 2, 3], 24), "too much memory" },
            { "a window of 2 GiB", ZstandardPacker.Frame([1, 2, 3], 31), "too much memory" },
            { "a reserved kind of block", [.. frame[..6], 7, .. frame[7..]], "corrupt" },
        };
    }

    [ZstandardTheory]
    [MemberData(nameof(Damaged))]
    public async Task Bad_data_are_told(string what, byte[] packed, string problem)
    {
        (await Should.ThrowAsync<InvalidDataException>(() => UnpackAsync(packed, 3, 100), what)).Message.ShouldContain(problem, Case.Insensitive, what);
    }

    [ZstandardFact]
    public async Task A_window_of_8_MiB_is_taken()
    {
        (await UnpackAsync(ZstandardPacker.Frame([1, 2, 3], 23), 100, 100)).ShouldBe([1, 2, 3]);
    }

    /// <param name="arrives">Bytes that arrive at a time.</param>
    /// <param name="asked">Bytes that are asked for at a time.</param>
    private static async Task<byte[]> UnpackAsync(byte[] packed, int arrives, int asked)
    {
        await using var stream = new ZstandardStream(new Trickle(packed, arrives));
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, asked);
        (await stream.ReadAsync(new byte[1])).ShouldBe(0);
        return all.ToArray();
    }

    private sealed class Trickle(byte[] content, int piece) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}

/// <summary>A test that needs the machine's libzstd.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ZstandardFactAttribute : FactAttribute
{
    public ZstandardFactAttribute() => Skip = ZstandardStream.IsSupported ? null : "this machine has no libzstd";
}

/// <inheritdoc cref="ZstandardFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ZstandardTheoryAttribute : TheoryAttribute
{
    public ZstandardTheoryAttribute() => Skip = ZstandardStream.IsSupported ? null : "this machine has no libzstd";
}
