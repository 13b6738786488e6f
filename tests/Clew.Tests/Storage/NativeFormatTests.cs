using Clew.Storage.Native;
using Clew.Storage.Reading;
using Clew.Storage.Schema;
using Clew.Storage.Writing;
using Clew.Telemetry;
using Clew.Testing;

namespace Clew.Tests.Storage;

/// <summary>The Native format both ways: what is written is what is read, for any shape of batch.</summary>
public sealed class NativeFormatTests
{
    [Fact]
    public void Batches_of_random_shape_survive_writing_and_reading()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var batch = RandomBatch(new Random(seed));
            var rows = new EncodedRows(Tables.Spans);
            new SpanEncoder().Encode(batch, rows);

            var read = Read(rows, batch);

            BatchText.Of(read).ShouldBe(BatchText.Of(batch), $"seed {seed}");
        }
    }

    [Fact]
    public void Several_blocks_follow_each_other_in_one_answer()
    {
        var first = RandomBatch(new Random(7));
        var second = RandomBatch(new Random(8));
        var rows = new EncodedRows(Tables.Spans);
        var encoder = new SpanEncoder();
        encoder.Encode(first, rows);
        encoder.Encode(second, rows);

        var blocks = NativeReader.Read(rows.Blocks.Written.ToArray());

        blocks.Select(block => block.Rows).ShouldBe([first.Count, second.Count]);
        rows.Rows.ShouldBe(first.Count + second.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    public void Repeated_texts_choose_the_width_that_fits(int distinct)
    {
        var arena = new TextArena();
        var dictionary = new TextDictionary(arena);
        var ids = Enumerable.Range(0, distinct).Select(i => dictionary.Add($"text {i}")).ToArray();
        var to = new NativeWriter();
        to.BlockHeader(1, distinct);
        to.ColumnHeader("c", "LowCardinality(String)");
        to.LowCardinalityHeader();
        to.LowCardinality(dictionary, ids, new DictionaryScratch());

        var column = NativeReader.Read(to.Written.ToArray())[0]["c"];

        for (var i = 0; i < distinct; i += Math.Max(1, distinct / 97))
        {
            column.GetString(i).ShouldBe($"text {i}");
        }
    }

    [Fact]
    public void An_answer_cut_anywhere_is_an_error_or_fewer_rows_and_never_anything_else()
    {
        var rows = new EncodedRows(Tables.Spans);
        new SpanEncoder().Encode(RandomBatch(new Random(3)), rows);
        var whole = rows.Blocks.Written.ToArray();

        for (var length = 1; length < whole.Length; length++)
        {
            Should.Throw<Exception>(() => NativeReader.Read(whole[..length])).ShouldBeAssignableTo<SystemException>($"cut at {length}");
        }
    }

    private static SpanBatch Read(EncodedRows rows, SpanBatch original)
    {
        var resources = Enumerable.Range(0, original.Resources.Count).ToDictionary(i => original.Resources.Fingerprints[i], i => Stored(original.Resources[i]));
        var scopes = Enumerable.Range(0, original.Scopes.Count).DistinctBy(i => original.Scopes.Fingerprints[i]).ToDictionary(i => original.Scopes.Fingerprints[i], i => Stored(original.Scopes[i]));
        var read = new SpanBatch();
        var contents = new ContentIndexes(read, new ContentStore(resources, scopes));
        foreach (var block in NativeReader.Read(rows.Blocks.Written.ToArray()))
        {
            SpanDecoder.Decode(block, RecordParts.All, contents, read);
        }

        return read;
    }

    private static StoredContent Stored(ResourceView resource) => new(string.Empty, string.Empty, resource.SchemaUrl, resource.DroppedAttributes, List(resource.Attributes));

    private static StoredContent Stored(ScopeView scope) => new(scope.Name, scope.Version, scope.SchemaUrl, scope.DroppedAttributes, List(scope.Attributes));

    private static List<(string, AttributeType, string)> List(AttributeListView attributes)
    {
        var list = new List<(string, AttributeType, string)>();
        foreach (var (key, value) in attributes)
        {
            list.Add((key, value.Type, value.Text));
        }

        return list;
    }

    private static SpanBatch RandomBatch(Random random)
    {
        var builder = new SpanBatchBuilder();
        var services = random.Next(1, 6);
        for (var i = 1; i <= random.Next(1, 40); i++)
        {
            builder.Span(
                random.Next(1, 5),
                i,
                random.Next(0, i),
                $"service {random.Next(services)}",
                Text(random),
                random.Next(100_000),
                random.NextDouble() * 1_000,
                (SpanKind)random.Next(6),
                (SpanStatus)random.Next(3),
                Text(random),
                Attributes(random),
                [.. Enumerable.Range(0, random.Next(3)).Select(_ => (Text(random), Attributes(random)))],
                [.. Enumerable.Range(0, random.Next(2)).Select(_ => (SpanBatchBuilder.Trace(random.Next(9)), Attributes(random)))]);
        }

        return builder.Batch;
    }

    private static (string, object?)[] Attributes(Random random) => [.. Enumerable.Range(0, random.Next(5)).Select(_ => ($"key {random.Next(7)}", Value(random)))];

    private static object? Value(Random random) => random.Next(6) switch
    {
        0 => random.NextInt64(long.MinValue, long.MaxValue),
        1 => random.NextDouble() * Math.Pow(10, random.Next(-30, 30)),
        2 => random.Next(2) == 0,
        3 => null,
        4 => new byte[random.Next(9)],
        _ => Text(random),
    };

    private static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(3) switch { 0 => "ä", 1 => "\U0001F9F6", _ => "plain " }));
}
