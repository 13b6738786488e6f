using System.Text;
using Clew.Cli.Import;
using FsCheck;
using FsCheck.Fluent;

namespace Clew.Tests.Cli.Import;

public sealed class DocumentReaderTests
{
    [Fact]
    public async Task Reads_lines_with_their_numbers_and_passes_over_empty_ones()
    {
        var documents = await ReadAsync("\uFEFF{\"a\":1}\r\n\n  \n{\"b\":2}  \n{\"c\":3}");

        documents.ShouldBe([(1, "{\"a\":1}", false), (4, "{\"b\":2}", false), (5, "{\"c\":3}", false)]);
    }

    [Fact]
    public async Task Takes_a_document_over_several_lines_in_one_piece()
    {
        var documents = await ReadAsync("{\n  \"a\": [\n    {\"}\": \"]\\\"{\"}\n  ]\n}\n{\"b\":2}\n");

        documents.Select(document => (document.Line, document.Text.ReplaceLineEndings(" "))).ShouldBe([(1, "{   \"a\": [     {\"}\": \"]\\\"{\"}   ] }"), (6, "{\"b\":2}")]);
    }

    [Fact]
    public async Task A_line_that_was_cut_off_after_a_bracket_does_not_swallow_the_next_one()
    {
        var documents = await ReadAsync("{\"resourceSpans\":[\n{\"resourceSpans\":[]}\n");

        documents.ShouldBe([(1, "{\"resourceSpans\":[", false), (2, "{\"resourceSpans\":[]}", false)]);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    [InlineData(5_000, true)]
    public async Task Passes_over_a_line_beyond_the_limit_and_goes_on(int length, bool tooLong)
    {
        var documents = await ReadAsync($"first\n{new string('x', length)}\nlast\n", maxBytes: 100, buffer: 16);

        documents.Count.ShouldBe(3);
        documents[1].Line.ShouldBe(2);
        documents[1].TooLong.ShouldBe(tooLong);
        documents[2].ShouldBe((3, "last", false));
    }

    [Fact]
    public void Gives_the_lines_of_any_text_however_the_stream_cuts_it()
    {
        var line = Gen.Elements("", "a", "{}", "[1,2]", "longer than the first buffer is", "ä€").ArrayOf();
        var cases = line.Zip(Gen.Choose(1, 40)).Zip(Gen.Choose(16, 64));
        Prop.ForAll(Arb.From(cases), input =>
        {
            var ((lines, step), buffer) = input;
            var text = string.Join('\n', lines);
            var read = ReadAsync(text, buffer: buffer, step: step).GetAwaiter().GetResult();
            read.Select(document => document.Text).ShouldBe(lines.Where(item => item.Length > 0));
            read.Select(document => document.Line).ShouldBe(lines.Index().Where(item => item.Item.Length > 0).Select(item => (long)item.Index + 1));
        }).QuickCheckThrowOnFailure();
    }

    private static async Task<List<(long Line, string Text, bool TooLong)>> ReadAsync(string text, int maxBytes = 1 << 20, int buffer = 64, int step = 7)
    {
        await using var stream = new SteppingStream(Encoding.UTF8.GetBytes(text), step);
        using var reader = new DocumentReader(stream, maxBytes, buffer);
        var documents = new List<(long, string, bool)>();
        while (await reader.ReadAsync(CancellationToken.None))
        {
            documents.Add((reader.Line, Encoding.UTF8.GetString(reader.Document.Span), reader.TooLong));
        }

        return documents;
    }

    /// <summary>Gives a few bytes at a time, as a pipe may.</summary>
    private sealed class SteppingStream(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
    }
}
